// Where a guard stands all night: the pass before the camera, the last four who came, the age of the lists.
import type { Desk } from "../desk";
import { flees, turned, ways } from "../desk";
import { button, el, icon } from "../dom";
import type { Kept } from "../records";
import { closeCamera, openCamera } from "../scan";
import { net } from "../sync";
import { age, clock, degrees, of, t } from "../words";
import { seconds } from "../case";
import { NOTES } from "./settling";

export function scan(desk: Desk): HTMLElement {
  desk.direction = turned(desk);
  const out = desk.direction === "out";
  const other = ways(desk).length > 1 ? button("", out ? "login" : "logout", t(out ? "to_entry" : "to_exit"), () => turn(desk)) : null;
  const video = el("video", { muted: true, playsinline: true, hidden: true });
  const words = el("div", { class: "aim" }, icon("qrcode"), el("b", {}, t("aim")), el("span", {}, t("aim_how")));
  const aim = el("button", { type: "button", class: `viewer ${out ? "out" : ""}`, "data-aim": "", click: () => void look(desk, video, words) }, video, words, el("span", { class: "age", "data-age": "" }, listsAge(desk)));
  const roll = flees(desk) ? button("r", "speakerphone", t("roll"), () => desk.go("roll")) : null;
  const waiting = desk.open.length ? button("", "clock-pause", `${t("open_cases")} ${desk.open.length}`, () => desk.go("open")) : null;
  const view = el("section", { class: "view" }, el("h1", { class: "unseen" }, t("scan")), aim,
    el("div", { class: waiting && other ? "three" : "two" },
      button("", "keyboard", t("by_number"), () => desk.go("find")),
      other, waiting),
    roll, recent(desk, 4));
  if (desk.settings.camera) queueMicrotask(() => void look(desk, video, words));
  return view;
}

// How old the lists are: the frame says it anew whenever the clock is set right or time passes.
export const listsAge = (desk: Desk) => (desk.lists ? `${t("lists")} ${age(seconds() - net.drift - desk.lists.bundle.made_at)}` : t("lists_none"));

function turn(desk: Desk) {
  desk.direction = desk.direction === "in" ? "out" : "in";
  desk.go("scan");
}

async function look(desk: Desk, video: HTMLVideoElement, words: HTMLElement) {
  try {
    video.hidden = false;
    words.replaceChildren(el("span", {}, t("reading")));
    if (!desk.settings.camera) await desk.set({ camera: true });
    await openCamera(video, (text) => void desk.scanned(text));
  } catch {
    closeCamera();
    await desk.set({ camera: false });
    video.hidden = true;
    words.replaceChildren(icon("keyboard"), el("b", {}, t("no_camera")));
  }
}

export function recent(desk: Desk, most: number): HTMLElement {
  const lines = desk.lines.slice(-most).reverse();
  return el("ol", { class: "last", "aria-label": t("just_now") }, ...lines.map((line) => one(desk, line)));
}

function one(desk: Desk, { record }: Kept): HTMLElement {
  const went = !record.refusal;
  const kind = NOTES.find((code) => code === record.refusal);
  if (kind) return el("li", {}, el("span", { class: "num mut" }, clock(record.at)), el("span", { class: "mut" }, icon("pencil")), el("span", { class: "nw" }, record.name || record.note), el("span", { class: "sp mut" }, `${t("noted_short")} ${t(`k_${kind}`)}`));
  const what = record.refusal ? `${t("refused_short")} ${of("f_", record.refusal, desk.lists?.bundle.refusals)}` : `${record.forced ? `${t("forced_short")} ` : ""}${t(record.direction === "out" ? "out" : "in")} ${degrees(record.temperature.second || record.temperature.first)}`;
  const sign = el("span", { class: went ? "grn" : "red" }, icon(went ? "circle-check" : "circle-x"));
  return el("li", {}, el("span", { class: "num mut" }, clock(record.at)), sign, el("span", { class: "nw" }, record.plate || record.name || "?"), el("span", { class: "sp mut" }, what));
}
