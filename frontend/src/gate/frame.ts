// What stands around every view: which gate and who, whether it is in touch, the four ways.
import { seconds } from "./case";
import type { Desk } from "./desk";
import { flees, guardName } from "./desk";
import { button, el, icon, row } from "./dom";
import { net } from "./sync";
import { age, clock, t } from "./words";
import { hereNow } from "./views/handover";
import { listsAge, recent } from "./views/scan";

const WAYS = [["scan", "scan"], ["vehicle", "truck"], ["visitor", "user-plus"], ["handover", "transfer"]] as const;
const main = el("main", { class: "gv", tabindex: "-1" });
const head = el("header", { class: "gh" });
const status = el("div", { class: "net", role: "status" });
const aside = el("aside", { class: "aside" });
const ways = el("nav", { class: "gt" });

export function frame(): HTMLElement {
  if (!main.isConnected) document.getElementById("post")?.replaceChildren(head, status, main, aside, ways);
  return main;
}

export function showFrame(desk: Desk) {
  frame();
  const gate = desk.lists?.bundle.gate;
  const said = desk.lists?.bundle.watch;
  const watch = said && said.begins <= seconds() - net.drift && seconds() - net.drift < said.ends ? said : null;
  head.replaceChildren(icon("barrier-block"), el("b", { class: "nw" }, gate ? gate.name : t("gate_unknown")), el("span", { class: "mut nw" }, guardName(desk) || (watch?.names ?? []).join(" ")),
    el("span", { class: "sp num" }, clock(seconds())), el("button", { type: "button", class: "ib", "aria-label": t("more"), click: () => desk.go("more") }, icon("dots")));
  showStatus(desk);
  for (const node of main.querySelectorAll("[data-age]")) node.textContent = listsAge(desk);
  const here = hereNow(desk);
  aside.replaceChildren(lists(desk), row("users", t("inside_here"), t("people_count", here)), recent(desk, 8), button("", "user-plus", t("visitor"), () => desk.go("visitor")));
  ways.setAttribute("aria-label", t("title"));
  ways.hidden = !desk.device;
  aside.hidden = !desk.device;
  ways.replaceChildren(...WAYS.map(([view, sign]) => el("a", { href: `#${view}`, "aria-current": document.body.dataset.view === view ? "page" : null, click: (event) => again(event, desk, view) }, icon(sign), t(view))));
}

// A tap on the way one stands on begins it anew.
function again(event: Event, desk: Desk, view: string) {
  if (view !== "scan") desk.draft = null;
  if (document.body.dataset.view !== view) return;
  event.preventDefault();
  desk.go(view);
}

const lists = (desk: Desk) => row("database", t("lists"), desk.lists ? age(seconds() - net.drift - desk.lists.bundle.made_at) : t("lists_none"), old(desk) ? "now" : "");
const old = (desk: Desk) => !desk.lists || seconds() - net.drift - desk.lists.bundle.made_at > (desk.lists.bundle.limits.fresh ?? 12 * 3600);

// The gravest thing first: one line, so that it is read.
function showStatus(desk: Desk) {
  const minutes = Math.round(net.drift / 60);
  const made = desk.lists ? `${t("lists")} ${age(seconds() - net.drift - desk.lists.bundle.made_at)}` : "";
  const wrong = Math.abs(net.drift) > (desk.lists?.bundle.limits.clock ?? 300);
  const said: [string, string, string] = desk.kept === "failed" ? ["now", "alert-octagon", t("not_kept")]
    : net.revoked ? ["now", "ban", t("revoked")]
    : flees(desk) ? ["now", "speakerphone", t("r_evacuation")]
    : net.forged ? ["now", "alert-octagon", t("lists_forged")]
    : !desk.lists && desk.device ? ["now", "database", t("lists_none")]
    : desk.device && old(desk) ? ["now", "database", `${t("w_lists_old")}：${made}`]
    : wrong ? ["warn", "clock", t("clock", { minutes })]
    : !net.online ? ["warn", "cloud-off", t("offline")]
    : ["ok", "cloud-upload", t("online")];
  status.className = `net ${said[0]}`;
  status.dataset.online = String(net.online);
  status.dataset.queue = String(desk.queue);
  const state = desk.kept === "kept" ? t("kept") : desk.kept === "saving" ? t("saving") : "";
  const more = [desk.device && said[0] !== "ok" && said[1] !== "cloud-off" ? t(net.online ? "online" : "offline_short") : "", state, desk.queue ? t("queue", { count: desk.queue }) : said[0] === "ok" ? made : ""].filter(Boolean).join("　");
  const kept = status.querySelector("[data-said]")?.getAttribute("data-said");
  if (kept === said.join() + more) return; // a reader of the screen is not told the same again
  status.replaceChildren(icon(said[1]), el("span", { "data-said": said.join() + more }, said[2]), el("span", { class: "num" }, more));
}
