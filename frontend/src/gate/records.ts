// What a device holds: the lists that came in the bundle, the crossing being judged, the line of the ledger it becomes.
import type { Limits, Person, Visit, Temperature } from "./facts";
import type { Rule, Verdict } from "./judge";
import type { Mark } from "./steady";

export type Gate = { id: number; code: string; name: string; zone: string; phone: string; directions: string };
export type Listed = Person & { id: number; no: string; name: string; unit: string };
export type Visiting = Visit & { id: number; name: string; host: string; host_no?: string; host_phone: string; pass: number | null };
export type Booked = { id: number; plate: string; begins: number; ends: number; disinfected: number; driver: string };
// Whoever is half measured, by the server's clock.
export type Half = Pick<Crossing, "uid" | "kind" | "at" | "person" | "visit" | "vehicle" | "name" | "plate" | "driver" | "temperature">;
export type Inside = { kind: string; id: number; name?: string; uid?: string; since: number; zone: string; gate: string }; // id 0: by the name he gave, else by his line
export type Watch = { begins: number; ends: number; names: string[] };
export type Words = { zh: string; en: string };
export type Bundle = {
  version: string;
  made_at: number;
  plant: string;
  keys: string[];
  signers?: string[];
  gate: Gate;
  zones: { id: number; code: string; name: string; bit: number; within?: string }[]; // within: the zone it lies in, "": in none
  rules: Rule[];
  limits: Partial<Limits>;
  watch: Watch | null;
  evacuation?: boolean;
  people: Listed[];
  ill?: string[]; // the names of visitors who had a fever twice at a gate of late
  half?: Half[]; // first readings too high of people whose second nobody has taken, at whichever gate; an older server tells of none
  visits: Visiting[];
  vehicles: Booked[];
  passes: { revoked: number[]; used: number[]; keys?: Record<string, number> };
  inside: Inside[];
  reasons: Record<string, Words>;
  refusals: Record<string, Words>;
};
export type Envelope = { signed: string; signature: string; key: string };
export type Device = { token: string; device: { id: number; name: string }; plant: string; keys: string[] };

// A temperature as it is sent: tenths of °C, moments in seconds by the device's clock.
export type Taken = Temperature & { second_at: number; method: string; place: string; device: string };
export type Crossing = {
  uid: string;
  at: number;
  drift: number;
  direction: string;
  kind: string;
  person: number | null;
  visit: number | null;
  vehicle: number | null;
  pass_number: number | null;
  passed: string;
  name: string;
  plate: string;
  driver: string;
  passengers: string;
  cargo: string;
  purpose: string;
  host: string;
  declared: string; // whether a visitor was in a risk area: "no", "yes", "" when he was not asked; a line that an older page kept has none
  zone: string;
  temperature: Taken;
  disinfected: boolean;
  verdict: Verdict;
  bundle: string;
  refusal: string;
  forced: string;
  note: string;
  guard: string;
};
// What only the page knows of a crossing that is not settled: whether his host agreed by telephone.
// rested: when the first reading was taken, by a clock that nobody sets.
// answer: what the host said who was asked on his own telephone ("": not asked); arrived: since when the visitor stands here.
export type Draft = Crossing & { unit: string; agreed: boolean; phone: string; answer?: string; arrived?: number; rested?: Mark };
// A line of the device's own log: settled, and what became of it at the server ("" while it waits). sent: when the server had kept it, by its own clock.
export type Kept = { uid: string; at: number; record: Crossing; state: string; item: number | null; why: string; sent?: number; rested?: Mark };
// Another gate, and when the server heard of it last (0: never), as it said at the last contact.
export type HeardOf = { name: string; heard_at: number };
export type Handover = {
  uid: string; at: number; drift: number; from: string; to: string; queue: number; inside: number; keys: number;
  retests: number; holds: number; note: string; signed_out: string; signed_in: string;
};

export const FIELDS = ["uid", "at", "drift", "direction", "kind", "person", "visit", "vehicle", "pass_number", "passed", "name", "plate", "driver", "passengers", "cargo",
  "purpose", "host", "declared", "zone", "temperature", "disinfected", "verdict", "bundle", "refusal", "forced", "note", "guard"] as const;

// The line of the ledger in a draft, without what only the page knows.
export function lineOf(draft: Draft): Crossing {
  return Object.fromEntries(FIELDS.map((name) => [name, draft[name]])) as unknown as Crossing;
}
