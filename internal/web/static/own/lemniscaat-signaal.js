// <lemniscaat-signaal>: a button for a case system that opens the signal form of
// Lemniscaat in a new tab, on the right place. It asks for nothing, sends
// nothing by itself and knows nothing of the page that it stands in.
//
//   regeling, artikel, lid, regel, stap, versie   the place, all but regeling optional
//   zaak     the reference in the case system. It goes to Lemniscaat in the body
//            of a request, never in an address, and becomes a pseudonym there.
//   server   where Lemniscaat is; without it: where this file came from
const home = new URL(import.meta.url).origin;
const names = ["regeling", "artikel", "lid", "regel", "stap", "versie", "zaak"];

// A sheet of its own is allowed by every content security policy; the page can
// still style the button with ::part(knop).
const sheet = new CSSStyleSheet();
sheet.replaceSync(":host { display: inline-block } form { margin: 0 } button { font: inherit; min-block-size: 2.75rem; padding-inline: 1.1rem; cursor: pointer }");

class LemniscaatSignaal extends HTMLElement {
  static observedAttributes = [...names, "server"];

  connectedCallback() {
    if (!this.shadowRoot) this.attachShadow({ mode: "open" }).adoptedStyleSheets = [sheet];
    this.draw();
  }

  attributeChangedCallback() {
    if (this.shadowRoot) this.draw();
  }

  draw() {
    const form = document.createElement("form");
    form.method = "post";
    form.target = "_blank";
    form.rel = "noopener";
    form.action = new URL("/signaal/open", this.getAttribute("server") || home).href;
    for (const name of names) {
      const value = this.getAttribute(name);
      if (!value) continue;
      const field = document.createElement("input");
      field.type = "hidden";
      field.name = name;
      field.value = value;
      form.append(field);
    }
    const button = document.createElement("button");
    button.type = "submit";
    button.part = "knop"; // so that the page can style it: lemniscaat-signaal::part(knop)
    const slot = document.createElement("slot");
    slot.textContent = "Signaal geven";
    button.append(slot);
    form.append(button);
    this.shadowRoot.replaceChildren(form);
  }
}

if (!customElements.get("lemniscaat-signaal")) customElements.define("lemniscaat-signaal", LemniscaatSignaal);
