// What is typed in the signal form stays on this device until it was received:
// when sending fails, the tab crashes or a session is over, nothing is lost. The
// reference of a case is never kept, and neither are files.
const store = "lemniscaat-concept-signaal";
const days = 14; // an older draft is forgotten
const places = ["regeling", "artikel", "lid", "regel", "stap", "versie", "plek"];
const fields = [...places, "soort", "tekst", "hoe-vaak", "zichtbaar", "sleutel"];

function read() {
  try {
    const d = JSON.parse(localStorage.getItem(store) ?? "null");
    if (d && typeof d === "object" && Date.now() - d.at < days * 86_400_000) return d;
    localStorage.removeItem(store);
  } catch {
    // no storage, or not ours: then there is no draft
  }
  return null;
}

function write(d) {
  try {
    localStorage.setItem(store, JSON.stringify(d));
    return true;
  } catch {
    return false; // private mode, or full: the form works without
  }
}

function forget() {
  try {
    localStorage.removeItem(store);
  } catch {
    // nothing was kept
  }
}

// The page after sending says which form was received.
const done = document.querySelector("script[data-draft-done]")?.dataset.draftDone;
if (done && read()?.sleutel === done) forget();

const form = document.querySelector("form[data-draft]");
if (form) {
  const state = form.querySelector("[data-draft-state]");
  const bar = document.querySelector("[data-draft-bar]");

  const get = (name) => {
    const f = form.elements[name];
    return f ? f.value ?? "" : "";
  };
  const put = (name, value) => {
    const f = form.elements[name];
    if (f && value !== undefined && value !== "") f.value = value;
  };

  const place = (d) => places.slice(0, 5).map((n) => d[n] ?? "").join("|");
  const here = () => place(Object.fromEntries(places.map((n) => [n, get(n)])));

  function keep() {
    // Only what somebody wrote or chose is a draft; the place alone is none.
    if (!get("tekst").trim()) {
      if (read()?.sleutel === get("sleutel")) forget();
      state.textContent = "";
      return;
    }
    const d = Object.fromEntries(fields.map((n) => [n, get(n)]));
    d.at = Date.now();
    if (write(d)) state.textContent = form.dataset.draftKept;
  }

  // What the server gave back, refused, counts for more than a draft.
  const refused = document.getElementById("fouten") !== null;
  const draft = read();
  if (draft?.tekst && !refused) {
    if (place(draft) === here()) {
      // The same key as before: what did arrive after all is not sent twice.
      for (const n of ["soort", "tekst", "hoe-vaak", "zichtbaar", "sleutel", "plek"]) put(n, draft[n]);
      state.textContent = form.dataset.draftBack;
    } else if (bar) {
      bar.querySelector("[data-draft-words]").textContent = `“${draft.tekst.slice(0, 80)}”`;
      const q = new URLSearchParams();
      for (const n of places.slice(0, 6)) if (draft[n]) q.set(n, draft[n]);
      bar.querySelector("[data-draft-go]").href = `/signaal?${q}`;
      bar.hidden = false;
    }
  }
  if (refused) keep();
  bar?.querySelector("[data-draft-drop]").addEventListener("click", () => {
    forget();
    bar.hidden = true;
    form.elements.tekst?.focus();
  });

  // A draft of elsewhere is only replaced by what somebody types here.
  let timer = 0;
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(keep, 300);
  });
  form.addEventListener("change", keep);
  addEventListener("pagehide", () => {
    if (get("tekst").trim()) keep();
  });
  form.addEventListener("submit", (e) => {
    keep();
    if (navigator.onLine) return;
    e.preventDefault();
    state.textContent = form.dataset.draftOffline;
  });
}
