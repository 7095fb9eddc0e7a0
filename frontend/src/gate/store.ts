// What survives a reload, a crash and a flat battery: settings, lists, the queue, the log and what is not settled yet.
import type { DBSchema, IDBPDatabase } from "idb";
import { openDB } from "idb";
import type { Crossing, Device, Draft, Envelope, Handover, HeardOf, Kept } from "./records";
import { lineOf } from "./records";

export type Settings = { language: string; theme: string; sound: boolean; camera: boolean; guard: string };
type Held = { device: Device; bundle: { envelope: Envelope; tag: string }; settings: Settings; contact: { at: number; drift: number; evacuation?: boolean | null; gates?: HeardOf[] }; revoked: boolean; was: Device["device"]; seen: string[]; counted: number };

interface Shape extends DBSchema {
  held: { key: string; value: unknown };
  queue: { key: string; value: Kept; indexes: { at: number } };
  log: { key: string; value: Kept; indexes: { at: number } };
  open: { key: string; value: Draft; indexes: { at: number } };
  handovers: { key: string; value: Handover };
}

let opened: Promise<IDBPDatabase<Shape>> | null = null;
const STRICT = { durability: "strict" as const };

function base() {
  opened ??= openDB<Shape>("diba-gate", 1, {
    upgrade(database) {
      database.createObjectStore("held");
      for (const name of ["queue", "log", "open"] as const) database.createObjectStore(name, { keyPath: "uid" }).createIndex("at", "at");
      database.createObjectStore("handovers", { keyPath: "uid" });
    },
  });
  return opened;
}

export async function held<K extends keyof Held>(name: K): Promise<Held[K] | undefined> {
  return (await (await base()).get("held", name)) as Held[K] | undefined;
}

export async function hold<K extends keyof Held>(name: K, value: Held[K]) {
  await (await base()).put("held", value, name);
}

// A crossing that is judged but not settled: it stays until somebody settles it, whatever happens to the page.
export async function leaveOpen(draft: Draft) {
  await roomy(async () => {
    await (await base()).put("open", draft);
  });
}

// Settle a crossing. Resolves when it is on the disk: only then may the guard be told that it is kept.
export async function settle(draft: Draft) {
  const record = lineOf(draft);
  const line: Kept = { uid: record.uid, at: record.at, record, state: "", item: null, why: "", ...(draft.rested && { rested: draft.rested }) };
  await roomy(async () => {
    const change = (await base()).transaction(["queue", "open"], "readwrite", STRICT);
    await Promise.all([change.objectStore("queue").put(line), change.objectStore("open").delete(record.uid), change.done]);
  });
}

// Do a write; when the device is full, make room among what the server already has, and try once more.
async function roomy(write: () => Promise<void>) {
  try {
    await write();
  } catch (error) {
    if (!(error instanceof DOMException) || error.name !== "QuotaExceededError" || !(await makeRoom())) throw error;
    await write();
  }
}

async function makeRoom() {
  const change = (await base()).transaction("log", "readwrite");
  const sent = await change.store.index("at").getAllKeys(null, 500);
  await Promise.all([...sent.map((uid) => change.store.delete(uid)), change.done]);
  return sent.length > 0;
}

export const open = async () => (await base()).getAllFromIndex("open", "at");
export const queued = async (most: number) => (await base()).getAllFromIndex("queue", "at", null, most);
export const queueLength = async () => (await base()).count("queue");
export const handovers = async () => (await base()).getAll("handovers");
export const keepHandover = async (one: Handover) => {
  await (await base()).put("handovers", one);
};
export const handedOver = async (uid: string) => (await base()).delete("handovers", uid);

// The server answered for these: they leave the queue and stand in the log, in one step.
export async function answered(lines: Kept[]) {
  const change = (await base()).transaction(["queue", "log"], "readwrite", STRICT);
  const steps = lines.flatMap((line) => [change.objectStore("log").put(line), change.objectStore("queue").delete(line.uid)]);
  await Promise.all([...steps, change.done]);
}

// Every line of this device since a moment, oldest first, with all that still wait.
export async function linesSince(moment: number): Promise<Kept[]> {
  const range = IDBKeyRange.lowerBound(moment);
  const database = await base();
  const [log, queue] = await Promise.all([database.getAllFromIndex("log", "at", range), database.getAllFromIndex("queue", "at")]);
  return [...log, ...queue].sort((a, b) => a.at - b.at);
}

export async function forgetBefore(moment: number) {
  const change = (await base()).transaction("log", "readwrite");
  const old = await change.store.index("at").getAllKeys(IDBKeyRange.upperBound(moment));
  await Promise.all([...old.map((uid) => change.store.delete(uid)), change.done]);
}

// A revoked device forgets the plant and keeps what is not sent yet.
export async function wipe(was: Device["device"] | undefined) {
  const change = (await base()).transaction(["held", "log", "open"], "readwrite", STRICT);
  const held = change.objectStore("held");
  const steps = [held.delete("bundle"), held.delete("device"), held.delete("seen"), held.put(true, "revoked"), change.objectStore("log").clear()];
  if (was) steps.push(held.put(was, "was")); // the office must know whose lines the file brings
  await Promise.all([...steps, change.done]);
}

// Everything that is not sent, as the office can read it back in.
export async function everythingUnsent(): Promise<{ records: Crossing[]; open: Draft[]; handovers: Handover[] }> {
  const database = await base();
  const [queue, drafts, watches] = await Promise.all([database.getAllFromIndex("queue", "at"), database.getAllFromIndex("open", "at"), database.getAll("handovers")]);
  return { records: queue.map((line) => line.record), open: drafts, handovers: watches };
}
