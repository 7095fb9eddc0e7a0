// What is needed seldom: roll-call, who waits, night and day, language, sound, the records as a file.
import { seconds } from "../case";
import type { Left } from "../base";
import type { Desk } from "../desk";
import { button, el, field, row, titled } from "../dom";
import { everythingUnsent, held, hold } from "../store";
import { net } from "../sync";
import { age, t, together, when } from "../words";
import { known } from "./handover";

export function more(desk: Desk): HTMLElement {
  const { settings, lists } = desk;
  const night = settings.theme === "night";
  const change = (said: Partial<Desk["settings"]>) => void desk.set(said).then(() => desk.go("more"));
  const guard = field(t("guard"), settings.guard, { inputmode: "numeric" });
  const strange = el("p", { class: "tm amb", role: "status", hidden: true });
  guard.addEventListener("change", () => {
    const who = guard.value.trim();
    strange.hidden = !who || known(desk, who);
    strange.textContent = t("not_of_plant", { who });
    if (strange.hidden) void desk.set({ guard: who });
  });
  return titled(t("more"),
    el("div", { class: "two" }, button("p", "speakerphone", t("roll"), () => desk.go("roll")), button("", "clock-pause", `${t("open_cases")} ${desk.open.length}`, () => desk.go("open"))),
    el("div", { class: "two" }, button("", night ? "sun" : "moon", t(night ? "day" : "night"), () => change({ theme: night ? "day" : "night" })), button("", "language", t("language"), () => change({ language: settings.language === "en" ? "zh" : "en" }))),
    el("div", { class: "two" }, button("", settings.sound ? "volume" : "volume-off", t(settings.sound ? "sound_on" : "sound_off"), () => change({ sound: !settings.sound })), button("", "download", t("save_file"), () => void saveFile(desk))),
    desk.device ? button("", "pencil", t("jot"), () => desk.go("jot")) : null,
    el("div", { class: "facts" }, row("database", t("lists"), lists ? age(seconds() - net.drift - lists.bundle.made_at) : t("lists_none")), row("id-badge-2", t("device"), desk.device?.device.name ?? "?"), desk.rescued ? row("history", t("rescued"), when(desk.rescued)) : null), guard, strange, before(desk),
    net.stuck ? el("p", { class: "amb" }, t("stuck", { count: net.stuck })) : null, el("div", { class: "foot" }, button("", "arrow-back-up", t("back"), () => desk.go("scan"))));
}

// What is left, in words: records, people judged and not settled, hand-overs; "" for nothing.
export const parts = (lines: number, open: number, signed: number) =>
  together([lines ? t("left_lines", { count: lines }) : "", open ? t("left_open", { count: open }) : "", signed ? t("left_signed", { count: signed }) : ""].filter(Boolean));

// What an earlier enrolment has not sent belongs to its own gate: it goes to the office as a file, and is cleared once it was saved.
function before(desk: Desk): HTMLElement | null {
  const count = (name: "records" | "open" | "handovers") => desk.left.reduce((sum, file) => sum + file[name].length, 0);
  const what = parts(count("records"), count("open"), count("handovers"));
  if (!what) return null;
  const clear = button("", "trash", t("left_clear"), () => clear.replaceWith(button("r", "trash", t("left_sure"), () => void cleared(desk))));
  clear.disabled = true;
  const save = button("", "download", t("save_file"), () => {
    for (const file of desk.left) download(file, `diba-gate-${file.device ?? 0}`);
    clear.disabled = false;
  });
  return el("div", { class: "left" }, el("p", { class: "amb" }, t("left_before", { what })), el("div", { class: "two" }, save, clear));
}

async function cleared(desk: Desk) {
  await hold("left", []);
  desk.left = [];
  desk.go("more");
}

// Everything that is not at the server yet, as a file for the office: what a dead network or a revoked device leaves.
export async function saveFile(desk: Desk) {
  const device = desk.device?.device.id ?? (await held("was"))?.id ?? null;
  download({ format: "diba-gate-1", saved_at: seconds(), drift: net.drift, device, ...(await everythingUnsent()) }, "diba-gate");
}

function download(file: Left, name: string) {
  const address = URL.createObjectURL(new Blob([JSON.stringify(file)], { type: "application/json" }));
  el("a", { href: address, download: `${name}-${new Date().toISOString().slice(0, 16).replace(/[:T]/g, "")}.json` }).click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
