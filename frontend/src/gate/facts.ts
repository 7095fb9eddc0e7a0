// What is known of whoever stands at the gate, and the flags the table asks about: word for word diba/core/gating/facts.py.
// Moments are whole seconds since 1970, temperatures tenths of °C.
export type Limits = { threshold: number; inclusive: boolean; rest: number; fresh: number; stale: number; clean: number; clock: number; ahead: number; after: number };
export type Person = { zones: string[]; hold: string; hold_until: number; health: string; health_until: number; turns: [number, number][]; left: boolean };
export type Visit = { state: string; begins: number; ends: number; declared: boolean };
export type Vehicle = { plate: boolean; begins: number; ends: number; disinfected: number; driver: boolean };
export type Temperature = { first: number; at: number; second: number };
export type Facts = {
  at: number;
  direction: string;
  kind: string;
  zone: string;
  passed: string;
  lists_at: number;
  drift: number;
  inside: string;
  ways: string; // which directions the gate is for: "in", "out", "both"
  evacuation: boolean;
  person: Person | null;
  visit: Visit | null;
  vehicle: Vehicle | null;
  temperature: Temperature;
  limits: Limits;
};

export const LIMITS: Limits = { threshold: 373, inclusive: false, rest: 600, fresh: 12 * 3600, stale: 7 * 86400, clean: 24 * 3600, clock: 300, ahead: 14 * 86400, after: 60 * 86400 };
const PERSON: Person = { zones: [], hold: "none", hold_until: 0, health: "none", health_until: 0, turns: [], left: false };
const VISIT: Visit = { state: "none", begins: 0, ends: 0, declared: false };
const VEHICLE: Vehicle = { plate: true, begins: 0, ends: 0, disinfected: 0, driver: false };
const TEMPERATURE: Temperature = { first: 0, at: 0, second: 0 };

type Told = Partial<Omit<Facts, "person" | "visit" | "vehicle" | "temperature" | "limits">> & {
  at: number;
  direction: string;
  kind: string;
  person?: Partial<Person> | null;
  visit?: Partial<Visit> | null;
  vehicle?: Partial<Vehicle> | null;
  temperature?: Partial<Temperature>;
  limits?: Partial<Limits>;
};

export function factsFrom(told: Told): Facts {
  return {
    zone: "", passed: "none", lists_at: 0, drift: 0, inside: "unknown", ways: "both", evacuation: false, ...told,
    person: told.person ? { ...PERSON, ...told.person } : null,
    visit: told.visit ? { ...VISIT, ...told.visit } : null,
    vehicle: told.vehicle ? { ...VEHICLE, ...told.vehicle } : null,
    temperature: { ...TEMPERATURE, ...told.temperature },
    limits: { ...LIMITS, ...told.limits },
  };
}

export const isFever = (reading: number, limits: Limits) => reading > limits.threshold || (limits.inclusive && reading === limits.threshold);

const yes = (value: boolean) => (value ? "yes" : "no");

export function flagsOf(facts: Facts): Record<string, string> {
  return {
    direction: facts.direction,
    kind: facts.kind,
    pass: facts.passed,
    evacuation: yes(facts.evacuation),
    lists: lists(facts),
    clock: Math.abs(facts.drift) > facts.limits.clock ? "wrong" : "ok",
    inside: facts.inside,
    way: yes(facts.ways !== (facts.direction === "in" ? "out" : "in")),
    temperature: temperature(facts),
    ...ofPerson(facts),
    ...ofVisit(facts),
    ...ofVehicle(facts),
  };
}

function lists(facts: Facts) {
  const age = facts.at - facts.lists_at;
  return age > facts.limits.stale ? "expired" : age > facts.limits.fresh ? "old" : "fresh";
}

function temperature({ at, temperature: taken, limits }: Facts) {
  if (!taken.first) return "none";
  if (!isFever(taken.first, limits)) return "normal";
  if (!taken.second) return at - taken.at < limits.rest ? "high" : "again";
  return isFever(taken.second, limits) ? "fever" : "normal";
}

function ofPerson({ at, zone, person, limits }: Facts) {
  if (!person) return { listed: "no", left: "none", hold: "none", zone: "none", turn: "none", health: "none" };
  const over = person.hold_until > 0 && at >= person.hold_until;
  const near = person.turns.filter(([begins, ends]) => begins <= at + limits.ahead && ends > at - limits.after);
  const begun = near.map(([begins, ends]) => begins <= at && at < ends);
  return {
    listed: "yes",
    left: yes(person.left),
    hold: over ? "none" : person.hold,
    zone: yes(!zone || person.zones.includes(zone)),
    turn: yes(!begun.length || begun.includes(true)),
    health: person.health === "ok" && at >= person.health_until ? "missing" : person.health,
  };
}

export function stateOf({ state, begins, ends }: Visit, at: number): string {
  if (state !== "approved") return state;
  return at < begins ? "early" : at >= ends ? "late" : state;
}

function ofVisit({ at, visit }: Facts) {
  if (!visit) return { visit: "none", declared: "none" };
  return { visit: stateOf(visit, at), declared: yes(visit.declared) };
}

function ofVehicle({ at, vehicle, limits }: Facts) {
  if (!vehicle) return { plate: "none", booked: "none", disinfected: "none", driver: "none" };
  const booked = vehicle.begins <= at && at < vehicle.ends ? "yes" : at < vehicle.begins ? "early" : "no";
  return {
    plate: yes(vehicle.plate),
    booked,
    disinfected: yes(vehicle.disinfected > 0 && at - vehicle.disinfected < limits.clean),
    driver: yes(vehicle.driver),
  };
}
