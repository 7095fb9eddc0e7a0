// One crossing from the first look to the line of the ledger: begun, judged, judged again with what was added.
import { fever } from "./before";
import type { Vehicle, Visit } from "./facts";
import { factsFrom } from "./facts";
import { judge } from "./judge";
import type { Lists, Present } from "./lists";
import { around, guards } from "./lists";
import { sameName } from "./name";
import type { Pass } from "./pass";
import { kindOfPlate, plain } from "./plate";
import type { Draft, Kept, Listed, Visiting, Booked } from "./records";
import { since } from "./steady";

const NOT_YET = { verdict: "wait", reason: "", next: "", until: 0, warnings: [] };
const HOST_GUARDS = { verdict: "wait", reason: "host_guards", next: "call_duty", until: 0, warnings: [] }; // the server judges so too (own_guests.py)
const NOT_TAKEN = { first: 0, at: 0, second: 0, second_at: 0, method: "", place: "", device: "" };
const AGREED = 8 * 3600; // s; how long a host's word on the telephone lets a visitor stand

export const seconds = () => Math.floor(Date.now() / 1000);

// drift: how far the device's clock is ahead, in s.
export function begin(kind: string, direction: string, drift: number, more: Partial<Draft> = {}): Draft {
  return {
    uid: crypto.randomUUID(), at: seconds(), drift, direction, kind, person: null, visit: null, vehicle: null, pass_number: null, passed: "none", name: "", plate: "", driver: "",
    passengers: "", cargo: "", purpose: "", host: "", zone: "", temperature: { ...NOT_TAKEN }, disinfected: false, verdict: NOT_YET, bundle: "", refusal: "", forced: "", note: "", guard: "",
    unit: "", declared: "", agreed: false, phone: "", ...more,
  };
}

export const ofPerson = (one: Listed): Partial<Draft> => ({ kind: "person", person: one.id, name: one.name, unit: one.unit });
export const ofVisit = (one: Visiting): Partial<Draft> => ({ kind: "visitor", visit: one.id, name: one.name, host: one.host, phone: one.host_phone, declared: one.declared ? "no" : "" });
export const ofVehicle = (one: Booked): Partial<Draft> => ({ kind: "vehicle", vehicle: one.id, plate: one.plate, name: one.plate, driver: one.driver || "" });

// Who stands behind a pass, by the lists; a pass whose holder they do not name is somebody unknown.
export function ofPass(lists: Lists | null, state: string, pass: Pass | null): Partial<Draft> {
  const said = { passed: state, pass_number: pass?.number ?? null };
  if (!pass) return { ...said, kind: "unknown" };
  const person = pass.kind === "person" ? lists?.people.get(pass.holder) : undefined;
  const visit = pass.kind === "visitor" ? lists?.visits.get(pass.holder) : undefined;
  const vehicle = pass.kind === "vehicle" ? lists?.vehicles.get(pass.holder) : undefined;
  return { ...said, kind: pass.kind, ...(person && ofPerson(person)), ...(visit && ofVisit(visit)), ...(vehicle && ofVehicle(vehicle)) };
}

// Judge a crossing at this moment. Without lists nobody is judged by them: their age is without end. evacuation: everybody out.
// lines: this device's own, for a fever that the lists do not know yet; it stops him, and is no reading of this crossing.
export function weigh(draft: Draft, lists: Lists | null, inside: Present[], lines: Kept[], guard: string, evacuation: boolean): Draft {
  const taken = fever(draft, lists, lines) ?? draft.temperature;
  const at = seconds() - draft.drift;
  const taken_at = taken === draft.temperature && draft.rested ? at - since(draft.rested) : taken.at - draft.drift;
  const bundle = lists?.bundle;
  const facts = factsFrom({
    at, direction: draft.direction, kind: draft.kind, zone: bundle?.gate.zone ?? "", passed: draft.passed, lists_at: bundle?.made_at ?? 0, drift: draft.drift,
    inside: whereabouts(draft, lists, inside, at), ways: bundle?.gate.directions ?? "both", evacuation,
    person: draft.person === null ? null : (lists?.people.get(draft.person) ?? null),
    visit: draft.kind === "visitor" ? visitOf(draft, lists, at) : null,
    vehicle: draft.kind === "vehicle" ? vehicleOf(draft, lists, at) : null,
    temperature: { ...taken, at: taken_at }, limits: bundle?.limits ?? {},
  });
  const verdict = judge(facts, bundle?.rules ?? [{ when: {}, verdict: "wait", reason: "lists_expired", next: "call_duty", until: "", warn: "" }]);
  const host = draft.visit === null ? undefined : lists?.visits.get(draft.visit);
  const own = verdict.verdict === "pass" && draft.direction === "in" && host && guards(lists, guard, { no: host.host_no ?? "", name: host.host }, at);
  return { ...draft, at: seconds(), zone: bundle?.gate.zone ?? "", bundle: bundle ? String(bundle.version) : "", guard, verdict: own ? HOST_GUARDS : verdict };
}

function whereabouts(draft: Draft, lists: Lists | null, inside: Present[], at: number) {
  const id = draft.person ?? draft.visit ?? draft.vehicle;
  const outer = lists ? around(lists, lists.bundle.gate.zone) : []; // whoever is there has not come into the gate's zone yet
  const name = draft.name || draft.plate;
  if (inside.some((one) => one.kind === draft.kind && !outer.includes(one.zone) && (id ? one.id === id : name && one.name === name))) return "yes";
  const old = !lists || at - lists.bundle.made_at > 12 * 3600;
  return old || !id ? "unknown" : "no";
}

function visitOf(draft: Draft, lists: Lists | null, at: number): Visit | null {
  const listed = draft.visit === null ? undefined : lists?.visits.get(draft.visit);
  if (listed?.state === "ill") return { ...listed, declared: draft.declared === "no" }; // whatever a host says
  // Nobody announced him, and one of his name had a fever at another gate.
  if (!listed && lists?.bundle.ill?.some((name) => sameName(name, draft.name))) return { state: "ill", begins: 0, ends: 0, declared: draft.declared === "no" };
  if (draft.agreed) return { state: "approved", begins: Math.min(at, listed?.begins ?? at), ends: at + AGREED, declared: draft.declared === "no" };
  if (draft.answer) return { state: draft.answer, begins: at, ends: at + AGREED, declared: draft.declared === "no" };
  return listed ? { ...listed, declared: draft.declared === "no" } : null;
}

function vehicleOf(draft: Draft, lists: Lists | null, at: number): Vehicle {
  const booked = draft.vehicle === null ? undefined : lists?.vehicles.get(draft.vehicle);
  return {
    plate: kindOfPlate(draft.plate) !== "", begins: booked?.begins ?? 0, ends: booked?.ends ?? 0,
    disinfected: draft.disinfected ? at : (booked?.disinfected ?? 0), driver: draft.driver.trim() !== "",
  };
}

// The vehicle of the lists with a plate: going out the one that came in last, going in the one that is expected at the
// moment, by the server's clock.
export function booked(lists: Lists | null, plate: string, direction: string, inside: Present[], at: number) {
  const rows = (lists?.bundle.vehicles ?? []).filter((one) => plain(one.plate) === plain(plate));
  const since = new Map(inside.filter((one) => one.kind === "vehicle").map((one) => [one.id, one.since]));
  const here = rows.filter((one) => since.has(one.id)).sort((a, b) => since.get(b.id)! - since.get(a.id)!);
  return (direction === "out" ? here[0] : undefined) ?? rows.find((one) => one.begins <= at && at < one.ends) ?? rows[rows.length - 1];
}
