// Somebody without a pass: by number or name, also for a visit that is expected.
import { begin, ofPerson, ofVisit, seconds } from "../case";
import type { Desk } from "../desk";
import { button, el, field, titled } from "../dom";
import { search, visitsOf } from "../lists";
import type { Visiting } from "../records";
import { net } from "../sync";
import { t } from "../words";
import { expected } from "./visitor";

export function find(desk: Desk): HTMLElement {
  const list = el("div", { class: "found" });
  const input = field(t("find_how"), "", { inputmode: "search", enterkeyhint: "search" });
  const show = () => {
    const people = desk.lists ? search(desk.lists, input.value) : [];
    const visits = input.value.trim() ? visitsOf(desk.lists, seconds() - net.drift, input.value).slice(0, 10) : [];
    const take = (visit: Visiting) => {
      desk.draft = begin("visitor", desk.direction, net.drift, ofVisit(visit));
      desk.go("visitor");
    };
    list.replaceChildren(...people.map((one) =>
      el("button", { type: "button", class: "gr", click: () => void desk.judge(begin("person", desk.direction, net.drift, ofPerson(one))) },
        el("span", {}, el("b", {}, one.name), ` ${one.no}`), el("span", { class: "v" }, one.unit))),
      ...visits.map(({ visit, state }) => expected(visit, state, () => take(visit))));
    if (input.value.trim() && !people.length && !visits.length) list.append(el("p", { class: "big" }, t("nobody")), button("p", "user-plus", t("visitor"), () => desk.go("visitor")), unknown(desk, input.value));
  };
  input.addEventListener("input", show);
  input.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    if (/^db1/i.test(input.value.trim())) void desk.scanned(input.value);
    else list.querySelector("button")?.click();
  });
  queueMicrotask(() => input.focus());
  return titled(t("find"), input, list);
}

// Somebody who is on no list is judged as such: the line of the ledger says who stood there.
const unknown = (desk: Desk, name: string) =>
  button("", "help-circle", `${name} ${t("r_not_listed")}`, () => void desk.judge(begin("unknown", desk.direction, net.drift, { name })));
