// The planner's time line: walk, change, drag, choose several, undo; every change is answered with what the rules say.
import { Chooser } from "./timeline/choose";
import { Desk } from "./timeline/desk";
import { draggable } from "./timeline/drag";
import { Filters } from "./timeline/filters";
import { Selection } from "./timeline/select";
import type { Palette, Place, State } from "./timeline/state";
import { all, Grid, one } from "./timeline/state";

const STEPS: Record<string, [number, number]> = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

const FAR = 1000; // rows or days: to the last
const LEAPS: Record<string, [number, number]> = { PageUp: [-10, 0], PageDown: [10, 0], Home: [0, -FAR], End: [0, FAR] };
const CORNERS: Record<string, [number, number]> = { Home: [-FAR, -FAR], End: [FAR, FAR] };

function palette(): Palette {
  return JSON.parse(document.getElementById("palette")?.textContent ?? "{}") as Palette;
}

// What the panel was last asked; an answer that comes after a later question is not shown.
let asking = "";

const show = (url: string, asked: Record<string, string>) => ask(`${url}?${new URLSearchParams(asked).toString()}`);

async function ask(question: string) {
  const panel = one("[data-cell-panel]");
  if (!panel) return;
  asking = question;
  const answer = await fetch(question, { credentials: "same-origin" });
  const html = answer.ok && !answer.redirected ? await answer.text() : undefined;
  if (html !== undefined && asking === question) panel.innerHTML = html;
}

function editor(table: HTMLTableElement) {
  const grid = new Grid(table, palette());
  const mayEdit = Boolean(table.dataset.edit);
  const desk = new Desk(table.dataset, one("#lost span")?.textContent ?? "");
  const bulk = one("[data-bulk]");
  let touched = false; // a finger has no keys and no double click: the bar stands there for one day too
  let moving: HTMLTableCellElement[] = []; // duties that the next tap gives a place
  const selection = new Selection(grid, () => {
    if (!bulk) return;
    bulk.hidden = selection.cells.size < (touched ? 1 : 2);
    const count = one("b", bulk);
    if (count) count.textContent = String(selection.cells.size);
  });
  const filters = new Filters(grid, () => (selection.focus ? grid.day(selection.focus) : grid.offset));
  const url = table.dataset.cell ?? "";
  const why = (cell: HTMLTableCellElement) => void show(url, { person: String(grid.person(cell)), day: grid.date(grid.day(cell)) });
  const chooser = new Chooser(grid, (place) => write("set", [...selection.cells].map((cell) => [cell, place])));

  function write(kind: string, cells: [HTMLTableCellElement, Place | null][]) {
    desk.edit(kind, cells.map(([cell, place]) => [grid.person(cell), grid.day(cell), ...(place ? [place[0], place[1], Boolean(place[2])] : [])]));
  }

  // Move duties as the one is moved to the other, by finger or mouse.
  function moveTo(from: HTMLTableCellElement, to: HTMLTableCellElement, cells: HTMLTableCellElement[]) {
    const rows = selection.rows();
    const index = (cell: HTMLElement) => rows.indexOf(cell.parentElement as HTMLTableRowElement);
    move(index(to) - index(from), to.cellIndex - from.cellIndex, cells);
  }

  // What is dropped on a duty changes places with it.
  function move(down: number, right: number, from = [...selection.cells]) {
    const pairs = from.filter((cell) => cell.dataset.k).map((cell) => [cell, selection.beside(cell, down, right)] as const);
    if (!pairs.length || pairs.some(([, to]) => !to)) return;
    const after = new Map<HTMLTableCellElement, Place | null>();
    for (const [cell, to] of pairs) if (!after.has(cell)) after.set(cell, from.length === 1 && to ? grid.place(to) : null);
    for (const [cell, to] of pairs) if (to) after.set(to, grid.place(cell));
    write("move", [...after]);
    const focus = selection.focus && selection.beside(selection.focus, down, right);
    if (focus) selection.to(focus);
  }

  const acts: Record<string, () => void> = {
    choose: () => selection.focus && chooser.open([...selection.cells], selection.focus),
    clear: () => {
      chooser.close();
      write("clear", [...selection.cells].filter((cell) => cell.dataset.k).map((cell) => [cell, null]));
    },
    pin: () => {
      chooser.close();
      const duties = [...selection.cells].filter((cell) => cell.dataset.k);
      const free = duties.every((cell) => cell.classList.contains("pin"));
      write("pin", duties.map((cell) => [cell, [...(grid.place(cell) as Place).slice(0, 2), !free] as unknown as Place]));
    },
    move: () => {
      moving = [...selection.cells].filter((cell) => cell.dataset.k);
      table.classList.toggle("placing", moving.length > 0);
      if (moving.length) desk.say(one("[data-do=move]", bulk ?? document)?.dataset.say ?? "");
    },
    why: () => one("[data-cell-panel]")?.scrollIntoView({ block: "start" }),
    none: () => {
      [touched, moving] = [false, []];
      table.classList.remove("placing");
      selection.clear();
    },
  };
  const keys: Record<string, () => void> = { e: acts.choose!, p: acts.pin!, delete: acts.clear!, backspace: acts.clear!, escape: acts.none!, enter: () => selection.focus && why(selection.focus) };

  desk.onState = (state: State) => {
    grid.apply(state);
    const panel = one("[data-conflicts]");
    if (panel) panel.innerHTML = state.panel;
    panel?.closest(".db-p")?.classList.toggle("now", state.conflicts > 0);
    for (const [place, html] of [[".db-ask .a", state.answer], [".db-ask .sub", state.because], ["[data-log]", state.log]] as const) {
      const box = one(place);
      if (box) box.innerHTML = html;
    }
    const told = one("[data-publish]");
    if (told) told.textContent = state.publish;
    const form = told?.closest("form");
    if (form) form.dataset.confirm = `${state.publish}?`;
    const count = one("[data-conflict-count]");
    if (count) count.textContent = String(state.conflicts);
    for (const button of all<HTMLButtonElement>("[data-step]")) {
      const words = button.dataset.step === "undo" ? state.undo : state.redo;
      button.disabled = !words;
      button.title = words;
    }
    filters.draw();
    if (asking) void ask(asking);
    if (grid.span === "day" && state.cells.length) location.reload();
  };

  table.addEventListener("keydown", (event) => {
    const cell = (event.target as HTMLElement).closest<HTMLTableCellElement>("tr[data-p] > td.s");
    if (!cell) return;
    const step = STEPS[event.key];
    const act = keys[event.key.toLowerCase()];
    const leap = (event.ctrlKey || event.metaKey ? CORNERS : LEAPS)[event.key];
    if ((event.ctrlKey || event.metaKey) && /^[zy]$/i.test(event.key)) return; // heard below, wherever the focus is
    if (step && event.altKey && mayEdit) move(...step);
    else if (step) {
      const next = selection.beside(cell, ...step);
      if (next) selection.to(next, event.shiftKey);
    } else if (leap && !event.altKey) {
      const next = selection.toward(cell, ...leap);
      if (next) selection.to(next, event.shiftKey);
    } else if (act && !event.ctrlKey && !event.metaKey && !event.altKey && (mayEdit || event.key === "Enter")) act();
    else return;
    event.preventDefault();
  });
  document.addEventListener("keydown", (event) => {
    if (!mayEdit || !(event.ctrlKey || event.metaKey) || /INPUT|TEXTAREA|SELECT/.test((event.target as HTMLElement).tagName)) return;
    const which = event.key.toLowerCase() === "y" || (event.key.toLowerCase() === "z" && event.shiftKey) ? "redo" : event.key.toLowerCase() === "z" ? "undo" : null;
    if (!which) return;
    event.preventDefault();
    desk.step(which);
  });
  table.addEventListener("pointerdown", (event) => (touched = event.pointerType !== "mouse"));
  table.addEventListener("click", (event) => {
    const cell = (event.target as HTMLElement).closest<HTMLTableCellElement>("td");
    const row = cell?.parentElement as HTMLElement | undefined;
    if (cell?.classList.contains("s") && row?.dataset.p) {
      const [first] = moving;
      if (first) {
        const cells = moving;
        moving = [];
        table.classList.remove("placing");
        desk.say("");
        return moveTo(first, cell, cells);
      }
      selection.to(cell, event.shiftKey);
      if (!event.shiftKey) why(cell);
    } else if (cell?.dataset.watch && row?.dataset.post) {
      void show(url, { day: grid.date(grid.day(cell)), watch: cell.dataset.watch, post: row.dataset.post });
    }
  });
  table.addEventListener("dblclick", (event) => mayEdit && (event.target as HTMLElement).closest("tr[data-p] > td.s") && acts.choose!());
  table.addEventListener("pointerover", (event) => {
    const cell = (event.target as HTMLElement).closest<HTMLTableCellElement>("tr[data-p] > td.s");
    if (cell) cell.title = `${grid.name(cell)} ${grid.date(grid.day(cell)).slice(5)} ${grid.words(cell.dataset.k ?? "")}`;
  });
  if (mayEdit)
    draggable(table, (cell) => Boolean(cell.dataset.k), (from, to) => {
      const several = selection.cells.size > 1 && selection.cells.has(from);
      if (!several) selection.to(from);
      moveTo(from, to, several ? [...selection.cells] : [from]);
    });

  document.addEventListener("click", (event) => {
    const button = (event.target as HTMLElement).closest<HTMLElement>("[data-do], [data-step], .db-cfl, .db-sug");
    if (!button) return;
    const { do: act, step, take, from, day, watch, post, person } = button.dataset;
    if (act) acts[act]?.();
    else if (step) desk.step(step as "undo" | "redo");
    else if (take) {
      const cells = JSON.parse(take) as number[][];
      const first = cells[0] ?? [];
      desk.edit("substitute", from ? [...cells, [Number(from), first[1] ?? 0]] : cells);
      const there = grid.at(first[0] ?? 0, first[1] ?? 0);
      if (there) {
        selection.to(there);
        why(there);
      }
    } else walk(person, day, watch, post);
  });

  // Walk to what a conflict is about: the person's day, or the open place.
  function walk(person?: string, day?: string, watch?: string, post?: string) {
    const index = day ? grid.palette.days.indexOf(day) : grid.offset;
    const cell = person ? grid.at(Number(person), index) : undefined;
    if (cell) {
      for (const row of [cell.parentElement, cell.closest("tbody")]) (row as HTMLElement).hidden = false;
      cell.scrollIntoView({ block: "center", inline: "center" });
      selection.to(cell);
      why(cell);
    } else if (watch && post && day) {
      one(`tr[data-post="${post}"]`, table)?.scrollIntoView({ block: "center" });
      void show(url, { day, watch, post });
    } else if (person && day) {
      location.search = `?span=week&from=${day}`;
    }
  }

  const first = selection.rows()[0]?.cells[1];
  if (first?.classList.contains("s")) {
    first.tabIndex = 0;
    selection.focus = first;
    selection.cells.add(first);
  }
}

// By post: a place is chosen, the suggestions stand beside it, one is taken.
function places(table: HTMLTableElement) {
  const desk = new Desk(table.dataset, "");
  desk.onState = () => location.reload();
  const look = (cell: HTMLElement) => void show(table.dataset.cell ?? "", { day: cell.dataset.day ?? "", watch: cell.dataset.watch ?? "", post: cell.dataset.post ?? "" });
  table.addEventListener("click", (event) => {
    const cell = (event.target as HTMLElement).closest<HTMLElement>("td.pl");
    if (cell) look(cell);
  });
  table.addEventListener("keydown", (event) => {
    if (event.key === "Enter") look(event.target as HTMLElement);
  });
  document.addEventListener("click", (event) => {
    const button = (event.target as HTMLElement).closest<HTMLElement>(".db-sug, .db-cfl");
    if (button?.dataset.take) desk.edit("substitute", JSON.parse(button.dataset.take) as number[][]);
    else if (button?.dataset.watch) look(button);
    else if (button?.dataset.day) location.search = `?span=week&from=${button.dataset.day}`;
  });
}

for (const table of all<HTMLTableElement>("table[data-editor]")) editor(table);
for (const table of all<HTMLTableElement>("table[data-places]")) places(table);
for (const button of all("[data-paper]"))
  button.addEventListener("click", () => {
    document.body.dataset.paper = button.dataset.paper;
    print();
  });
