// The small window in which watch and post are chosen, for one day of one person or for many at once.
import type { Grid, Place } from "./state";
import { all, one } from "./state";

export class Chooser {
  private readonly box = one("#choose");
  private widened = false;

  constructor(private readonly grid: Grid, private readonly chosen: (place: Place) => void) {
    one("[data-more]", this.box ?? document)?.addEventListener("click", () => {
      this.widened = true;
      this.fill(this.cells);
    });
    this.box?.addEventListener("keydown", (event) => {
      const number = Number(event.key);
      if (number >= 1 && number <= 9) all<HTMLButtonElement>(".db-pick", this.box ?? document)[number - 1]?.click();
    });
  }

  private cells: HTMLTableCellElement[] = [];

  open(cells: HTMLTableCellElement[], anchor: HTMLElement) {
    if (!this.box || !cells.length) return;
    this.cells = cells;
    this.widened = false;
    this.fill(cells);
    this.box.showPopover();
    const place = anchor.getBoundingClientRect();
    const size = this.box.getBoundingClientRect();
    this.box.style.left = `${Math.max(8, Math.min(place.left, innerWidth - size.width - 8))}px`;
    this.box.style.top = `${place.bottom + 6 + size.height > innerHeight ? Math.max(8, place.top - size.height - 6) : place.bottom + 6}px`;
    one<HTMLButtonElement>(".db-pick", this.box)?.focus();
  }

  close() {
    if (this.box?.matches(":popover-open")) this.box.hidePopover();
  }

  private fill(cells: HTMLTableCellElement[]) {
    const box = this.box;
    const body = box && one(".bd", box);
    const first = cells[0];
    if (!box || !body || !first) return;
    const head = one("header strong", box);
    if (head) head.textContent = cells.length > 1 ? `${this.grid.name(first)} … ×${cells.length}` : `${this.grid.name(first)} ${this.grid.date(this.grid.day(first)).slice(5)}`;
    const may = new Set(cells.flatMap((cell) => this.grid.may(cell)));
    const more = one("[data-more]", box);
    if (more) more.hidden = this.widened || may.size >= this.grid.palette.posts.length;
    const now = cells.length === 1 ? first.dataset.k : undefined;
    body.replaceChildren(
      ...this.grid.palette.posts
        .filter((post) => this.widened || may.has(post.id))
        .map((post) => {
          const row = document.createElement("div");
          row.className = may.has(post.id) ? "db-pickrow" : "db-pickrow not";
          const name = document.createElement("span");
          name.textContent = post.name;
          row.append(name, ...this.grid.palette.watches.map((watch) => this.button(watch.id, post.id, watch.code, watch.tint, `${watch.name} ${watch.hours} ${post.name}`, now)));
          return row;
        }),
    );
  }

  private button(watch: number, post: number, code: string, tint: string, label: string, now?: string) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = `db-pick s ${tint}`;
    button.textContent = code;
    button.setAttribute("aria-label", label);
    button.title = label;
    button.setAttribute("aria-pressed", String(now === `${watch}.${post}`));
    button.addEventListener("click", () => {
      this.close();
      this.chosen([watch, post]);
    });
    return button;
  }
}
