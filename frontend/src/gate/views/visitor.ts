// A visitor: whoever is expected is one tap away; a walk-in needs a name, a host, a purpose, an answer and the host's word.
import { begin, ofVisit, seconds } from "../case";
import type { Desk } from "../desk";
import { isOnGuard } from "../desk";
import { button, call, choices, el, field, icon, row, titled } from "../dom";
import type { Lists } from "../lists";
import { search, visitsOf } from "../lists";
import type { Draft, Visiting } from "../records";
import { net } from "../sync";
import { ask } from "../walkin";
import { t, when } from "../words";

export function visitor(desk: Desk): HTMLElement {
  const draft = desk.draft?.kind === "visitor" ? desk.draft : null;
  return draft ? form(desk, draft) : start(desk);
}

const MOST = 40; // rows at once; the others are found by a few letters

function start(desk: Desk): HTMLElement {
  const take = (more: Partial<Draft>) => {
    desk.draft = begin("visitor", desk.direction, net.drift, more);
    desk.go("visitor");
  };
  const many = (desk.lists?.bundle.visits.length ?? 0) > FEW;
  const list = el("div", { class: "found" });
  const input = field(t("find_visit"), "", { inputmode: "search", enterkeyhint: "search", hidden: !many });
  const show = () => {
    const rows = visitsOf(desk.lists, seconds() - net.drift, input.value).slice(0, MOST);
    list.replaceChildren(...(rows.length ? rows.map(({ visit, state }) => expected(visit, state, () => take(ofVisit(visit)))) : [el("p", { class: "big" }, t(input.value.trim() ? "nobody_so" : "no_visits"))]));
  };
  input.addEventListener("input", show);
  input.addEventListener("keydown", (event) => event.key === "Enter" && list.querySelector("button")?.click());
  show();
  return titled(t("visitor"), input, list, button("p", "user-plus", t("walk_in"), () => take({ name: input.value.trim() })));
}

const FEW = 6; // rows that a screen shows: more of them are searched
const SIGNS: Record<string, [string, string]> = { approved: ["circle-check", "grn"], asked: ["help-circle", "amb"], early: ["clock", "mut"], late: ["clock", "mut"] };

// One visit of the lists: who, to whom, and whether he may come now.
export function expected(visit: Visiting, state: string, click: () => void): HTMLElement {
  const [sign, colour] = SIGNS[state] ?? ["circle-x", "red"];
  const words = state === "approved" ? t("until", { when: when(visit.ends) }) : state === "early" ? t("from", { when: when(visit.begins) }) : t(`r_visit_${state}` as "r_visit_late");
  return el("button", { type: "button", class: "gr two-lines", "data-state": state, click }, el("span", { class: colour }, icon(sign)), el("span", {}, el("b", {}, visit.name), el("span", { class: "mut" }, words)), el("span", { class: "v" }, visit.host));
}

function form(desk: Desk, draft: Draft): HTMLElement {
  const listed = draft.visit === null ? undefined : desk.lists?.visits.get(draft.visit);
  const known = listed?.state === "approved";
  const inputs = { name: field(t("who_comes"), draft.name), purpose: field(t("purpose"), draft.purpose), host: field(t("whom"), draft.host, { list: "hosts" }) };
  let [declared, agreed, asks] = [draft.declared, draft.agreed || known, false];
  // Whoever was in a risk area is judged like the others, and the guard stands at the refusal.
  const judge = async (refuse: boolean) => {
    await desk.judge({ ...draft, ...values(), declared, agreed: agreed && !known, note: declared === "yes" ? `${t("been")} ${t("b_yes")}` : draft.note });
    if (refuse) desk.go("refuse");
  };
  // Without a network, or where the server does not know him, the guard takes the telephone.
  const failed = el("p", { class: "tm amb", role: "status", hidden: true }, t("ask_failed"));
  const put = async () => {
    const host = named(desk.lists, inputs.host.value);
    go.disabled = true;
    const asked = host && (await ask(desk, { ...draft, ...values(), declared }, host));
    if (asked) return desk.judge(asked);
    [failed.hidden, go.disabled] = [false, false];
  };
  const go = button("p", "check", t("to_judge"), () => void (asks && declared === "no" ? put() : judge(declared === "yes")));
  const values = () => ({ name: inputs.name.value.trim(), purpose: inputs.purpose.value.trim(), host: inputs.host.value.trim() });
  const check = () => {
    const whom = listed ? { no: listed.host_no ?? "", name: listed.host } : named(desk.lists, values().host);
    const lacking = [!values().name && t("who_comes"), !listed && !values().host && t("whom"), draft.direction === "in" && whom && isOnGuard(desk, whom) && t("host_guard"), !declared && t("been"), !agreed && !asks && t("agreed"), asks && !values().purpose && t("purpose"), asks && values().host && !whom && t("host_unknown")].filter(Boolean);
    go.disabled = lacking.length > 0;
    go.classList.toggle("need", lacking.length > 0);
    go.lastElementChild?.replaceChildren(lacking.length ? t("missing", { what: lacking.map((word) => String(word).replace(/[（(？?].*$/, "")).join("、") }) : t(asks && declared === "no" ? "ask_host" : "to_judge"));
  };
  for (const input of Object.values(inputs)) input.addEventListener("input", check);
  const hosts = el("datalist", { id: "hosts" });
  inputs.host.addEventListener("input", () => desk.lists && hosts.replaceChildren(...search(desk.lists, inputs.host.value).slice(0, 6).map((one) => el("option", { value: `${one.name} ${one.unit}` }))));
  const been = choices([["no", t("b_no")], ["yes", t("b_yes")]], declared || null, (code) => ((declared = code), check()));
  const host = known ? row("circle-check", t("approved"), listed?.host ?? "") : choices([...(listed ? [] : [["ask", t("a_ask")] as [string, string]]), ["yes", t("a_yes")], ...(listed ? [["no", t("a_no")] as [string, string]] : [])], agreed ? "yes" : null, (code) => (([agreed, asks] = [code === "yes", code === "ask"]), check()));
  const reach = draft.phone ? call(t("n_call_host"), draft.phone, "") : null;
  check();
  return titled(t("visitor"), el("div", { class: "two" }, inputs.name, inputs.purpose), listed ? null : inputs.host, hosts, el("p", { class: "ask" }, t("been")), been,
    el("p", { class: "ask" }, t("agreed")), host, failed, el("div", { class: "foot" }, go, el("div", { class: "two" }, button("", "hand-stop", t("refuse"), () => void judge(true)), reach)));
}

// Whom the guard means: a number, a name that only one has, or the line that was offered to him.
function named(lists: Lists | null, words: string) {
  const said = words.trim();
  if (!lists || !said) return undefined;
  const same = lists.bundle.people.filter((one) => `${one.name} ${one.unit}` === said || one.name === said);
  return lists.byNo.get(said) ?? (same.length === 1 ? same[0] : undefined);
}
