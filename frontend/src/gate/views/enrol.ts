// A device becomes one of the plant's: from the QR code of the office's page, or by typing the code. And what is left when it is no more.
import type { Desk } from "../desk";
import { button, el, field, icon, titled } from "../dom";
import type { Device } from "../records";
import { enrol as register, isRefusal } from "../sync";
import { t } from "../words";
import { parts, saveFile } from "./more";

export function enrol(given: string, done: (device: Device) => void): HTMLElement {
  const code = field(t("code"), given, { autocapitalize: "none", spellcheck: "false" });
  const name = field(t("device_name"), /Android|iPhone|iPad/.exec(navigator.userAgent)?.[0] ?? "PC", { maxlength: 40 });
  const said = el("p", { class: "tm red", role: "status" });
  const send = async () => {
    go.disabled = true;
    try {
      done(await register(code.value.trim(), name.value.trim()));
    } catch (error) {
      said.textContent = t(isRefusal(error) ? "enrol_bad" : "enrol_net");
      check();
    }
  };
  const go = button("p", "shield-check", t("enrol_go"), () => void send());
  const check = () => (go.disabled = !code.value.trim() || !name.value.trim());
  code.addEventListener("input", check);
  name.addEventListener("input", check);
  check();
  return titled(t("enrol"), el("p", { class: "mut" }, t("enrol_how")), code, name, said, el("div", { class: "foot" }, go));
}

export function revoked(desk: Desk): HTMLElement {
  const left = parts(desk.queue, desk.open.length, desk.signed);
  return el("section", { class: "view" }, el("div", { class: "vd stop", role: "alert" }, el("div", { class: "tp" }, icon("ban"), el("h1", { class: "why" }, t("revoked"))), el("p", { class: "why" }, left ? t("revoked_how", { what: left }) : t("revoked_none"))),
    left ? button("p", "download", t("save_file"), () => void saveFile(desk)) : null);
}
