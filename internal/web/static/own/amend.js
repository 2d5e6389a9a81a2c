// Editing one rule: what it does is shown while it is typed, and the text gets
// an editor. The page works without this.
const form = document.querySelector("[data-amend]");
const state = document.getElementById("gevolg-stand");
const effect = document.getElementById("gevolg");

// One question at a time: a new one breaks off the one before, and waits until
// the typing stops.
const pause = 300;
let timer = 0;
let asked = null;

async function look() {
  timer = 0;
  asked?.abort();
  const mine = asked = new AbortController();
  const body = new URLSearchParams(new FormData(form));
  try {
    const answer = await fetch(form.getAttribute("action"), {
      method: "POST", body, headers: { "HX-Request": "true" }, signal: mine.signal,
    });
    if (!answer.ok) return;
    const part = new DOMParser().parseFromString(await answer.text(), "text/html").body;
    const line = part.querySelector("[data-state]");
    line?.remove();
    if (line && state.textContent !== line.textContent) state.textContent = line.textContent;
    // Who is in the list already keeps the focus when it stays the same.
    if (effect.innerHTML !== part.innerHTML) effect.replaceChildren(...part.childNodes);
  } catch (e) {
    if (e.name !== "AbortError" && !(e instanceof TypeError)) throw e; // broken off, or no network
  } finally {
    if (mine === asked && !timer) effect.removeAttribute("aria-busy");
  }
}

function soon() {
  clearTimeout(timer);
  timer = setTimeout(look, pause);
  effect.setAttribute("aria-busy", "true");
}

// Without fields to follow (somebody who only reads) there is nothing to do.
if (form) {
  form.addEventListener("input", (e) => {
    if (!e.target.name?.startsWith("voorwaarde-")) soon();
  });
  if (form.dataset.editor) {
    const { edit } = await import(form.dataset.editor);
    edit({
      field: document.getElementById("regel-tekst"),
      label: document.getElementById("regel-tekst-label"),
      help: document.getElementById("regel-tekst-toetsen"),
      nonce: form.dataset.nonce,
      address: form.dataset.worker,
      changed: soon,
      check: () => { clearTimeout(timer); return look(); },
      effect,
    });
  }
}
