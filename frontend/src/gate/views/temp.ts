// Three digits, no point: 73.8 cannot be typed through, and above the threshold the button itself becomes the second reading.
import { seconds } from "../case";
import type { Desk } from "../desk";
import { choices, el, icon } from "../dom";
import { isFever, LIMITS } from "../facts";
import type { Draft, Taken } from "../records";
import { mark } from "../steady";
import { net } from "../sync";
import { clock, degrees, t } from "../words";

const [LOWEST, HIGHEST] = [340, 430]; // tenths of °C: outside, a thermometer or a thumb is wrong

// Whether digits can still become a reading: "3" can, "7" cannot.
export function possible(digits: string): boolean {
  const room = 10 ** (3 - digits.length);
  const from = Number(digits) * room;
  return digits.length <= 3 && from + room - 1 >= LOWEST && from <= HIGHEST;
}

// The readings with one more: the first, or the second after the rest.
export function withReading(taken: Taken, reading: number, at: number, again: boolean, method: string): Taken {
  const how = { method, place: "gate", device: "" };
  return again ? { ...taken, second: reading, second_at: at, ...how } : { ...taken, first: reading, at, second: 0, second_at: 0, ...how };
}

export function temp(desk: Desk): HTMLElement {
  const draft = desk.draft;
  if (!draft) return el("section", { class: "view" });
  const again = draft.temperature.first > 0 && draft.verdict.next === "measure_again";
  const limits = { ...LIMITS, ...desk.lists?.bundle.limits };
  let [digits, method] = ["", draft.temperature.method || "forehead"];
  const value = el("div", { class: "tv", "data-temp": "" });
  const said = el("p", { class: "tm", role: "status" });
  const go = el("button", { type: "button", class: "bb p", click: () => digits.length === 3 && void keep(desk, draft, Number(digits), again, method) });
  const show = (wrong = false) => {
    value.textContent = digits.length === 3 ? degrees(Number(digits)) : `${digits}${"_".repeat(3 - digits.length)}`.replace(/(.)$/, ".$1");
    const fever = digits.length === 3 && isFever(Number(digits), limits);
    const minutes = Math.round(limits.rest / 60);
    said.textContent = wrong ? t("range") : digits.length < 3 ? t("three_digits") : !fever ? t("normal") : again ? t("high_again") : t("high_rest", { minutes });
    said.className = `tm ${wrong || fever ? "red" : digits.length === 3 ? "grn" : "mut"}`;
    const words = !fever ? t("keep_next") : again ? t("keep_fever") : t("keep_rest", { when: clock(seconds() - net.drift + limits.rest) });
    go.className = `bb ${fever ? "r" : "p"}`;
    go.disabled = digits.length < 3;
    go.replaceChildren(icon(fever ? "clock" : "check"), el("span", {}, words));
  };
  const press = (key: string) => {
    const typed = key === "c" ? "" : key === "x" ? digits.slice(0, -1) : digits.length < 3 ? digits + key : digits;
    const can = typed === "" || possible(typed);
    if (can) digits = typed;
    show(!can);
  };
  const keys = [..."123456789", "c", "0", "x"].map((key) =>
    el("button", { type: "button", "data-k": key, "aria-label": key === "x" ? t("erase") : null, click: () => press(key) }, key === "x" ? icon("backspace") : key === "c" ? t("clear") : key));
  const view = el("section", { class: "view temp" },
    el("div", { class: "th" }, el("div", {}, el("h1", {}, `${draft.name || draft.plate} ${t("temperature")}`), value), said),
    el("div", { class: "kp" }, ...keys), go);
  view.addEventListener("typed", (event) => press((event as CustomEvent<string>).detail));
  view.append(choices([["forehead", t("m_forehead")], ["ear", t("m_ear")], ["armpit", t("m_armpit")]], method, (code) => (method = code)));
  show();
  return view;
}

async function keep(desk: Desk, draft: Draft, reading: number, again: boolean, method: string) {
  await desk.judge({ ...draft, temperature: withReading(draft.temperature, reading, seconds(), again, method), ...(!again && { rested: mark() }) });
}
