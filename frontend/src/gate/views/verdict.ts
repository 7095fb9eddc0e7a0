// The verdict fills the screen: word, colour and shape, the reason with its end, the next step as the widest button.
import { seconds } from "../case";
import type { Desk } from "../desk";
import { phone } from "../desk";
import { button, call, el, icon } from "../dom";
import type { Verdict } from "../judge";
import type { Draft } from "../records";
import { degrees, of, t, when } from "../words";

const SIGNS: Record<string, string> = { pass: "circle-check", stop: "circle-x", wait: "help-circle", measure: "temperature" };
const STARTS = new Set(["turn", "visit_early", "booked_early"]); // their end is when he may come, not when it ends

// What a verdict looks and sounds like. Green says that nothing is wrong: whoever is not measured yet is not green, however good his paper.
export const tone = ({ verdict: word, next }: Verdict) => (word === "pass" && next === "measure" ? "measure" : word);

export function verdict(desk: Desk): HTMLElement {
  const draft = desk.draft;
  if (!draft) return el("section", { class: "view" });
  const { verdict: said } = draft;
  const look = tone(said);
  const word = look === "measure" ? "v_measure" : said.verdict === "pass" ? (draft.direction === "out" ? "v_pass_out" : "v_pass") : said.verdict === "stop" ? (draft.direction === "out" ? "v_stop_out" : "v_stop") : "v_wait";
  const panel = el("div", { class: `vd ${look}`, role: "alert", "data-reason": said.reason },
    el("div", { class: "tp" }, icon(SIGNS[look] ?? "help-circle"), el("h1", { class: "w" }, t(word))),
    el("p", { class: "why" }, of("r_", said.reason, desk.lists?.bundle.reasons), ...ending(draft)),
    ...(draft.refusal && isKept(desk, draft) ? [el("p", {}, t("fever_kept"))] : []),
    ...said.warnings.map((one) => el("p", { class: "warn" }, icon("alert-triangle"), of("w_", one))),
    who(draft));
  return el("section", { class: "view" }, panel, ...steps(desk, draft));
}

// Until when the verdict stands, or from when it will be another one.
function ending({ verdict: { reason, until } }: Draft) {
  const word = reason === "high" ? "retest_at" : STARTS.has(reason) ? "from" : "until";
  return until ? [el("br"), t(word, { when: when(until) })] : [];
}

function who(draft: Draft) {
  const more = [draft.unit, draft.driver && `${t("driver")} ${draft.driver}`, draft.host && `${t("visitor")} → ${draft.host}`, degrees(draft.temperature.second || draft.temperature.first)];
  const since = draft.answer === "asked" && draft.arrived ? el("div", { class: "num", "data-since": draft.arrived }, t("waited", { seconds: seconds() - draft.arrived })) : null;
  return el("div", { class: "who" }, el("b", {}, draft.plate || draft.name), el("span", {}, more.filter(Boolean).join("　")), since);
}

function steps(desk: Desk, draft: Draft): HTMLElement[] {
  const { verdict: said } = draft;
  const next = button("", "arrow-right", t("next"), () => desk.go("scan"));
  if (isKept(desk, draft)) return [...(draft.refusal ? [step(desk, draft)] : []), button(draft.refusal ? "" : "p", "arrow-right", t("next"), () => desk.go("scan"))];
  const refuse = button("", "hand-stop", t("refuse"), () => desk.go("refuse"));
  if (said.verdict === "pass" && said.next !== "measure") return [button("p", "check", t(`n_${said.next}` as "n_enter"), () => desk.settle(draft)), el("div", { class: "two" }, refuse, later(desk))];
  if (said.verdict === "pass") return [step(desk, draft), el("div", { class: "two" }, later(desk), refuse)];
  const force = button("", "key", t("force"), () => desk.go("force"));
  if (said.next === "rest") return [button("p", "arrow-right", t("n_rest"), () => desk.go("scan")), el("div", { class: "two" }, refuse, force)];
  if (draft.answer === "asked" && said.reason === "visit_asked") return [step(desk, draft), el("div", { class: "three" }, later(desk), refuse, button("", "phone", t("a_yes"), () => void desk.judge({ ...draft, agreed: true })))];
  if (said.next === "turn_away") return [step(desk, draft), el("div", { class: "two" }, next, force)];
  return [step(desk, draft), el("div", { class: "three" }, later(desk), refuse, force)];
}

const isKept = (desk: Desk, draft: Draft) => desk.kept === "kept" && draft === desk.draft && desk.lines.some((line) => line.uid === draft.uid);
const later = (desk: Desk) => button("", "clock-pause", t("later"), () => desk.go("scan"));

function step(desk: Desk, draft: Draft): HTMLElement {
  const words = t(`n_${draft.verdict.next}` as "n_enter");
  const to = (sign: string, view: string) => button("p", sign, words, () => desk.go(view));
  switch (draft.verdict.next) {
    case "measure":
    case "measure_again":
      return to("temperature", "temp");
    case "turn_away":
      return to("hand-stop", "refuse");
    case "search":
      return to("search", "find");
    case "declare":
      return to("pencil", "visitor");
    case "disinfect":
      return to("droplet", "vehicle");
    case "register":
      return to("pencil", draft.kind === "vehicle" ? "vehicle" : "visitor");
    case "call_host":
      return call(words, draft.phone || phone(desk));
    default:
      return call(words, phone(desk));
  }
}
