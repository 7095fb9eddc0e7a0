// Filters of the time line: they hide rows, nothing is asked of the server.
import type { Grid } from "./state";
import { all, one } from "./state";

export class Filters {
  private readonly form = one<HTMLFormElement>("[data-filters]");

  constructor(private readonly grid: Grid, private readonly chosenDay: () => number) {
    this.form?.addEventListener("input", () => this.draw());
    this.form?.addEventListener("submit", (event) => event.preventDefault());
  }

  private value = (name: string) => one<HTMLInputElement | HTMLSelectElement>(`[data-filter=${name}]`, this.form ?? document)?.value.trim() ?? "";

  draw() {
    const [name, team, post, unit, only] = ["name", "team", "post", "unit", "only"].map(this.value) as [string, string, string, string, string];
    let shown = 0;
    for (const group of all("tbody[data-group]", this.grid.table)) {
      let here = 0;
      for (const row of all<HTMLTableRowElement>("tr[data-p]", group)) {
        row.hidden = !(
          (!name || (one("th", row)?.textContent ?? "").includes(name)) &&
          (!team || group.dataset.group === team) &&
          (!post || (row.dataset.m ?? "").split(",").includes(post)) &&
          (!unit || row.dataset.u === unit) &&
          this.kept(row, only)
        );
        here += row.hidden ? 0 : 1;
      }
      group.hidden = here === 0;
      shown += here;
    }
    for (const row of all<HTMLTableRowElement>("tr[data-post]", this.grid.table)) row.hidden = Boolean(post) && row.dataset.post !== post;
    const told = one("[data-shown]", this.form ?? document);
    if (told) told.textContent = shown === this.grid.rows.size ? "" : `${shown}/${this.grid.rows.size}`;
  }

  private kept(row: HTMLTableRowElement, only: string) {
    if (only === "conflict") return Boolean(one(".cf", row));
    if (only === "duty") return Boolean(one("[data-k]", row));
    const cell = row.cells[this.chosenDay() - this.grid.offset + 1];
    return only !== "free" || Boolean(cell?.classList.contains("o"));
  }
}
