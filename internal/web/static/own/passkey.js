// Passkeys: asks the server for a challenge, the browser for an answer to it, and
// sends that in the form. Everything that it says stands in the page, in the
// language of the page. Without this script the form is sent empty, and the next
// page says what is missing.
(() => {
  "use strict";
  const bytes = (text) => {
    const s = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
    return Uint8Array.from(s, (c) => c.charCodeAt(0));
  };
  const text = (buffer) => {
    let s = "";
    for (const b of new Uint8Array(buffer)) s += String.fromCharCode(b);
    return btoa(s).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  };
  const ids = (list) => (list || []).map((x) => ({ ...x, id: bytes(x.id) }));

  // options makes of what the server says what the browser wants: bytes.
  function options(o) {
    const out = { ...o, challenge: bytes(o.challenge) };
    if (o.user) out.user = { ...o.user, id: bytes(o.user.id) };
    if (o.excludeCredentials) out.excludeCredentials = ids(o.excludeCredentials);
    if (o.allowCredentials) out.allowCredentials = ids(o.allowCredentials);
    return out;
  }

  // answer makes of what the browser gives what the server wants: text.
  function answer(c) {
    const r = c.response;
    const response = { clientDataJSON: text(r.clientDataJSON) };
    if (r.attestationObject) {
      response.attestationObject = text(r.attestationObject);
      response.transports = r.getTransports ? r.getTransports() : [];
    } else {
      response.authenticatorData = text(r.authenticatorData);
      response.signature = text(r.signature);
      if (r.userHandle) response.userHandle = text(r.userHandle);
    }
    return JSON.stringify({
      id: c.id, rawId: text(c.rawId), type: c.type, response,
      authenticatorAttachment: c.authenticatorAttachment || undefined, clientExtensionResults: c.getClientExtensionResults(),
    });
  }

  async function run(form, say) {
    let said;
    try {
      const r = await fetch(form.dataset.vraag, { method: "POST", headers: { Accept: "application/json" }, redirect: "error" });
      said = await r.json();
      if (!r.ok) {
        if (said.naar) location.assign(said.naar);
        say(said.melding || form.dataset.mislukt);
        return;
      }
    } catch {
      say(form.dataset.mislukt);
      return;
    }
    try {
      const publicKey = options(said.publicKey);
      const found = form.dataset.passkey === "create" ? await navigator.credentials.create({ publicKey }) : await navigator.credentials.get({ publicKey });
      form.elements.antwoord.value = answer(found);
    } catch (e) {
      say(e.name === "InvalidStateError" ? form.dataset.alDaar : e.name === "NotAllowedError" || e.name === "AbortError" ? form.dataset.gestopt : form.dataset.kanNiet);
      return;
    }
    form.submit();
  }

  for (const form of document.querySelectorAll("form[data-passkey]")) {
    const place = form.querySelector(".passkey-said");
    const button = form.querySelector("button[type=submit]");
    let busy = false;
    const say = (words) => {
      place.textContent = words;
    };
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      if (busy) return;
      if (!window.PublicKeyCredential || !navigator.credentials) {
        say(form.dataset.kanNiet);
        return;
      }
      busy = true;
      button.setAttribute("aria-disabled", "true");
      say(form.dataset.bezig);
      await run(form, say);
      busy = false;
      button.removeAttribute("aria-disabled");
    });
  }
})();
