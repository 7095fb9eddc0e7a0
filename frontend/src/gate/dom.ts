// Elements without inline script or style: el("button", { class: "bb", click: f }, icon("phone"), "words").
type Child = Node | string | number | null | false | undefined;
type Value = string | number | boolean | null | undefined | ((event: Event) => unknown);

export function el<K extends keyof HTMLElementTagNameMap>(tag: K, said: Record<string, Value> = {}, ...children: Child[]): HTMLElementTagNameMap[K] {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(said)) {
    if (typeof value === "function") node.addEventListener(name, value);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) node.setAttribute(name, String(value));
  }
  node.append(...children.filter((child) => child !== null && child !== false && child !== undefined).map((child) => (typeof child === "number" ? String(child) : (child as Node | string))));
  return node;
}

const SVG = "http://www.w3.org/2000/svg";

export function icon(name: string): SVGElement {
  const svg = document.createElementNS(SVG, "svg");
  const use = document.createElementNS(SVG, "use");
  svg.setAttribute("class", "i");
  svg.setAttribute("aria-hidden", "true");
  use.setAttribute("href", `${import.meta.env.BASE_URL}icons.svg#${name}`);
  svg.append(use);
  return svg;
}

// The large button of the page; kind "p" is the one that Enter presses, "r" the red one.
export const button = (kind: string, sign: string, words: string, click: (event: Event) => unknown, more: Record<string, Value> = {}) =>
  el("button", { type: "button", class: `bb ${kind}`, click, ...more }, icon(sign), el("span", {}, words));

export const call = (words: string, phone: string, kind = "p") =>
  el("a", { class: `bb ${kind}`, href: `tel:${phone}` }, icon("phone"), el("span", {}, phone ? `${words} ${phone}` : words));

export const row = (sign: string, words: Child, value: Child, kind = "") =>
  el("div", { class: `gr ${kind}` }, icon(sign), el("span", {}, words), el("span", { class: "v" }, value));

export const titled = (words: string, ...children: Child[]) => el("section", { class: "view" }, el("h1", {}, words), ...children);

export function choices(options: [string, string][], chosen: string | null, pick: (code: string) => void) {
  const box = el("div", { class: "pick" });
  for (const [code, words] of options) {
    const one = el("button", { type: "button", "aria-pressed": String(code === chosen) }, words);
    one.addEventListener("click", () => {
      for (const other of box.children) other.setAttribute("aria-pressed", String(other === one));
      pick(code);
    });
    box.append(one);
  }
  return box;
}

export function field(words: string, value: string, said: Record<string, Value> = {}) {
  const input = el("input", { class: "tin", "aria-label": words, placeholder: words, autocomplete: "off", ...said });
  input.value = value;
  return input;
}
