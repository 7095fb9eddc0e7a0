// Which days are chosen: one that has the focus, and with Shift a block of them.
import type { Grid } from "./state";
import { all } from "./state";

export class Selection {
  focus: HTMLTableCellElement | null = null;
  private anchor: HTMLTableCellElement | null = null;
  readonly cells = new Set<HTMLTableCellElement>();

  constructor(private readonly grid: Grid, private readonly changed: () => void) {}

  rows = () => all<HTMLTableRowElement>("tbody:not([hidden]) > tr[data-p]:not([hidden])", this.grid.table);

  to(cell: HTMLTableCellElement, extend = false) {
    if (this.focus) this.focus.tabIndex = -1;
    this.focus = cell;
    cell.tabIndex = 0;
    cell.focus({ preventScroll: false });
    if (!extend) this.anchor = cell;
    this.block();
    this.changed();
  }

  // The cell so many rows and days away, among the rows that are shown.
  beside(cell: HTMLTableCellElement, down: number, right: number): HTMLTableCellElement | undefined {
    const rows = this.rows();
    const row = rows[rows.indexOf(cell.parentElement as HTMLTableRowElement) + down];
    const next = row?.cells[cell.cellIndex + right];
    return next?.classList.contains("s") ? next : undefined;
  }

  // As beside, but as far as there are rows and days.
  toward(cell: HTMLTableCellElement, down: number, right: number): HTMLTableCellElement | undefined {
    const rows = this.rows();
    const index = rows.indexOf(cell.parentElement as HTMLTableRowElement) + down;
    const days = all<HTMLTableCellElement>("td.s", rows[Math.min(rows.length - 1, Math.max(0, index))]);
    return days[Math.min(days.length - 1, Math.max(0, cell.cellIndex - 1 + right))];
  }

  clear() {
    this.anchor = this.focus;
    this.block();
    this.changed();
  }

  private block() {
    for (const cell of this.cells) cell.classList.remove("sel");
    this.cells.clear();
    if (!this.focus || !this.anchor) return;
    const rows = this.rows();
    const lines = [this.focus, this.anchor].map((cell) => rows.indexOf(cell.parentElement as HTMLTableRowElement)).sort((a, b) => a - b) as [number, number];
    const days = [this.focus.cellIndex, this.anchor.cellIndex].sort((a, b) => a - b) as [number, number];
    for (const row of rows.slice(Math.max(0, lines[0]), lines[1] + 1)) {
      for (let index = days[0]; index <= days[1]; index++) {
        const cell = row.cells[index];
        if (cell?.classList.contains("s")) this.cells.add(cell);
      }
    }
    if (this.cells.size > 1) for (const cell of this.cells) cell.classList.add("sel");
  }
}
