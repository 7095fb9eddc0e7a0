// Dragging a duty: with the mouse at once, with a finger after it has rested, so that a finger still scrolls.
const FAR = 6; // px
const REST = 350; // ms
const EDGE = 48; // px from the edge of the pane within which it scrolls under what is dragged
const PACE = 16; // px a frame, at the edge itself

export function draggable(table: HTMLTableElement, takes: (cell: HTMLTableCellElement) => boolean, drop: (from: HTMLTableCellElement, to: HTMLTableCellElement) => void) {
  let from: HTMLTableCellElement | null = null;
  let over: HTMLTableCellElement | null = null;
  let ghost: HTMLElement | null = null;
  let timer = 0;
  let start = { x: 0, y: 0 };
  let last = { x: 0, y: 0 };

  const cellUnder = (x: number, y: number) => (document.elementFromPoint(x, y) as HTMLElement | null)?.closest<HTMLTableCellElement>("tr[data-p] > td.s") ?? null;

  function lift(x: number, y: number) {
    if (!from) return;
    ghost = document.createElement("div");
    ghost.className = `db-ghost ${from.className}`;
    ghost.textContent = from.querySelector("span")?.textContent ?? from.textContent;
    document.body.append(ghost);
    table.classList.add("dragging");
    follow(x, y);
    requestAnimationFrame(scroll);
  }

  // Who is out of sight is reached by holding the duty near an edge: the pane scrolls, then the page.
  function scroll() {
    if (!ghost) return;
    const pane = table.parentElement as HTMLElement;
    const [box, head] = [pane.getBoundingClientRect(), table.rows[0]?.cells[0]?.getBoundingClientRect()];
    const foot = document.querySelector(".db-ph-tab")?.getBoundingClientRect();
    const below = Math.min(box.bottom, foot?.height ? foot.top : innerHeight);
    const above = Math.max(box.top, 0) + (head?.height ?? 0);
    const deep = (near: number) => Math.ceil(PACE * Math.min(1, Math.max(0, (EDGE - near) / EDGE)));
    const down = deep(below - last.y) - deep(last.y - above);
    const right = deep(box.right - last.x) - deep(last.x - box.left - (head?.width ?? 0));
    const stood = pane.scrollTop;
    pane.scrollBy({ left: right, top: down, behavior: "instant" });
    if (down && pane.scrollTop === stood) scrollBy({ top: down, behavior: "instant" });
    if (down || right) follow(last.x, last.y);
    requestAnimationFrame(scroll);
  }

  function follow(x: number, y: number) {
    last = { x, y };
    if (!ghost) return;
    ghost.style.left = `${x + 8}px`;
    ghost.style.top = `${y + 8}px`;
    const next = cellUnder(x, y);
    if (next === over) return;
    over?.classList.remove("aim");
    over = next && table.contains(next) ? next : null;
    over?.classList.add("aim");
  }

  function end() {
    clearTimeout(timer);
    ghost?.remove();
    over?.classList.remove("aim");
    table.classList.remove("dragging");
    from = over = ghost = null;
  }

  table.addEventListener("pointerdown", (event) => {
    const cell = (event.target as HTMLElement).closest<HTMLTableCellElement>("tr[data-p] > td.s");
    if (!cell || event.button || event.shiftKey || !takes(cell)) return;
    from = cell;
    start = { x: event.clientX, y: event.clientY };
    if (event.pointerType !== "mouse") timer = window.setTimeout(() => lift(start.x, start.y), REST);
  });
  addEventListener("pointermove", (event) => {
    if (!from) return;
    const moved = Math.hypot(event.clientX - start.x, event.clientY - start.y) > FAR;
    if (!ghost && moved && event.pointerType !== "mouse") return end(); // the finger scrolls
    if (!ghost && moved) lift(event.clientX, event.clientY);
    if (ghost) {
      event.preventDefault();
      follow(event.clientX, event.clientY);
    }
  });
  addEventListener("pointerup", () => {
    const [taken, target, lifted] = [from, over, ghost];
    end();
    if (lifted && taken && target && target !== taken) drop(taken, target);
    if (lifted) addEventListener("click", (event) => event.stopPropagation(), { capture: true, once: true });
  });
  addEventListener("pointercancel", end);
  addEventListener("keydown", (event) => ghost && event.key === "Escape" && end());
  table.addEventListener("contextmenu", (event) => ghost && event.preventDefault()); // a finger that rests asks for a menu
  table.addEventListener("touchmove", (event) => ghost && event.cancelable && event.preventDefault(), { passive: false });
}
