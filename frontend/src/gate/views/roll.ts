// Everybody out: who should be found, as far as this device knows, and who has been seen. It says what it does not know, and prints.
import { seconds } from "../case";
import type { Desk } from "../desk";
import { button, el, icon, titled } from "../dom";
import type { Present } from "../lists";
import { nameOf } from "../lists";
import { net } from "../sync";
import { age, dated, t, together, when } from "../words";

export function roll(desk: Desk): HTMLElement {
  const rows = [...desk.inside].sort((a, b) => a.zone.localeCompare(b.zone) || a.name.localeCompare(b.name, "zh"));
  const people = rows.filter((one) => one.kind !== "vehicle").length;
  const count = el("p", { class: "big", role: "status" });
  const show = () => {
    const found = rows.filter((one) => desk.seen.has(one.key)).length;
    count.textContent = `${t("roll_of", { count: people })}${rows.length > people ? t("roll_vehicles", { count: rows.length - people }) : ""}，${t("roll_found", { count: found })}，${t("roll_lacking", { count: rows.length - found })}`.replaceAll(" ", "\u00a0"); // a number does not part from its word
    count.className = `big ${found < rows.length ? "red" : "grn"}`;
  };
  const list = rows.map((one) => line(desk, one, show));
  show();
  return titled(t("roll"), el("p", { class: "paper" }, head(desk)), count, el("div", { class: "found" }, unknown(desk, rows), ...(list.length ? list : [el("p", {}, t("everybody_out"))])),
    el("p", { class: "paper" }, t("roll_signed")),
    el("div", { class: "three" }, button("", "printer", t("print"), () => print()), button("", "refresh", t("roll_anew"), () => void desk.call([]).then(() => desk.go("roll"))), button("", "arrow-back-up", t("back"), () => desk.go("more"))));
}

function line(desk: Desk, one: Present, show: () => void): HTMLElement {
  const zone = desk.lists?.bundle.zones.find((each) => each.code === one.zone)?.name ?? one.zone;
  const more = one.kind === "person" ? desk.lists?.people.get(one.id)?.unit : one.kind === "visitor" ? `${t("visitor")} ${desk.lists?.visits.get(one.id)?.host ?? ""}` : one.kind === "vehicle" ? t("vehicle") : "";
  const mark = el("button", { type: "button", class: "gr", "aria-pressed": String(desk.seen.has(one.key)) }, icon("circle-check"), el("span", { class: "box" }),
    el("span", {}, el("b", {}, desk.lists && one.id ? nameOf(desk.lists, one.kind, one.id) : one.name || t("nameless")), " ", el("span", { class: "mut" }, more ?? "")), el("span", { class: "v" }, zone, " ", when(one.since)));
  mark.addEventListener("click", () => {
    const seen = new Set(desk.seen);
    if (!seen.delete(one.key)) seen.add(one.key);
    mark.setAttribute("aria-pressed", String(seen.has(one.key)));
    void desk.call([...seen]).then(show);
  });
  return mark;
}

const head = (desk: Desk) => `${desk.lists?.bundle.gate.name ?? t("gate_unknown")}　${desk.device?.device.name ?? ""}　${t("printed", { when: dated(seconds()) })}`;

const SILENT = 15 * 60; // s, as for the office (diba/gates/actions/devices.py)

// The other gates of which the server heard nothing, for long or since everybody is to leave, as it said at the last contact.
function silent(): string {
  const then = net.contact - net.drift;
  const gates = net.gates.filter((one) => then - one.heard_at > SILENT || one.heard_at < net.evacuation_at).map((one) => (one.heard_at ? t("roll_since", { gate: one.name, when: when(one.heard_at) }) : t("roll_unheard", { gate: one.name })));
  return gates.length ? t(net.online ? "roll_silent" : "roll_silent_then", { gates: together(gates), when: when(then) }) : "";
}

// Say it anew while the roll stands there: in touch again, out of touch, another gate heard of.
export function sayUnknown(desk: Desk) {
  document.querySelector("main .unsure")?.replaceWith(unknown(desk, desk.inside));
}

// What a roll by one device cannot know, each a line: a paper is carried into the yard, and must say itself what it is worth.
function unknown(desk: Desk, rows: Present[]): HTMLElement {
  const made = desk.lists?.bundle.made_at;
  const nameless = rows.filter((one) => !one.id).length;
  const vehicles = rows.filter((one) => one.kind === "vehicle").length;
  const others = net.gates.length;
  const said = [
    made ? t("roll_age", { when: when(made), age: age(seconds() - net.drift - made) }) : t("lists_none"),
    silent(),
    !net.online ? t(others ? "roll_gates" : "roll_gates_all", { count: others }) : "",
    desk.queue ? t("roll_unsent", { count: desk.queue }) : "",
    nameless ? t("roll_nameless", { count: nameless }) : "",
    vehicles ? t("roll_passengers", { count: vehicles }) : "",
    t("roll_never"),
  ];
  return el("section", { class: "unsure", "aria-label": t("roll_unknown") }, el("b", {}, icon("help-circle"), t("roll_unknown")), el("ul", {}, ...said.filter(Boolean).map((words) => el("li", {}, words))));
}
