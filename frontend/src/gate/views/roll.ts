// Everybody out: who should be found, as far as this device knows, and who has been seen. It says what it does not know.
import type { Desk } from "../desk";
import { button, el, icon, titled } from "../dom";
import { nameOf } from "../lists";
import { t, when } from "../words";

const seen = new Set<string>();

export function roll(desk: Desk): HTMLElement {
  const rows = [...desk.inside].sort((a, b) => a.zone.localeCompare(b.zone) || a.name.localeCompare(b.name, "zh"));
  const zone = (code: string) => desk.lists?.bundle.zones.find((one) => one.code === code)?.name ?? code;
  const key = (index: number) => `${rows[index]?.kind} ${rows[index]?.id} ${rows[index]?.name}`;
  const count = el("p", { class: "big", role: "status" });
  const show = () => (count.textContent = `${t("roll_of", { count: rows.length })}，${t("roll_found", { count: rows.filter((_one, index) => seen.has(key(index))).length })}`);
  const list = rows.map((one, index) => {
    const mark = el("button", { type: "button", class: "gr", "aria-pressed": String(seen.has(key(index))) }, icon("circle-check"), el("b", {}, desk.lists && one.id ? nameOf(desk.lists, one.kind, one.id) : one.name), el("span", { class: "v" }, zone(one.zone), " ", when(one.since)));
    mark.addEventListener("click", () => {
      if (!seen.delete(key(index))) seen.add(key(index));
      mark.setAttribute("aria-pressed", String(seen.has(key(index))));
      show();
    });
    return mark;
  });
  show();
  const made = desk.lists?.bundle.made_at;
  return titled(t("roll"), count, el("p", { class: "mut" }, made ? t("roll_age", { when: when(made) }) : t("lists_none")), el("div", { class: "found" }, ...(list.length ? list : [el("p", {}, t("everybody_out"))])),
    button("", "arrow-back-up", t("back"), () => desk.go("more")));
}
