// A vehicle: plate by the rule, whether it is expected, who drives, who and what is on board, disinfected or not.
import { begin, booked, ofVehicle, seconds } from "../case";
import type { Desk } from "../desk";
import { button, choices, el, field, titled } from "../dom";
import { kindOfPlate, plain, shown } from "../plate";
import type { Draft } from "../records";
import { net } from "../sync";
import { t, when } from "../words";

export function vehicle(desk: Desk): HTMLElement {
  const draft = desk.draft?.kind === "vehicle" ? desk.draft : begin("vehicle", desk.direction, net.drift);
  const plate = field(t("plate"), shown(draft.plate), { autocapitalize: "characters", maxlength: 12 });
  const driver = field(t("driver"), draft.driver);
  const people = field(t("passengers"), draft.passengers, { inputmode: "numeric", maxlength: 3 });
  const cargo = field(t("cargo"), draft.cargo);
  const state = el("p", { class: "tm mut", role: "status" });
  let clean: boolean | null = draft.disinfected || null;
  const pick = el("div", {});
  const chips = expected(desk);
  const read = () => {
    const kind = kindOfPlate(plate.value);
    const now = seconds() - net.drift;
    const one = booked(desk.lists, plate.value, draft.direction, desk.inside, now);
    const fresh = one && now - one.disinfected < (desk.lists?.bundle.limits.clean ?? 86_400) ? t("d_fresh", { when: when(one.disinfected) }) : "";
    chips.hidden = plate.value !== "";
    state.hidden = plate.value === "" && chips.childElementCount > 0;
    state.textContent = !plate.value ? "" : !kind ? t("plate_wrong") : [t(`plate_${kind}`), t(one ? "expected" : "unexpected"), fresh].filter(Boolean).join("，");
    state.className = `tm ${!plate.value ? "mut" : kind && one ? "grn" : "amb"}`;
    if (one?.driver && !driver.value) driver.value = one.driver;
  };
  const options: [string, string][] = [["yes", t("d_yes")], ["no", t("d_no")]];
  pick.append(choices(options, clean === null ? null : "yes", (code) => (clean = code === "yes")));
  plate.addEventListener("input", read);
  const go = button("p", "check", t("to_judge"), () => void desk.judge(told(desk, draft, { plate: plain(plate.value), driver: driver.value.trim(), passengers: people.value.trim(), cargo: cargo.value.trim(), disinfected: clean === true })));
  read();
  return titled(t("vehicle"), plate, state, chips, el("div", { class: "two" }, driver, people), cargo, el("p", { class: "ask" }, t("disinfected")), pick, el("div", { class: "foot" }, go));
}

function told(desk: Desk, draft: Draft, more: Partial<Draft>): Draft {
  const one = booked(desk.lists, more.plate ?? "", draft.direction, desk.inside, seconds() - net.drift);
  return { ...draft, ...(one ? ofVehicle(one) : { vehicle: null }), name: more.plate ?? "", ...more };
}

// Those that are expected, one tap each: nobody types a plate that the lists know.
function expected(desk: Desk): HTMLElement {
  const at = seconds() - net.drift;
  const rows = (desk.lists?.bundle.vehicles ?? []).filter((one) => one.begins <= at && at < one.ends).slice(0, 4);
  const fill = (id: number) => {
    const one = desk.lists?.vehicles.get(id);
    if (one) desk.draft = begin("vehicle", desk.direction, net.drift, ofVehicle(one));
    desk.go("vehicle");
  };
  return el("div", { class: "pick side" }, ...rows.map((one) => el("button", { type: "button", click: () => fill(one.id) }, shown(one.plate))));
}
