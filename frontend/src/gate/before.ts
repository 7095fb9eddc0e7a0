// What this device itself knows of whoever stands there: his case that waits, and the fever he was found with. Neither is begun afresh by a second look.
import { isFever, LIMITS } from "./facts";
import type { Lists } from "./lists";
import { listed } from "./lists";
import { nameKey, sameName } from "./name";
import { plain } from "./plate";
import type { Crossing, Draft, Kept, Taken } from "./records";

const WATCH = 8 * 3600; // s; who waited longer has left, and a host's word by telephone held no longer

// Whether two crossings are of one: by the lists, the pass or the plate with its driver, else by the name that was given.
export function same(one: Crossing, other: Crossing): boolean {
  if (one.pass_number !== null && one.pass_number === other.pass_number && one.passed !== "forged" && other.passed !== "forged") return true;
  if (one.kind === "vehicle" || other.kind === "vehicle") return one.kind === other.kind && sameVehicle(one, other);
  const [id, its] = [one.person ?? one.visit, other.person ?? other.visit];
  if (id && its) return one.kind === other.kind && id === its;
  return sameName(one.name, other.name) && one.kind !== "person" && other.kind !== "person";
}

function sameVehicle(one: Crossing, other: Crossing): boolean {
  const [driver, its] = [nameKey(one.driver), nameKey(other.driver)];
  if (driver && its && driver !== its) return false;
  return one.plate ? plain(one.plate) === plain(other.plate) : one.vehicle !== null && one.vehicle === other.vehicle;
}

// A crossing that begins, as the case of him that waits here: its number, its readings and its clock, with what is new beside.
export function resumed(draft: Draft, open: Draft[], lists: Lists | null, lines: Kept[]): Draft {
  if (open.some((one) => one.uid === draft.uid)) return draft;
  const found = open.filter((one) => one.direction === draft.direction && draft.at - one.at < WATCH && same(one, draft)).at(-1);
  const waits = found && reclocked(found, draft.drift);
  if (!waits) return { ...draft, ...(draft.temperature.first ? {} : halfMeasured(draft, lists, lines)) };
  const said = Object.fromEntries(Object.entries(waits).map(([name, value]) => [name, draft[name as keyof Draft] || value])) as unknown as Draft;
  const pass = draft.passed === "none" ? { passed: waits.passed, pass_number: waits.pass_number } : {};
  const kind = draft.kind === "unknown" ? waits.kind : draft.kind;
  return { ...draft, ...said, ...pass, kind, uid: waits.uid, drift: draft.drift, temperature: waits.temperature.first ? waits.temperature : draft.temperature };
}

// A first reading too high of somebody who was refused, or went to another gate, before the second was taken: the next one is his second.
function halfMeasured(draft: Draft, lists: Lists | null, lines: Kept[]): Partial<Draft> {
  if (draft.direction !== "in") return {};
  const line = lines.filter(({ record }) => record.temperature?.first > 0 && same(record, draft)).at(-1);
  const since = line ? line.record.at - line.record.drift : 0;
  const told = elsewhere(draft, lists).filter((one) => one.uid !== line?.uid && one.at > since).at(-1);
  if (told) return { temperature: reclocked(told, draft.drift).temperature };
  const high = line?.record.refusal && !line.record.temperature.second && isFever(line.record.temperature.first, { ...LIMITS, ...lists?.bundle.limits });
  return high ? { temperature: reclocked(line.record, draft.drift).temperature, ...(line.rested && { rested: line.rested }) } : {};
}

// What the lists say of him who stands here: the crossing of another gate that is not settled, or was refused, the oldest first.
function elsewhere(draft: Draft, lists: Lists | null): Crossing[] {
  const at = draft.at - draft.drift;
  const rows = (lists?.bundle.half ?? []).map((one): Crossing => ({ ...draft, pass_number: null, passed: "none", drift: 0, ...one }));
  return rows.filter((one) => at - one.at < WATCH && same(one, draft));
}

// The same with its moments by the device's clock as it goes now: it may have been set since.
export function reclocked<T extends Crossing>(one: T, drift: number): T {
  const { at, second_at } = one.temperature;
  const by = drift - one.drift;
  return by ? { ...one, at: one.at + by, drift, temperature: { ...one.temperature, at: at && at + by, second_at: second_at && second_at + by } } : one;
}

// The readings of a fever that this device kept of him, until lists that were made after the server had the line say what holds. Of a
// visitor they say it on the visit that he came for, of a stranger never: both are remembered for as long as the line is at hand, an hour at least.
export function fever(draft: Draft, lists: Lists | null, lines: Kept[]): Taken | null {
  const limits = { ...LIMITS, ...lists?.bundle.limits };
  const found = lines.filter((line) => !(line.record.kind === "person" && listed(line, lists)) && line.record.uid !== draft.uid && isHot(line.record, limits) && same(line.record, draft)).at(-1);
  return found ? { ...found.record.temperature, second: found.record.temperature.second || found.record.temperature.first } : null;
}

// Whether both readings of somebody who wants to come in are too high: that is written at once, whatever the guard presses next.
export function isHotTwice(draft: Draft, lists: Lists | null): boolean {
  return draft.direction === "in" && draft.temperature.second > 0 && isHot(draft, { ...LIMITS, ...lists?.bundle.limits });
}

// A line that an older page kept may have no reading at all.
function isHot({ temperature, refusal }: Crossing, limits: typeof LIMITS): boolean {
  const { first, second } = temperature ?? { first: 0, second: 0 };
  return first > 0 && isFever(first, limits) && (second ? isFever(second, limits) : refusal === "fever");
}
