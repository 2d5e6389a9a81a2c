// A value that moves moves what it does: every change asks again, and breaks
// off the question before. Without this the button computes it.
const form = document.querySelector("[data-try]");
const state = document.getElementById("proberen-stand");
const result = document.getElementById("proberen-uitkomst");

const pause = 150; // until the typing stops
let timer = 0;
let source = null;
let shown = ""; // the question whose answer is on the page

const fields = () => [...form.querySelectorAll("input[name^='parameter:']")];

// Only what is not as it is now is asked: nothing else is in the address.
function question() {
  const q = new URLSearchParams();
  for (const f of form.querySelectorAll("input[type=hidden]")) {
    if (f.name !== "formulier") q.append(f.name, f.value);
  }
  for (const f of fields()) {
    const moved = f.value.trim() !== f.dataset.now.trim();
    f.classList.toggle("sentence-changed", moved);
    if (moved) q.append(f.name, f.value);
  }
  return q.toString();
}

function say(text) {
  if (text && state.textContent !== text) state.textContent = text;
}

// A fault stands under its sentence, as the server would have put it there.
function faults(list) {
  for (const f of fields()) {
    const id = `${f.id}-fout`;
    const note = `${f.id}-uitleg`;
    const text = list[f.name];
    let p = document.getElementById(id);
    f.classList.toggle("utrecht-textbox--invalid", Boolean(text));
    if (!text) {
      p?.remove();
      f.removeAttribute("aria-invalid");
      f.setAttribute("aria-describedby", note);
      continue;
    }
    if (!p) {
      p = document.createElement("p");
      p.id = id;
      p.className = "utrecht-form-field-error-message";
      document.getElementById(note).before(p);
    }
    if (p.textContent !== text) p.textContent = text;
    f.setAttribute("aria-invalid", "true");
    f.setAttribute("aria-describedby", `${id} ${note}`);
  }
}

function over(mine) {
  mine.close();
  if (source === mine) {
    source = null;
    result.removeAttribute("aria-busy");
  }
}

function ask() {
  timer = 0;
  source?.close();
  source = null;
  const q = question();
  if (q === shown) {
    result.removeAttribute("aria-busy");
    return;
  }
  const mine = source = new EventSource(`${form.dataset.try}?${q}`);
  result.setAttribute("aria-busy", "true");
  const told = (e) => (mine === source ? JSON.parse(e.data) : null);
  mine.addEventListener("bezig", (e) => {
    const d = told(e);
    if (d?.van) say(form.dataset.preparing.replace("%", Math.floor((100 * d.gedaan) / d.van)));
  });
  mine.addEventListener("stand", (e) => {
    const d = told(e);
    if (!d) return;
    faults(d.fouten);
    // What cannot be computed has no result: the one of before stays, as old.
    const wrong = Object.keys(d.fouten).length > 0;
    say(wrong && result.querySelector(".trying-run") ? `${d.stand} ${form.dataset.old}` : d.stand);
    result.classList.toggle("trying-old", wrong);
    if (wrong) {
      shown = "";
      over(mine);
    }
  });
  mine.addEventListener("uitkomst", (e) => {
    if (mine !== source) return;
    const part = new DOMParser().parseFromString(e.data, "text/html").body;
    // What was unfolded stays so, and the focus does not fall off the page.
    const open = new Set([...result.querySelectorAll("details[open]")].map(nameOf));
    for (const d of part.querySelectorAll("details")) if (open.has(nameOf(d))) d.open = true;
    const kept = result.contains(document.activeElement) ? document.activeElement.id : "";
    result.replaceChildren(...part.childNodes);
    if (kept) document.getElementById(kept)?.focus({ preventScroll: true });
    shown = q;
    history.replaceState(null, "", q ? `?${q}` : location.pathname);
    over(mine);
  });
  mine.addEventListener("mislukt", (e) => {
    const d = told(e);
    if (d) say(d.stand);
    over(mine);
  });
  mine.onerror = () => {
    // Ended without an answer: no second try by itself, the next change asks.
    over(mine);
  };
}

function nameOf(details) {
  return `${details.closest("[id],[aria-labelledby]")?.getAttribute("aria-labelledby") ?? ""} ${details.querySelector("summary")?.textContent}`;
}

if (form) {
  form.addEventListener("input", (e) => {
    if (!e.target.name?.startsWith("parameter:")) return;
    document.getElementById("gevonden")?.remove(); // was found beside other values
    clearTimeout(timer);
    timer = setTimeout(ask, pause);
    result.setAttribute("aria-busy", "true");
  });
  form.addEventListener("submit", (e) => {
    if (e.submitter?.name === "zoeken") return; // a page of its own
    if (e.submitter?.formAction?.endsWith("/voorstel") && e.submitter.formMethod === "post") return;
    e.preventDefault();
    clearTimeout(timer);
    ask();
  });
  // The result that came with the page is that of its address; without one there
  // is nothing to ask, unless the browser kept what was typed before.
  shown = question();
  const moved = form.querySelector("input.sentence-changed");
  if (moved && !result.querySelector(".trying-run") && !form.querySelector("[aria-invalid]")) {
    shown = "";
    ask();
  }
}
