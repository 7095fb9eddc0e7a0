// What the editor knows of a roster: its palette, its cells, and how a cell is drawn.
export type Watch = { id: number; code: string; name: string; tint: string; hours: string };
export type Palette = { first: string; days: string[]; watches: Watch[]; posts: { id: number; name: string }[]; short: string; day_off: string };
export type Place = [number, number, boolean?];
export type State = {
  version: number;
  cells: [number, number, string, number, string][];
  counts: Record<string, number>;
  marks: [number, number, number][];
  demand: Record<string, [number, number, number, string, number][]>;
  conflicts: number;
  panel: string;
  answer: string;
  because: string;
  log: string;
  publish: string;
  undo: string;
  redo: string;
  error?: string;
};

export const all = <E extends Element = HTMLElement>(selector: string, root: ParentNode = document) => [...root.querySelectorAll<E>(selector)];
export const one = <E extends Element = HTMLElement>(selector: string, root: ParentNode = document) => root.querySelector<E>(selector);

const BASE: Record<string, string> = { x: "×", z: "", o: "·" };

export class Grid {
  readonly offset: number;
  readonly span: string;
  readonly rows = new Map<number, HTMLTableRowElement>();
  private readonly watches: Map<number, Watch>;
  private readonly posts: Map<number, string>;

  constructor(readonly table: HTMLTableElement, readonly palette: Palette) {
    this.offset = Number(table.dataset.offset ?? 0);
    this.span = table.dataset.span ?? "month";
    for (const row of all<HTMLTableRowElement>("tr[data-p]", table)) this.rows.set(Number(row.dataset.p), row);
    this.watches = new Map(palette.watches.map((watch) => [watch.id, watch]));
    this.posts = new Map(palette.posts.map((post) => [post.id, post.name]));
  }

  at(person: number, day: number): HTMLTableCellElement | undefined {
    const cell = this.rows.get(person)?.cells[day - this.offset + 1];
    return cell?.classList.contains("s") ? cell : undefined;
  }

  person = (cell: Element) => Number((cell.parentElement as HTMLElement).dataset.p);
  day = (cell: HTMLTableCellElement) => cell.cellIndex - 1 + this.offset;
  place(cell: HTMLElement): Place | null {
    const [watch, post] = (cell.dataset.k ?? "").split(".").map(Number);
    return watch && post ? [watch, post, cell.classList.contains("pin")] : null;
  }
  date = (day: number) => this.palette.days[day] ?? "";
  name = (cell: Element) => one("th", cell.parentElement as HTMLElement)?.firstChild?.textContent?.trim() ?? "";
  may = (cell: Element) => ((cell.parentElement as HTMLElement).dataset.m ?? "").split(",").filter(Boolean).map(Number);

  words(kind: string): string {
    const [watch, post] = kind.split(".").map(Number);
    return watch && post ? `${this.watches.get(watch)?.name ?? "?"} ${this.posts.get(post) ?? "?"}` : this.palette.day_off;
  }

  // Draw one cell anew; what it was in the roster it would change stays beside it.
  paint(cell: HTMLTableCellElement, kind: string, pinned: boolean, base: string) {
    const before = cell.dataset.k ?? "-";
    if (!cell.dataset.was && (kind || "-") !== before) {
      cell.dataset.was = before;
      cell.dataset.old = this.tint(before);
    }
    const changed = cell.dataset.was !== undefined && cell.dataset.was !== (kind || "-");
    const kept = [...cell.classList].filter((name) => ["db-cut", "cf", "hard", "sel"].includes(name));
    const tint = kind ? this.tint(kind) : base;
    cell.className = ["s", tint, ...(pinned ? ["pin"] : []), ...(changed ? ["chg"] : []), ...kept].join(" ");
    cell.dataset.new = tint;
    if (kind) cell.dataset.k = kind;
    else delete cell.dataset.k;
    const text = kind ? this.text(kind) : (BASE[base] ?? "");
    if (!changed) cell.textContent = text;
    else {
      const old = document.createElement("s");
      old.textContent = this.code(cell.dataset.was ?? "");
      const now = document.createElement("span");
      now.textContent = text || "·";
      cell.replaceChildren(old, now);
    }
  }

  private watch = (kind: string) => this.watches.get(Number(kind.split(".")[0]));
  private tint = (kind: string) => this.watch(kind)?.tint ?? "o";
  private code = (kind: string) => this.watch(kind)?.code ?? "";
  private text(kind: string) {
    const watch = this.watch(kind);
    const post = this.posts.get(Number(kind.split(".")[1])) ?? "";
    if (this.span === "month" || !watch) return watch?.code ?? "?";
    return this.span === "week" ? `${watch.code} ${post}` : `${watch.name} ${watch.hours} ${post}`;
  }

  apply(state: State) {
    for (const [person, day, kind, pinned, base] of state.cells) {
      const cell = this.at(person, day);
      if (cell) this.paint(cell, kind, Boolean(pinned), base);
    }
    for (const [person, count] of Object.entries(state.counts)) {
      const end = this.rows.get(Number(person))?.cells;
      if (end?.length) (end[end.length - 1] as HTMLElement).textContent = String(count);
    }
    for (const cell of all(".cf", this.table)) cell.classList.remove("cf", "hard");
    for (const [person, day, hard] of state.marks) {
      const cell = this.at(person, day);
      cell?.classList.add("cf");
      if (hard) cell?.classList.add("hard");
    }
    this.applyDemand(state);
  }

  private applyDemand(state: State) {
    for (const row of all<HTMLTableRowElement>("tr[data-post]", this.table)) {
      const days = state.demand[row.dataset.post ?? ""] ?? [];
      for (let index = 1; index < row.cells.length - 1; index++) {
        const cell = row.cells[index] as HTMLTableCellElement;
        const found = days[index - 1 + this.offset];
        if (!found || (this.span === "day" && index > 1)) continue;
        const [standing, short, over, words, watch] = found;
        cell.className = `${short ? "m-neg" : over ? "m-1" : "m-2"}${cell.classList.contains("db-cut") ? " db-cut" : ""}`;
        cell.title = words;
        if (short) cell.dataset.watch = String(watch);
        else delete cell.dataset.watch;
        cell.textContent = short ? this.palette.short.replace("%", String(short)) : String(standing);
        if (over && !short) {
          const more = document.createElement("sup");
          more.textContent = `+${over}`;
          cell.append(more);
        }
      }
    }
  }
}
