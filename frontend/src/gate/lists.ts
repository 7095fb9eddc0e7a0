// The signed lists: nothing of them is used before their signature is known to be the plant's.
import { verifyAsync } from "@noble/ed25519";
import { stateOf } from "./facts";
import type { Key } from "./pass";
import type { Booked, Bundle, Envelope, Kept, Listed, Visiting } from "./records";

export type Lists = {
  bundle: Bundle;
  byNo: Map<string, Listed>;
  people: Map<number, Listed>;
  visits: Map<number, Visiting>;
  vehicles: Map<number, Booked>;
  revoked: Set<number>;
  used: Set<number>;
  keys: Key[];
};

export const bytes = (hex: string) => Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));
export const keysOf = (keys: Record<string, number>): Key[] => Object.entries(keys).map(([hex, until]) => ({ public: bytes(hex), until }));

// Open an envelope; throws when its signature is not of a key that is trusted. Its keys are those whose lists are believed from
// now on: a key that the plant has replaced stands for the passes it signed, and for no lists any more.
export async function verified(envelope: Envelope, trusted: string[]): Promise<Bundle> {
  const signed = Uint8Array.from(atob(envelope.signed), (letter) => letter.charCodeAt(0));
  const known = trusted.includes(envelope.key);
  if (!known || !(await verifyAsync(bytes(envelope.signature), signed, bytes(envelope.key)).catch(() => false))) throw new Error("the lists are not signed by the plant");
  const bundle = JSON.parse(new TextDecoder().decode(signed)) as Bundle;
  return { ...bundle, keys: bundle.signers ?? bundle.keys, passes: { ...bundle.passes, keys: bundle.passes.keys ?? forEver(bundle.keys) } };
}

export const forEver = (keys: string[]): Record<string, number> => Object.fromEntries(keys.map((hex) => [hex, 0]));

export function listsOf(bundle: Bundle): Lists {
  const by = <T extends { id: number }>(rows: T[]) => new Map(rows.map((one) => [one.id, one]));
  return {
    bundle, people: by(bundle.people), visits: by(bundle.visits), vehicles: by(bundle.vehicles), keys: keysOf(bundle.passes.keys ?? {}),
    byNo: new Map(bundle.people.filter((one) => one.no).map((one) => [one.no, one])), revoked: new Set(bundle.passes.revoked), used: new Set(bundle.passes.used),
  };
}

// Whom a guard may mean by a few letters or digits: the number itself first, then names and numbers that begin so. At most 20.
export function search(lists: Lists, words: string): Listed[] {
  const wanted = words.trim().toLowerCase();
  if (!wanted) return [];
  const exact = lists.byNo.get(wanted) ?? lists.byNo.get(wanted.toUpperCase());
  const others = lists.bundle.people.filter((one) => one !== exact && (one.no.toLowerCase().startsWith(wanted) || one.name.toLowerCase().includes(wanted)));
  return [...(exact ? [exact] : []), ...others].slice(0, 20);
}

const RANKS = ["approved", "asked", "early", "late", "refused", "withdrawn", "ill"]; // of the states of a visit: who may come now first

// The visits of the lists, or those whose visitor or host is called so, and what each of them is at a moment.
export function visitsOf(lists: Lists | null, at: number, words = ""): { visit: Visiting; state: string }[] {
  const wanted = words.trim().toLowerCase();
  const rows = (lists?.bundle.visits ?? []).filter((one) => one.name.toLowerCase().includes(wanted) || one.host.toLowerCase().includes(wanted));
  return rows.map((visit) => ({ visit, state: stateOf(visit, at) })).sort((a, b) => RANKS.indexOf(a.state) - RANKS.indexOf(b.state) || a.visit.begins - b.visit.begins);
}

// Whether the lists hold a line of this device: what the server had when it made them. What still waits, or was sent after, they do not.
export function listed({ record, state, sent }: Kept, lists: Lists | null): boolean {
  const made = lists?.bundle.made_at ?? 0;
  return sent !== undefined ? sent < made : state !== "" && record.at - record.drift < made;
}

export type Present = { key: string; kind: string; id: number; name: string; since: number; zone: string };

// The zones that a zone lies in, the nearest first; lists from an older server say of none that it lies in another.
export function around({ bundle }: Lists, zone: string): string[] {
  const found: string[] = [];
  const outer = (code: string) => bundle.zones.find((one) => one.code === code)?.within ?? "";
  for (let code = outer(zone); code && !found.includes(code); code = outer(code)) found.push(code);
  return found;
}

// Who is inside: what the lists say, and after it this device's own crossings. Everybody once, wherever
// he went: a stranger by his name in zones that lie in one another, whoever gave none by his line.
export function present(lists: Lists, lines: Kept[]): Present[] {
  const inside = new Map<string, Present>();
  const named = (name: string, where: string) => `${[where, ...around(lists, where)].pop()} ${name}`;
  const whose = (kind: string, id: number, name: string, where: string, uid: string) => (id ? `${kind} ${id}` : name ? named(name, where) : uid);
  for (const { kind, id, name: said = "", uid = "", since, zone: where } of lists.bundle.inside) {
    const name = id ? nameOf(lists, kind, id) : said;
    const key = whose(kind, id, name, where, uid);
    inside.set(key, { key, kind, id, name, since, zone: where });
  }
  for (const kept of lines) {
    const line = kept.record;
    if (listed(kept, lists) || line.refusal) continue;
    const id = line.person ?? line.visit ?? line.vehicle ?? 0;
    const name = line.plate || line.name;
    const key = whose(line.kind, id, name, line.zone, line.uid);
    const goes = line.direction === "in" ? line.zone : around(lists, line.zone)[0];
    inside.delete(key);
    if (goes !== undefined && (id || name || line.direction === "in")) inside.set(key, { key, kind: line.kind, id, name: line.name || line.plate, since: line.at, zone: goes });
  }
  return [...inside.values()];
}

export function nameOf(lists: Lists, kind: string, id: number): string {
  if (kind === "person") return lists.people.get(id)?.name ?? `#${id}`;
  return (kind === "vehicle" ? lists.vehicles.get(id)?.plate : lists.visits.get(id)?.name) ?? `#${id}`;
}

// Whether somebody is the guard at a moment, by the guard's own word or by the watch of the lists.
export function guards(lists: Lists | null, said: string, one: { no: string; name: string }, at: number): boolean {
  const watch = lists?.bundle.watch;
  return (said !== "" && (said === one.no || said === one.name)) || Boolean(watch && watch.begins <= at && at < watch.ends && watch.names.includes(one.name));
}
