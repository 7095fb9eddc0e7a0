// One watch gives the gate to the next: what is not settled is said, both sign, nothing blocks.
import { seconds } from "../case";
import type { Desk } from "../desk";
import { button, choices, el, field, icon, row, titled } from "../dom";
import { around } from "../lists";
import type { Handover } from "../records";
import { keepHandover } from "../store";
import { net, soon } from "../sync";
import { clock, t } from "../words";

export const hereNow = (desk: Desk) => {
  const zone = desk.lists?.bundle.gate.zone ?? "";
  const here = desk.inside.filter((one) => one.zone === zone || (desk.lists && around(desk.lists, one.zone).includes(zone)));
  const vehicles = here.filter((one) => one.kind === "vehicle").length;
  return { people: here.length - vehicles, vehicles };
};
const isRetest = (reason: string) => reason === "high" || reason === "retest";

export function handover(desk: Desk): HTMLElement {
  const retests = desk.open.filter((one) => isRetest(one.verdict.reason));
  const holds = desk.open.length - retests.length;
  const next = retests.map((one) => one.verdict.until).sort((a, b) => a - b)[0];
  const here = hereNow(desk);
  const giver = whoGives(desk);
  const [from, to] = [field(t("gives"), giver, { inputmode: "numeric" }), field(t("takes"), "", { inputmode: "numeric" })];
  const note = field(t("note"), "");
  const strange = el("p", { class: "tm amb", role: "status", hidden: true });
  let [out, there] = [0, ""];
  const signOut = button("", "writing-sign", t("sign_out"), () => ((out = seconds()), check()));
  const done = () => keep(desk, { from: from.value.trim(), to: to.value.trim(), keys: there === "yes" ? 1 : 0, note: note.value.trim(), signed_out: `${from.value.trim()} ${clock(out - net.drift)}`, inside: here.people + here.vehicles, retests: retests.length, holds }).catch(() => ((desk.kept = "failed"), desk.refresh()));
  const signIn = button("p", "writing-sign", t("sign_in"), done);
  const check = () => {
    const [gives, takes] = [from.value.trim(), to.value.trim()];
    const unknown = [gives, takes].find((one) => one && !known(desk, one));
    const unsaid = giver !== "" && gives !== "" && gives !== giver && !note.value.trim(); // another than who took the watch over last: with a word
    signOut.disabled = !gives || !known(desk, gives) || unsaid;
    signIn.disabled = !out || !there || !takes || takes === gives || Boolean(unknown) || unsaid;
    strange.hidden = !unknown && !unsaid;
    strange.textContent = unknown ? t("not_of_plant", { who: unknown }) : t("gives_other", { name: desk.lists?.byNo.get(giver)?.name ?? giver });
    if (out) signOut.replaceChildren(icon("circle-check"), el("span", {}, t("signed", { name: desk.lists?.byNo.get(from.value.trim())?.name ?? from.value.trim() })));
  };
  from.addEventListener("input", () => ((out = 0), check()));
  for (const one of [to, note]) one.addEventListener("input", check);
  check();
  return titled(t("hand_over"),
    el("div", { class: "facts" }, row("cloud-upload", t("unsent"), t("lines", { count: desk.queue }), desk.queue ? "need" : ""), row("users", t("inside_here"), t("people_count", here)),
    row("temperature", t("retests"), retests.length ? `${retests.length} ${next ? clock(next) : ""}` : "0", retests.length ? "need" : ""), row("clock-pause", t("holds"), String(holds), holds ? "need" : "")),
    el("div", { class: "ask" }, t("keys")), choices([["yes", t("all_there")], ["no", t("not_all")]], null, (code) => ((there = code), check())),
    desk.queue ? el("p", { class: "mut" }, t("never_blocks", { count: desk.queue })) : null, el("div", { class: "two" }, from, to), strange, note, el("div", { class: "foot" }, el("div", { class: "two" }, signOut, signIn)));
}

// By number, or by a name as the lists write it: the server asks the same. Without people in the lists nobody is refused.
export const known = (desk: Desk, words: string) => !desk.lists?.bundle.people.length || desk.lists.byNo.has(words) || desk.lists.bundle.people.some((one) => one.name === words);

// Who gives the watch: whoever took it over last on this device, else who stands there by the roster.
function whoGives(desk: Desk): string {
  const watch = desk.lists?.bundle.watch;
  const at = seconds() - net.drift;
  const name = watch && watch.begins <= at && at < watch.ends ? watch.names[0] : undefined;
  const people = name ? (desk.lists?.bundle.people.filter((one) => one.name === name) ?? []) : [];
  return desk.settings.guard || (people.length === 1 ? people[0]?.no : name) || "";
}

async function keep(desk: Desk, said: Pick<Handover, "from" | "to" | "keys" | "note" | "signed_out" | "inside" | "retests" | "holds">) {
  await keepHandover({ uid: crypto.randomUUID(), at: seconds(), drift: net.drift, queue: desk.queue, signed_in: `${said.to} ${clock(seconds() - net.drift)}`, ...said });
  await desk.set({ guard: said.to });
  soon();
  desk.go("scan");
}
