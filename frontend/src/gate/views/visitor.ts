// A visitor: whoever is expected is one tap away; a walk-in needs a name, a host, a purpose, an answer and the host's word.
import { begin, ofVisit } from "../case";
import type { Desk } from "../desk";
import { isOnGuard } from "../desk";
import { button, call, choices, el, field, row, titled } from "../dom";
import type { Lists } from "../lists";
import { search } from "../lists";
import type { Draft } from "../records";
import { net } from "../sync";
import { ask } from "../walkin";
import { t } from "../words";

export function visitor(desk: Desk): HTMLElement {
  const draft = desk.draft?.kind === "visitor" ? desk.draft : null;
  return draft ? form(desk, draft) : start(desk);
}

function start(desk: Desk): HTMLElement {
  const rows = desk.lists?.bundle.visits ?? [];
  const take = (more: Partial<Draft>) => {
    desk.draft = begin("visitor", desk.direction, net.drift, more);
    desk.go("visitor");
  };
  const list = rows.slice(0, 40).map((one) => el("button", { type: "button", class: "gr", click: () => take(ofVisit(one)) }, el("b", {}, one.name), el("span", { class: "v" }, one.host)));
  return titled(t("visitor"), el("div", { class: "found" }, ...(list.length ? list : [el("p", { class: "big" }, t("no_visits"))])), button("p", "user-plus", t("walk_in"), () => take({})));
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
    const whom = listed ? undefined : named(desk.lists, values().host);
    const lacking = [!values().name && t("who_comes"), !listed && !values().host && t("whom"), whom && isOnGuard(desk, whom) && t("host_guard"), !declared && t("been"), !agreed && !asks && t("agreed"), asks && !values().purpose && t("purpose"), asks && values().host && !whom && t("host_unknown")].filter(Boolean);
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
