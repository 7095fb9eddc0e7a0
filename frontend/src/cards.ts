// A table that is wider than a phone stands as cards, one a row: who it is about first, every other value under its heading.
// The heads come from the table itself, so that no page has to say them twice.
const PHONE = matchMedia("(max-width: 640px)");
const SHORT = 12; // characters of a value that shares a line with others
const ROLES: [string, string][] = [["thead, tbody, tfoot", "rowgroup"], ["tr", "row"], ["th", "columnheader"], ["td, tbody th", "cell"]];

function heads(table: HTMLTableElement) {
  const rows = [...(table.tHead?.rows ?? [])];
  const row = rows.length === 1 ? [...rows[0]!.cells] : [];
  return row.some((cell) => cell.colSpan > 1) ? [] : row.map((cell) => cell.textContent?.trim() ?? "");
}

function label(row: HTMLTableRowElement, words: string[]) {
  const cells = [...row.cells];
  const tick = (cell: HTMLTableCellElement) => !cell.textContent?.trim() && cell.querySelector("input[type=checkbox]") !== null;
  const lead = cells.find((cell) => !tick(cell));
  for (const cell of cells) {
    const said = cell.textContent?.trim() ?? "";
    const acts = cell.querySelector("button, .db-b, input:not([type=checkbox]), select") !== null;
    cell.classList.toggle("tick", tick(cell));
    cell.classList.toggle("lead", cell === lead);
    cell.classList.toggle("none", (said === "" || said === "—") && !acts && !tick(cell) && cell.querySelector("svg, img, input") === null);
    cell.classList.toggle("long", acts || cell.colSpan > 1 || said.length > SHORT);
    if (cell !== lead && !acts && words[cell.cellIndex]) cell.dataset.head = words[cell.cellIndex];
  }
}

function stand(table: HTMLTableElement) {
  table.classList.remove("cards");
  const words = PHONE.matches ? heads(table) : [];
  const wide = table.scrollWidth > table.parentElement!.clientWidth + 1;
  const cards = words.length > 2 && wide;
  table.classList.toggle("cards", cards);
  // Laid out as blocks a browser forgets that it was a table: it is said again.
  if (cards) table.setAttribute("role", "table");
  else table.removeAttribute("role");
  for (const [parts, role] of ROLES)
    for (const part of table.querySelectorAll(parts)) if (cards) part.setAttribute("role", role); else part.removeAttribute("role");
  if (cards) for (const body of table.tBodies) for (const row of body.rows) label(row, words);
}

/** Let every table below a root that is wider than the phone stand as cards, and follow the width of the window. */
export function asCards(root: ParentNode) {
  const found = [...root.querySelectorAll<HTMLTableElement>(":is(.db-x, .db-x > .db-fold) > table.db-t:not(.db-visits, .db-cmp, [data-roving])")];
  found.forEach(stand);
  for (const table of found) table.closest("details")?.addEventListener("toggle", () => stand(table)); // folded up it has no width
  if (found.length) PHONE.addEventListener("change", () => found.filter((table) => table.isConnected).forEach(stand));
}
