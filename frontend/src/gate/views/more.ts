// What is needed seldom: roll-call, who waits, night and day, language, sound, the records as a file.
import { seconds } from "../case";
import type { Desk } from "../desk";
import { button, el, field, row, titled } from "../dom";
import { everythingUnsent, held } from "../store";
import { net } from "../sync";
import { age, t } from "../words";

export function more(desk: Desk): HTMLElement {
  const { settings, lists } = desk;
  const night = settings.theme === "night";
  const change = (said: Partial<Desk["settings"]>) => void desk.set(said).then(() => desk.go("more"));
  const guard = field(t("guard"), settings.guard, { inputmode: "numeric" });
  guard.addEventListener("change", () => void desk.set({ guard: guard.value.trim() }));
  return titled(t("more"),
    el("div", { class: "two" }, button("p", "speakerphone", t("roll"), () => desk.go("roll")), button("", "clock-pause", `${t("open_cases")} ${desk.open.length}`, () => desk.go("open"))),
    el("div", { class: "two" }, button("", night ? "sun" : "moon", t(night ? "day" : "night"), () => change({ theme: night ? "day" : "night" })), button("", "language", t("language"), () => change({ language: settings.language === "en" ? "zh" : "en" }))),
    el("div", { class: "two" }, button("", settings.sound ? "volume" : "volume-off", t(settings.sound ? "sound_on" : "sound_off"), () => change({ sound: !settings.sound })), button("", "download", t("save_file"), () => void saveFile(desk))),
    el("div", { class: "facts" }, row("database", t("lists"), lists ? age(seconds() - net.drift - lists.bundle.made_at) : t("lists_none")), row("id-badge-2", t("device"), desk.device?.device.name ?? "?")), guard,
    net.stuck ? el("p", { class: "amb" }, t("stuck", { count: net.stuck })) : null, el("div", { class: "foot" }, button("", "arrow-back-up", t("back"), () => desk.go("scan"))));
}

// Everything that is not at the server yet, as a file for the office: what a dead network or a revoked device leaves.
export async function saveFile(desk: Desk) {
  const said = JSON.stringify({ format: "diba-gate-1", saved_at: seconds(), drift: net.drift, device: desk.device?.device.id ?? (await held("was"))?.id ?? null, ...(await everythingUnsent()) });
  const address = URL.createObjectURL(new Blob([said], { type: "application/json" }));
  el("a", { href: address, download: `diba-gate-${new Date().toISOString().slice(0, 16).replace(/[:T]/g, "")}.json` }).click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
