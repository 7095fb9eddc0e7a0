// Refused, or let in against the verdict: each with a reason from a closed list, one tap.
import type { Desk } from "../desk";
import { button, choices, el, field, titled } from "../dom";
import { of, t } from "../words";

export const REFUSALS = ["held", "fever", "no_pass", "bad_pass", "no_visit", "not_declared", "not_disinfected", "no_mask", "no_reading", "other"];
const FORCES = ["duty", "health", "rescue", "error"] as const;

export function refuse(desk: Desk): HTMLElement {
  const draft = desk.draft;
  if (!draft) return el("section", { class: "view" });
  // The closed list is the server's own where the lists bring it, so that the ledger has a word for each.
  const told = Object.keys(desk.lists?.bundle.refusals ?? {});
  const codes = told.length ? told : REFUSALS;
  const pick = choices(codes.map((code) => [code, of("f_", code, desk.lists?.bundle.refusals)]), null, (code) => void desk.settle({ ...draft, refusal: code }));
  pick.classList.add("many");
  return titled(`${t("why_refused")} ${draft.plate || draft.name}`, pick, button("", "arrow-back-up", t("back"), () => desk.go("verdict")));
}

export function force(desk: Desk): HTMLElement {
  const draft = desk.draft;
  if (!draft) return el("section", { class: "view" });
  const by = field(t("who_allowed"), "");
  let why = "";
  const go = button("r", "key", t("force"), () => void desk.settle({ ...draft, forced: `${t(`o_${why}` as "o_duty")}: ${by.value.trim()}` }), { disabled: true });
  const check = () => (go.disabled = !why || !by.value.trim());
  by.addEventListener("input", check);
  const pick = choices(FORCES.map((code) => [code, t(`o_${code}`)]), null, (code) => ((why = code), check()));
  return titled(`${t("why_forced")} ${draft.plate || draft.name}`, pick, by, el("div", { class: "foot" }, go, button("", "arrow-back-up", t("back"), () => desk.go("verdict"))));
}
