// Whoever was judged and waits: a second reading due, a call not answered. Nobody of them is forgotten by a reload.
import type { Desk } from "../desk";
import { button, el, icon, titled } from "../dom";
import { of, t, when } from "../words";

export function open(desk: Desk): HTMLElement {
  const rows = desk.open.map((draft) => {
    const due = draft.verdict.until && draft.verdict.reason === "high" ? t("retest_at", { when: when(draft.verdict.until) }) : of("r_", draft.verdict.reason, desk.lists?.bundle.reasons);
    return el("button", { type: "button", class: "gr", click: () => void desk.judge(draft) }, icon("clock-pause"), el("b", {}, draft.plate || draft.name || "?"), el("span", { class: "v" }, due));
  });
  return titled(t("open_cases"), el("div", { class: "found" }, ...(rows.length ? rows : [el("p", { class: "big" }, t("nothing_open"))])), button("", "arrow-back-up", t("back"), () => desk.go("scan")));
}
