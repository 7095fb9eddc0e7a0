// The database that is opened, and the copy beside it (copy.ts): what the browser lost of the one comes back from the other when the page starts.
import type { DBSchema, IDBPDatabase } from "idb";
import { openDB } from "idb";
import * as copy from "./copy";
import type { Crossing, Device, Draft, Envelope, Handover, HeardOf, Kept } from "./records";

export type Settings = { language: string; theme: string; sound: boolean; camera: boolean; guard: string };
export type Held = { device: Device; bundle: { envelope: Envelope; tag: string }; settings: Settings; contact: { at: number; drift: number; evacuation?: boolean | null; evacuation_at?: number; gates?: HeardOf[] }; revoked: boolean; was: Device["device"]; seen: string[]; counted: number; rescued: number; left: Left[] };

// What an enrolment of before has left on the device: the very file that the office reads back in.
export type Left = { format: "diba-gate-1"; saved_at: number; drift: number; device: number | null; records: Crossing[]; open: Draft[]; handovers: Handover[] };

export interface Shape extends DBSchema {
  held: { key: string; value: unknown };
  queue: { key: string; value: Kept; indexes: { at: number } };
  log: { key: string; value: Kept; indexes: { at: number } };
  open: { key: string; value: Draft; indexes: { at: number } };
  handovers: { key: string; value: Handover };
}

let opened: Promise<IDBPDatabase<Shape>> | null = null;
export const STRICT = { durability: "strict" as const };
export const TABS = "diba-gate"; // the channel on which the tabs of a device tell each other to look again
const DAY = 86_400; // s the log goes back in the copy
const ROOM = 4_000_000; // bytes the copy grows before it is written anew
const WAITING = ["queue", "open", "handovers"] as const;
let whole = 0; // bytes of the copy when it was written last

export function base() {
  opened ??= openDB<Shape>("diba-gate", 1, {
    upgrade(database) {
      database.createObjectStore("held");
      for (const name of ["queue", "log", "open"] as const) database.createObjectStore(name, { keyPath: "uid" }).createIndex("at", "at");
      database.createObjectStore("handovers", { keyPath: "uid" });
    },
    terminated() {
      opened = null; // given up under our hands: the next one to ask opens it, and mends it, again
    },
  }).then(mended).catch((error: unknown) => {
    opened = null;
    throw error;
  });
  return opened;
}

// Make the two places one again. An empty database is filled before anybody reads it; else what waits and is missing comes back meanwhile.
async function mended(database: IDBPDatabase<Shape>) {
  const empty = (await database.getKey("held", "device")) === undefined && (await database.getKey("held", "revoked")) === undefined;
  const work = (async () => {
    const known = await copy.recall();
    if (!known) return; // what could not be read is not written over
    await takeBack(database, known, empty);
    await writeCopy(database, true);
  })().catch(() => undefined);
  if (empty) await work;
  return database;
}

async function takeBack(database: IDBPDatabase<Shape>, known: copy.Copy, empty: boolean) {
  const change = database.transaction(["held", "queue", "log", "open", "handovers"], "readwrite", STRICT);
  const there = new Set((await Promise.all((["queue", "log", "open", "handovers"] as const).map((name) => change.objectStore(name).getAllKeys()))).flat());
  const steps: Promise<unknown>[] = [];
  for (const name of WAITING) {
    for (const [uid, value] of known.get(name) ?? []) if (!there.has(uid)) steps.push(change.objectStore(name).put(value as never));
  }
  if (empty) {
    for (const [key, value] of known.get("held") ?? []) steps.push(change.objectStore("held").put(value, key));
    for (const [, line] of known.get("log") ?? []) steps.push(change.objectStore("log").put(line as Kept));
    const rests = WAITING.flatMap((name) => [...(known.get(name)?.values() ?? [])]).map((one) => (one as Partial<Draft>).rested?.counted ?? 0);
    steps.push(change.objectStore("held").put(Math.max(Number(known.get("held")?.get("counted")) || 0, ...rests), "counted" satisfies keyof Held)); // no rest lies ahead of what was counted
    if (known.get("held")?.has("device")) steps.push(change.objectStore("held").put(Math.floor(Date.now() / 1000), "rescued" satisfies keyof Held));
  }
  await Promise.all([...steps, change.done]);
  if (steps.length && !empty) tellTabs();
}

// What is on the disk has changed behind the pages' backs, this one's too.
function tellTabs() {
  const channel = new BroadcastChannel(TABS);
  channel.postMessage("waits");
  channel.close();
}

// Write the copy anew from what there is, with the lists when they may have changed.
export async function writeCopy(database: IDBPDatabase<Shape>, lists = false) {
  let bundle: unknown;
  whole = await copy.writeAnew(async () => {
    const change = database.transaction(["held", "queue", "log", "open", "handovers"]);
    const held = change.objectStore("held");
    const [keys, values, log, ...waiting] = await Promise.all([held.getAllKeys(), held.getAll(), change.objectStore("log").index("at").getAll(IDBKeyRange.lowerBound(Date.now() / 1000 - DAY)), ...WAITING.map((name) => change.objectStore(name).getAll())]);
    bundle = values[keys.indexOf("bundle")];
    const rows = WAITING.flatMap((name, place) => (waiting[place] ?? []).map((one): copy.Change => [name, one.uid, one]));
    return [...keys.flatMap((key, place): copy.Change[] => (key === "bundle" ? [] : [["held", key, values[place]]])), ...log.map((line): copy.Change => ["log", line.uid, line]), ...rows];
  });
  if (lists) await copy.keepLists(bundle);
  return whole > 0;
}

// Add a change to the copy, which is written anew when it has grown too long.
export async function copied(...changes: copy.Change[]) {
  const size = await copy.add(changes);
  if (size > 2 * whole + ROOM) await writeCopy(await base());
}
