// Refused, or let in against the verdict: each with a reason from a closed list, one tap, and a note where there is something to say.
// And a note that is no crossing: whoever was advised or told something, and the traffic.
import { begin } from "../case";
import type { Desk } from "../desk";
import { button, choices, el, field, titled } from "../dom";
import type { Draft } from "../records";
import { net } from "../sync";
import { of, t } from "../words";

export const REFUSALS = ["held", "fever", "no_pass", "bad_pass", "no_visit", "not_declared", "not_disinfected", "no_mask", "no_reading", "other"];
const FORCES = ["duty", "health", "rescue", "error"] as const;
export const NOTES = ["advised", "told", "traffic"] as const;

// What was noted already, be it by the page itself, and what the guard writes beside it.
function noting(draft: Draft) {
  const input = field(t("note_too"), "", { maxlength: 200 });
  return { input, said: () => [draft.note, input.value.trim()].filter(Boolean).join("；") };
}

export function refuse(desk: Desk): HTMLElement {
  const draft = desk.draft;
  if (!draft) return el("section", { class: "view" });
  // The closed list is the server's own where the lists bring it, so that the ledger has a word for each.
  const told = Object.keys(desk.lists?.bundle.refusals ?? {});
  const codes = told.length ? told : REFUSALS;
  const note = noting(draft);
  const pick = choices(codes.map((code) => [code, of("f_", code, desk.lists?.bundle.refusals)]), null, (code) => void desk.settle({ ...draft, refusal: code, note: note.said() }));
  pick.classList.add("many");
  return titled(`${t("why_refused")} ${draft.plate || draft.name}`, note.input, pick, button("", "arrow-back-up", t("back"), () => desk.go("verdict")));
}

export function force(desk: Desk): HTMLElement {
  const draft = desk.draft;
  if (!draft) return el("section", { class: "view" });
  const [by, note] = [field(t("who_allowed"), ""), noting(draft)];
  let why = "";
  const go = button("r", "key", t("force"), () => void desk.settle({ ...draft, refusal: "", forced: `${t(`o_${why}` as "o_duty")}: ${by.value.trim()}`, note: note.said() }), { disabled: true });
  const check = () => (go.disabled = !why || !by.value.trim());
  by.addEventListener("input", check);
  const pick = choices(FORCES.map((code) => [code, t(`o_${code}`)]), null, (code) => ((why = code), check()));
  return titled(`${t("why_forced")} ${draft.plate || draft.name}`, pick, by, note.input, el("div", { class: "foot" }, go, button("", "arrow-back-up", t("back"), () => desk.go("verdict"))));
}

// A line of the ledger that lets nobody in and refuses nobody: kept, sent and sealed as the others are.
export function jot(desk: Desk): HTMLElement {
  const [who, words] = [field(t("jot_who"), "", { maxlength: 60 }), field(t("jot_words"), "", { maxlength: 200 })];
  let what = "";
  const line = () => ({ name: who.value.trim(), note: words.value.trim(), refusal: what, guard: desk.settings.guard, zone: desk.lists?.bundle.gate.zone ?? "" });
  const go = button("p", "check", t("keep"), () => void desk.settle(begin("unknown", desk.direction, net.drift, line())), { disabled: true });
  const check = () => (go.disabled = !what || !(words.value.trim() || (what !== "traffic" && who.value.trim())));
  for (const input of [who, words]) input.addEventListener("input", check);
  const pick = choices(NOTES.map((code) => [code, t(`k_${code}`)]), null, (code) => ((what = code), check()));
  pick.classList.add("many");
  return titled(t("jot"), pick, who, words, el("div", { class: "foot" }, go, button("", "arrow-back-up", t("back"), () => desk.go("more"))));
}
