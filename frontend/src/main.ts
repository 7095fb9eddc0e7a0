import "./tokens.css";
import "./diba.css";
import "./parts.css";
import "./pages.css";
import "./wall.css";
import "./manning.css";
import "./mine.css";
import "./print.css";
import htmx from "htmx.org";
import { followAnswers } from "./answering";
import { ask } from "./ask";
import { asCards } from "./cards";

const all = <E extends Element = HTMLElement>(selector: string, root: ParentNode = document) => [...root.querySelectorAll<E>(selector)];
const one = <E extends Element = HTMLElement>(selector: string, root: ParentNode = document) => root.querySelector<E>(selector);

// Under the strict CSP htmx may neither eval nor write a style element of its own.
htmx.config.allowEval = false;
htmx.config.includeIndicatorStyles = false;
htmx.config.historyCacheSize = 0; // pages hold health data: nothing of them stays in the browser's storage
document.addEventListener("htmx:configRequest", (event) => {
  const detail = (event as CustomEvent<{ headers: Record<string, string> }>).detail;
  const token = one<HTMLMetaElement>("meta[name=csrf-token]")?.content;
  if (token) detail.headers["X-CSRFToken"] = token;
});

// A strip of pages that is wider than the phone begins where the page is.
for (const page of all(".db-tabs [aria-current]")) {
  const strip = page.parentElement!;
  strip.scrollLeft = page.offsetLeft - strip.offsetLeft - (strip.clientWidth - page.offsetWidth) / 2;
}

// Poll with ETag: a tile is swapped only when it changed; silent for 90 s it says how old it is.
const STALE = 90_000; // ms; DESIGN: "silent for 90 s = stale by the client's clock"
for (const box of all("[data-poll]")) {
  let etag = "";
  let heard = Date.now();
  const every = Number(box.dataset.every ?? "5") * 1000;
  const ask = async () => {
    try {
      const answer = await fetch(box.dataset.poll ?? "", { headers: etag ? { "If-None-Match": etag } : {}, credentials: "same-origin" });
      if (answer.ok || answer.status === 304) heard = Date.now();
      if (answer.redirected) return location.reload();
      if (answer.ok) {
        etag = answer.headers.get("ETag") ?? "";
        const held = box.contains(document.activeElement) ? document.activeElement?.id : "";
        box.innerHTML = await answer.text();
        wire(box);
        htmx.process(box);
        // Whoever walks the cells by keyboard stays where he was.
        const again = held ? document.getElementById(held) : null;
        if (again?.tabIndex === -1) again.tabIndex = 0;
        again?.focus({ preventScroll: true });
      }
    } catch {
      // The network is away: the old figures stay, with their age.
    }
    const age = Date.now() - heard;
    box.toggleAttribute("data-stale", age > STALE);
    // The sign says "fresh" only while it is.
    for (const sign of all("[data-when]", box)) sign.hidden = (sign.dataset.when === "stale") !== age > STALE;
    for (const tile of all(".db-tile", box)) {
      if (age > STALE) tile.dataset.age = (box.dataset.lost ?? "").replace("%", String(Math.round(age / 60_000)));
      else delete tile.dataset.age;
    }
    setTimeout(ask, every);
  };
  setTimeout(ask, every);
}

// A form that could harm asks first; Escape and Cancel lead back.
function confirmFirst(form: HTMLFormElement) {
  form.addEventListener("submit", (event) => {
    const dialog = one<HTMLDialogElement>("#confirm");
    if (form.dataset.sure || !dialog) return;
    event.preventDefault();
    const submitter = (event as SubmitEvent).submitter as HTMLButtonElement | null;
    const text = one(".text", dialog);
    if (text) text.textContent = form.dataset.confirm ?? "";
    dialog.showModal();
    dialog.onclose = () => {
      if (dialog.returnValue !== "yes") return;
      form.dataset.sure = "1";
      form.requestSubmit(submitter ?? undefined);
    };
  });
}

// Two taps: the button says the sentence that will be sent.
function twoTaps(form: HTMLFormElement) {
  const button = one<HTMLButtonElement>("[data-sentence]", form);
  const draw = () => {
    const chosen = one<HTMLInputElement>("input[name=temperature]:checked", form);
    if (!button) return;
    button.disabled = !chosen;
    button.textContent = chosen ? (button.dataset.sentence ?? "").replace("%", chosen.value) : (button.dataset.empty ?? "");
  };
  form.addEventListener("change", draw);
  draw();
}

// A link into what is folded together unfolds it and leads to its first field.
function unfolds(link: HTMLAnchorElement) {
  link.addEventListener("click", (event) => {
    const folded = one<HTMLDetailsElement>(`${link.hash} details`);
    if (!folded) return;
    event.preventDefault();
    folded.open = true;
    one<HTMLInputElement>("input:not([type=hidden])", folded)?.focus({ preventScroll: true });
    folded.scrollIntoView();
  });
}

// Arrow keys walk a grid of cells with one tab stop.
function roving(table: HTMLElement) {
  table.addEventListener("keydown", (event) => {
    const step: Record<string, [number, number]> = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
    const cell = (event.target as HTMLElement).closest<HTMLTableCellElement>("td[tabindex]");
    const move = step[event.key];
    if (cell && event.key === "Enter" && event.target === cell) return one<HTMLElement>("a, button", cell)?.click();
    if (!cell || !move) return;
    event.preventDefault();
    let row: HTMLTableRowElement | null = cell.parentElement as HTMLTableRowElement;
    if (move[0]) do row = (move[0] < 0 ? row.previousElementSibling : row.nextElementSibling) as HTMLTableRowElement | null;
    while (row && !one("td[tabindex]", row));
    const next = row?.cells[cell.cellIndex + move[1]];
    if (next?.hasAttribute("tabindex")) {
      cell.tabIndex = -1;
      next.tabIndex = 0;
      next.focus();
    }
  });
}

// htmx says at the start that the whole page was loaded, once more: what must not be done twice is done here once.
const WIRED = new WeakSet<Element>();
function once(part: Element) {
  if (WIRED.has(part)) return false;
  WIRED.add(part);
  return true;
}

// One tap chooses everybody on the page, the next one nobody; how many are chosen stands beside it.
function tickAll(button: HTMLButtonElement) {
  const form = button.form;
  if (!form) return;
  const boxes = [...form.elements].filter((part): part is HTMLInputElement => part instanceof HTMLInputElement && part.type === "checkbox" && part.name === button.dataset.ticks);
  const count = one(`[data-ticked="${button.dataset.ticks}"]`, form);
  const say = () => {
    const chosen = boxes.filter((box) => box.checked).length;
    if (count) count.textContent = chosen ? (count.dataset.words ?? "").replace("%", String(chosen)) : "";
    button.setAttribute("aria-pressed", String(chosen === boxes.length));
  };
  for (const box of boxes) box.addEventListener("change", say);
  button.addEventListener("click", () => {
    const every = boxes.some((box) => !box.checked);
    for (const box of boxes) box.checked = every;
    say();
  });
  say();
}

const SEARCHED = 20; // options: more are searched, not scrolled through
const MANY = 12; // such choices on one page: a table full of them stays plain
function wire(root: ParentNode) {
  all<HTMLFormElement>("form[data-confirm]", root).forEach(confirmFirst);
  all<HTMLFormElement>("form[data-two-taps]", root).forEach(twoTaps);
  all("table[data-roving]", root).forEach(roving);
  all<HTMLAnchorElement>("a[data-opens]", root).forEach(unfolds);
  for (const form of all<HTMLFormElement>("form[data-auto]", root)) form.addEventListener("change", () => form.requestSubmit());
  asCards(root);
  all<HTMLButtonElement>("button[data-ticks]", root).filter(once).forEach(tickAll);
  all<HTMLFormElement>("form[data-answers]", root).filter(once).forEach(followAnswers);
  // What scrolls sideways and holds nothing to step to is itself a step for the keyboard.
  for (const panel of all(".db-x", root)) if (panel.scrollWidth > panel.clientWidth && !one("a, button, input, select, textarea, [tabindex]", panel)) panel.tabIndex = 0;
  const long = all<HTMLSelectElement>("select", root).filter((choice) => choice.length > SEARCHED && !choice.size);
  if (long.length && long.length <= MANY) void import("./choosing").then((choosing) => choosing.search(long));
  if (one("[data-editor], [data-places]", root)) void import("./roster");
  if (one("[data-chart]", root)) void import("./charts").then((charts) => charts.drawAll(root));
}
wire(document);
document.addEventListener("htmx:load", (event) => wire(event.target as ParentNode));

// What was asked for takes the focus, so that a keyboard or a phone is led to it.
document.addEventListener("htmx:afterSwap", (event) => {
  const head = one("[data-focus]", (event as CustomEvent<{ target: HTMLElement }>).detail.target);
  head?.focus({ preventScroll: true });
  head?.scrollIntoView({ block: "nearest" });
});

// The undo bar stays for eight seconds, longer while the hand is on it.
for (const bar of all("[data-fades]")) {
  const go = () => (bar.matches(":hover, :focus-within") ? setTimeout(go, 2000) : bar.remove());
  setTimeout(go, 8000);
}

// The table behind a picture, and its download; a cell that a spreadsheet would run as a formula is quoted.
function csv(table: HTMLTableElement) {
  const cell = (text: string) => `"${(/^[=+@\t\r-](?!\d)/.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`;
  return "\uFEFF" + [...table.rows].map((row) => [...row.cells].map((each) => cell(each.innerText.trim())).join(",")).join("\r\n");
}
document.addEventListener("click", (event) => {
  const button = (event.target as Element).closest<HTMLElement>("[data-table], [data-download], [data-diff] button");
  if (!button) return;
  const box = document.getElementById(button.dataset.table ?? button.dataset.download ?? "");
  if (button.dataset.table && box) {
    box.hidden = !box.hidden;
    button.setAttribute("aria-expanded", String(!box.hidden));
  } else if (button.dataset.download && box) {
    const table = box instanceof HTMLTableElement ? box : one<HTMLTableElement>("table", box);
    if (!table) return;
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([csv(table)], { type: "text/csv" }));
    link.download = button.dataset.file ?? "table.csv";
    link.click();
    URL.revokeObjectURL(link.href);
  } else {
    showSide(button);
  }
});

// A proposed change: what is, both, what would be. The letters are all there; a class chooses.
function showSide(button: HTMLElement) {
  const table = one("table[data-sides]");
  const tabs = button.parentElement;
  if (!table || !tabs) return;
  for (const each of all("button", tabs)) each.setAttribute("aria-pressed", String(each === button));
  table.classList.remove("mo", "mn");
  if (button.dataset.side) table.classList.add(button.dataset.side);
  for (const cell of all(".chg", table)) {
    cell.classList.remove(cell.dataset.old ?? "o", cell.dataset.new ?? "o");
    cell.classList.add((button.dataset.side === "mo" ? cell.dataset.old : cell.dataset.new) ?? "o");
  }
}

// Said once: a form that is sent is not sent twice by a second tap.
document.addEventListener("submit", (event) => {
  if (event.defaultPrevented) return;
  const form = event.target as HTMLFormElement;
  if (form.method === "post") setTimeout(() => all<HTMLButtonElement>("button[type=submit]", form).forEach((button) => (button.disabled = true)));
});
addEventListener("pageshow", () => all<HTMLButtonElement>("form[method=post] button[type=submit]:not([data-sentence])").forEach((button) => button.hasAttribute("data-off") || (button.disabled = false)));

document.addEventListener("keydown", (event) => {
  const target = event.target as HTMLElement;
  if (/INPUT|TEXTAREA|SELECT/.test(target.tagName) || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "/") {
    event.preventDefault();
    one<HTMLInputElement>("[data-search]")?.focus();
  } else if (event.key === "?") {
    one<HTMLDialogElement>("#keys")?.showModal();
  } else if (/^[1-5]$/.test(event.key)) {
    one<HTMLButtonElement>(`[data-person]:not([hidden]) [data-outcome]:nth-of-type(${event.key})`)?.click();
  }
});
for (const button of all("[data-open]"))
  button.addEventListener("click", () => {
    const dialog = one<HTMLDialogElement>(`#${button.dataset.open}`);
    if (dialog && button.dataset.ask) ask(button, dialog);
    dialog?.showModal();
  });
// What was refused is shown again with its questions open.
one<HTMLDialogElement>("dialog[data-show]")?.showModal();
for (const button of all("[data-close]")) button.addEventListener("click", () => button.closest("dialog")?.close());
for (const button of all("[data-print]")) button.addEventListener("click", () => print());

// The wall is drawn for 1920 px and scaled to whatever hangs there; on a phone wall.css stacks it instead.
if (document.body.classList.contains("db-wall")) {
  const fit = () => (document.body.style.zoom = innerWidth > 900 ? String(innerWidth / 1920) : "1");
  fit();
  addEventListener("resize", fit);
}

const lost = one("#lost");
if (lost) {
  addEventListener("offline", () => (lost.hidden = false));
  addEventListener("online", () => (lost.hidden = true));
}
