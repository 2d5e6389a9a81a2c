// Personal numbers in free text, recognised as the server does it (package
// privacy): the same patterns in the same order, so that what is masked while
// typing is what the server would refuse. The two are tested on one list of
// texts. The server looks again and is the one that decides.
(() => {
  "use strict";
  const labels = { bsn: "BSN", iban: "rekeningnummer", "e-mail": "e-mailadres", telefoon: "telefoonnummer", adres: "adres" };

  const email = /[A-Za-z0-9][A-Za-z0-9._%+'-]*\s?(?:@|\(at\)|\[at\]|\(apenstaartje\)|\[apenstaartje\])\s?(?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,24}/g;
  const iban = /[A-Za-z]{2}[ .-]?[0-9]{2}(?:[ .-]?[A-Za-z0-9]){11,30}/g;
  const bsn = /[0-9]{8,9}|[0-9]{2,4}([ .-])[0-9]{2,3}[ .-][0-9]{2,4}(?:[ .-][0-9]{1,3})?/g;
  const phone = /(?:\+|00)[ ]?(?:\(0\))?[1-9](?:[ ./()-]{0,3}[0-9]){8,13}|\(?0(?:[ ./()-]{0,3}[0-9]){9}/g;
  const date = /^[0-9]{1,2}[-/. ][0-9]{1,2}[-/. ](?:19|20)[0-9]{2}/;
  const address = /([1-9][0-9]{3})( ?)([A-Za-z]{2})/g;
  const after = /^(?:[ ,]|nr\.?|no\.?|nummer|huisnummer|huisnr\.?|-){1,4}[0-9]{1,5}/;
  const before = /[A-Za-z.] ?[0-9]{1,5}[ ]?(?:[A-Za-z]|-[0-9A-Za-z]{1,4}|bis|hs|[IV]{1,3})?[ ]?[,;]?[ ]{0,2}(?:te |in )?$/;
  const saysBSN = /\b(?:bsn|burgerservicenummer|burger service nummer|sofi-?nummer|sofinr|persoonsnummer)\b[^0-9]{0,25}$/i;
  const saysOther = /(?:zaak|dossier|factuur|kenmerk|order|klant|polis|artikel|aanvraag|beschikking|referentie|ref|besluit|meldings?|ticket|kvk|rsin|btw|serie|kenteken|bedrag|euro|eur|versie|bestel)[a-z-]{0,12}(?: ?(?:nr|no|id|code|nummer)\.?)?[ :#=]{0,4}(?:is |was |met |van )?$|€ ?$|#$/i;
  const saysPhone = /(?:tel|telefoon|telefoonnummer|bel|gebeld|mobiel|nummer|06)[^0-9]{0,20}$/i;

  const lengths = {
    NL: 18, BE: 16, DE: 22, FR: 27, GB: 22, ES: 24, IT: 27, PL: 28, LU: 20, AT: 20, CH: 21, PT: 25,
    IE: 22, DK: 18, SE: 24, NO: 15, FI: 18, TR: 26, RO: 24, BG: 22, HU: 28, CZ: 24, GR: 27, HR: 21,
    LT: 20, LV: 21, EE: 20, SK: 24, SI: 19, CY: 28, MT: 31, MC: 27, SM: 27, LI: 21, IS: 26, UA: 29,
  };

  const isDigit = (c) => c >= "0" && c <= "9";
  const isLetter = (c) => (c >= "a" && c <= "z") || (c >= "A" && c <= "Z");
  const digits = (s) => s.replace(/[^0-9]/g, "");

  // plain folds what only looks different; at says where each character was.
  function plain(text) {
    let s = "";
    const at = [];
    let i = 0;
    for (const r of text) {
      const code = r.codePointAt(0);
      let c = " ";
      if (code < 128) c = code < 32 ? " " : r;
      else if (code >= 0xff10 && code <= 0xff19) c = String.fromCharCode(48 + code - 0xff10);
      else if (code >= 0xff21 && code <= 0xff3a) c = String.fromCharCode(65 + code - 0xff21);
      else if (code >= 0xff41 && code <= 0xff5a) c = String.fromCharCode(97 + code - 0xff41);
      else if (r === "＠") c = "@";
      else if (/[\p{Cf}\p{Mn}]/u.test(r)) c = "";
      else if (/\p{Pd}/u.test(r) || r === "−") c = "-";
      else if (r === "·" || r === "․" || r === "．") c = ".";
      else if (/\p{L}/u.test(r)) c = "x";
      else if (/\p{Nd}/u.test(r)) c = digitOf(code);
      if (c !== "") {
        s += c;
        at.push(i);
      }
      i += r.length;
    }
    at.push(text.length);
    return { s, at };
  }

  // Digits of another script come in runs of ten.
  function digitOf(code) {
    let zero = code;
    for (let i = 0; i < 9 && /\p{Nd}/u.test(String.fromCodePoint(zero - 1)); i++) zero--;
    return String((code - zero) % 10);
  }

  function edge(s, start, end) {
    if (start > 0 && (isDigit(s[start - 1]) || (isLetter(s[start - 1]) && isDigit(s[start]))) && !s.slice(0, start).toLowerCase().endsWith("bsn")) return false;
    if (start > 1 && ".,-".includes(s[start - 1]) && isDigit(s[start - 2])) return false;
    if (end < s.length && (isDigit(s[end]) || isLetter(s[end]))) return false;
    if (end + 1 < s.length && ",.-".includes(s[end]) && isDigit(s[end + 1])) return false;
    return true;
  }

  const context = (s, start) => s.slice(Math.max(0, start - 40), start);

  function elevenTest(d) {
    if (d.length !== 9) return false;
    let sum = -Number(d[8]);
    for (let i = 0; i < 8; i++) sum += (9 - i) * Number(d[i]);
    return d !== "000000000" && sum % 11 === 0;
  }

  function isBSN(s, start, end) {
    const d = digits(s.slice(start, end));
    const said = saysBSN.test(context(s, start));
    if (d.length === 8) return said && elevenTest(`0${d}`);
    if (d.length !== 9) return false;
    return said || (elevenTest(d) && !saysOther.test(context(s, start)));
  }

  function mod97(chars) {
    let sum = 0;
    for (let i = 0; i < chars.length; i++) {
      const c = chars[(i + 4) % chars.length];
      sum = isDigit(c) ? (sum * 10 + Number(c)) % 97 : (sum * 100 + c.charCodeAt(0) - 55) % 97;
    }
    return sum === 1;
  }

  function ibanLength(s, start, end) {
    if (start > 0 && (isLetter(s[start - 1]) || isDigit(s[start - 1]))) return 0;
    const country = s.slice(start, start + 2);
    const want = lengths[country.toUpperCase()];
    const chars = [];
    let best = 0;
    for (let i = start; i < end; i++) {
      if (!isDigit(s[i]) && !isLetter(s[i])) continue;
      chars.push(s[i].toUpperCase());
      const whole = i + 1 === s.length || (!isDigit(s[i + 1]) && !isLetter(s[i + 1]));
      if (want && chars.length === want && mod97(chars)) return i + 1 - start;
      if (!want && whole && chars.length >= 15 && country === country.toUpperCase() && mod97(chars)) best = i + 1 - start;
    }
    return best;
  }

  function isPhone(s, start, end) {
    const m = s.slice(start, end);
    if (date.test(m)) return false;
    const d = digits(m);
    if (saysOther.test(context(s, start)) && !saysPhone.test(context(s, start))) return false;
    if (m[0] === "+" || d.startsWith("00")) return true;
    if (["0800", "0900", "0906", "0909"].includes(d.slice(0, 4))) return false;
    return d[1] !== "0";
  }

  function isAddress(s, start, end) {
    if (!edge(s, start, end)) return null;
    const letters = s.slice(end - 2, end);
    const space = s[end - 3] === " ";
    const upper = letters === letters.toUpperCase();
    const lower = letters === letters.toLowerCase();
    const called = context(s, start).toLowerCase().includes("postcode");
    if (["SA", "SD", "SS"].includes(letters.toUpperCase())) return null;
    if (!upper && !called && (space || !lower)) return null;
    const follows = s.slice(end).match(after);
    if (follows) {
      let e = end + follows[0].length;
      if (e < s.length && isDigit(s[e])) return null;
      if (e < s.length && isLetter(s[e]) && (e + 1 === s.length || !isLetter(s[e + 1]))) e++;
      return [start, e];
    }
    const from = Math.max(0, start - 25);
    const precedes = s.slice(from, start).match(before);
    if (precedes) {
      let number = from + precedes.index;
      while (!isDigit(s[number])) number++;
      return [number, end];
    }
    return null;
  }

  function digitsEnd(s, at) {
    while (at < s.length && isDigit(s[at])) at++;
    return at;
  }

  // scan calls f for each match; f says where to go on.
  function scan(re, s, f) {
    for (let at = 0; at < s.length; ) {
      re.lastIndex = at;
      const m = re.exec(s);
      if (!m) return;
      at = Math.max(f(m.index, m.index + m[0].length), m.index + 1);
    }
  }

  /** What was recognised, in order and without overlap: kind and place. */
  function find(text) {
    const { s, at } = plain(text);
    const hits = [];
    const taken = new Array(s.length).fill(false);
    const add = (kind, start, end) => {
      for (let i = start; i < end; i++) if (taken[i]) return;
      taken.fill(true, start, end);
      hits.push({ kind, start: at[start], end: at[end] });
    };
    for (const m of s.matchAll(email)) add("e-mail", m.index, m.index + m[0].length);
    scan(iban, s, (start, end) => {
      const n = ibanLength(s, start, end);
      if (n > 0) {
        add("iban", start, start + n);
        return start + n;
      }
      return start + 1;
    });
    scan(bsn, s, (start, end) => {
      if (edge(s, start, end) && isBSN(s, start, end)) {
        add("bsn", start, end);
        return end;
      }
      return digitsEnd(s, start);
    });
    scan(phone, s, (start, end) => {
      if (edge(s, start, end) && isPhone(s, start, end)) {
        add("telefoon", start, end);
        return end;
      }
      return digitsEnd(s, start + 1);
    });
    scan(address, s, (start, end) => {
      const found = isAddress(s, start, end);
      if (found) {
        add("adres", found[0], found[1]);
        return found[1];
      }
      return digitsEnd(s, start);
    });
    return hits.sort((a, b) => a.start - b.start);
  }

  /** The text with every find replaced by its label in brackets. */
  function mask(text) {
    let out = "";
    let at = 0;
    for (const h of find(text)) {
      out += `${text.slice(at, h.start)}[${labels[h.kind]}]`;
      at = h.end;
    }
    return out + text.slice(at);
  }

  globalThis.lemniscaatMask = { find, mask };
  if (typeof document === "undefined") return; // in a test

  function maskField(field) {
    const typed = field.value;
    const masked = mask(typed);
    if (masked === typed) return;
    const caret = field.selectionStart ?? typed.length;
    // What stands after the caret stays after it.
    const tail = typed.length - caret;
    field.value = masked;
    const place = Math.max(0, masked.length - tail);
    if (field === document.activeElement) field.setSelectionRange(place, place);
    const note = field.form?.querySelector("[data-masked-note]");
    if (note) note.hidden = false;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  const wanted = (e) => e.target instanceof HTMLElement && e.target.matches("[data-mask]");
  document.addEventListener("input", (e) => {
    if (!wanted(e) || e.isComposing) return;
    // A number that is still being typed is left alone until something ends it.
    const last = e.target.value.slice(0, e.target.selectionStart).slice(-1);
    if (/[\s.,;:!?)]/.test(last) || e.inputType === "insertFromPaste") maskField(e.target);
  });
  document.addEventListener("focusout", (e) => {
    if (wanted(e)) maskField(e.target);
  });
  document.addEventListener("submit", (e) => {
    for (const field of e.target.querySelectorAll("[data-mask]")) maskField(field);
  }, true);
})();
