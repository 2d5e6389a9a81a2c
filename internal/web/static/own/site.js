// Small additions; every page works without them.
(() => {
  "use strict";
  document.documentElement.classList.add("js");

  // Personal data is taken out of free text while it is typed. The server
  // looks again and is the one that decides.
  const rules = [
    { find: /\b[A-Z0-9._%+-]+@[A-Z0-9-]+(?:\.[A-Z0-9-]+)*\.[A-Z]{2,}\b/gi, put: "[e-mailadres]" },
    { find: /\b[A-Z]{2}\d{2}(?:[ ]?[A-Z0-9]{4}){2,7}(?:[ ]?[A-Z0-9]{1,3})?\b/g, put: "[rekeningnummer]", ok: iban },
    { find: /\b\d{9}\b|\b\d{3}[. ]\d{3}[. ]\d{3}\b|\b\d{4}[. ]\d{2}[. ]\d{3}\b/g, put: "[BSN]", ok: bsn },
    { find: /(?:\+31|\b0031|\b0)[ -]?(?:\(0\))?[ -]?[1-9](?:[ -]?\d){8}\b/g, put: "[telefoonnummer]" },
    { find: /\b[1-9]\d{3} ?[A-Z]{2} +\d{1,5}[a-z]?\b/g, put: "[adres]" },
  ];

  function bsn(text) {
    const digits = text.replace(/\D/g, "");
    let sum = 0;
    for (let i = 0; i < 8; i++) sum += Number(digits[i]) * (9 - i);
    return (sum - Number(digits[8])) % 11 === 0 && digits !== "000000000";
  }

  function iban(text) {
    const s = text.replace(/ /g, "");
    let rest = 0;
    for (const c of s.slice(4) + s.slice(0, 4)) {
      const n = /[A-Z]/.test(c) ? c.charCodeAt(0) - 55 : Number(c);
      rest = (n > 9 ? rest * 100 + n : rest * 10 + n) % 97;
    }
    return rest === 1;
  }

  function masked(text) {
    for (const r of rules) text = text.replace(r.find, (m) => (!r.ok || r.ok(m) ? r.put : m));
    return text;
  }

  function mask(field) {
    const before = field.value;
    const caret = field.selectionStart;
    const after = masked(before);
    if (after === before) return;
    const head = masked(before.slice(0, caret));
    field.value = after;
    field.setSelectionRange(head.length, head.length);
    const note = field.form && field.form.querySelector("[data-masked-note]");
    if (note) note.hidden = false;
  }

  document.addEventListener("input", (e) => {
    const field = e.target;
    if (!(field instanceof HTMLElement) || !field.matches("[data-mask]")) return;
    // A number that is still being typed is left alone until something ends it.
    const last = field.value.slice(0, field.selectionStart).slice(-1);
    if (/[\s.,;:!?)]/.test(last)) mask(field);
  });
  document.addEventListener("focusout", (e) => {
    if (e.target instanceof HTMLElement && e.target.matches("[data-mask]")) mask(e.target);
  });
  document.addEventListener("submit", (e) => {
    for (const field of e.target.querySelectorAll("[data-mask]")) mask(field);
  }, true);

  // A choice in the error summary or the tour puts the focus in the field.
  const summary = document.getElementById("fouten");
  if (summary) summary.focus();
})();
