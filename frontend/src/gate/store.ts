// What survives a reload, a crash and a flat battery: settings, lists, the queue, the log and what is not settled yet.
import type { Held, Left } from "./base";
import { base, copied, STRICT, writeCopy } from "./base";
import type { Change } from "./copy";
import { forget, keepLists } from "./copy";
import type { Crossing, Device, Draft, Handover, Kept } from "./records";
import { lineOf } from "./records";

export async function held<K extends keyof Held>(name: K): Promise<Held[K] | undefined> {
  return (await (await base()).get("held", name)) as Held[K] | undefined;
}

export async function hold<K extends keyof Held>(name: K, value: Held[K]) {
  await (await base()).put("held", value, name);
  if (name === "bundle") await keepLists(value);
  else if (name === "contact" ? saysMore(value as Held["contact"]) : name !== "counted") await copied(["held", name, value]);
}

let said: Pick<Held["contact"], "drift" | "evacuation" | "evacuation_at"> | null = null;

// Whether a contact tells what the copy does not know: they come every few seconds, how far the clock is off and whether all leave seldom changes.
function saysMore(contact: Held["contact"]): boolean {
  if (said && said.evacuation === contact.evacuation && said.evacuation_at === contact.evacuation_at && Math.abs(said.drift - contact.drift) <= 2) return false;
  said = contact;
  return true;
}

// A crossing that is judged but not settled: it stays until somebody settles it, whatever happens to the page.
export async function leaveOpen(draft: Draft) {
  let settled = false;
  await roomy(async () => {
    const change = (await base()).transaction(["queue", "log", "open"], "readwrite");
    const keys = await Promise.all([change.objectStore("queue").getKey(draft.uid), change.objectStore("log").getKey(draft.uid)]);
    settled = keys.some(Boolean); // somebody was faster than a host's answer
    await Promise.all([settled ? null : change.objectStore("open").put(draft), change.done]);
  });
  if (!settled) void copied(["open", draft.uid, draft]);
}

// Settle a crossing. Resolves when it is on the disk, in both places: only then may the guard be told that it is kept.
export async function settle(draft: Draft) {
  const record = lineOf(draft);
  const line: Kept = { uid: record.uid, at: record.at, record, state: "", item: null, why: "", ...(draft.rested && { rested: draft.rested }) };
  await roomy(async () => {
    const change = (await base()).transaction(["queue", "open"], "readwrite", STRICT);
    await Promise.all([change.objectStore("queue").put(line), change.objectStore("open").delete(record.uid), change.done]);
  });
  await copied(["queue", line.uid, line], ["open", line.uid, null]);
}

// Do a write; when the device is full, make room among what the server already has, and try once more.
async function roomy(write: () => Promise<void>) {
  try {
    await write();
  } catch (error) {
    if (!isFull(error) || !(await makeRoom())) throw error;
    await write();
    await writeCopy(await base()); // shorter too by what was let go
  }
}

const isFull = (error: unknown) => error instanceof DOMException && error.name === "QuotaExceededError";

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
  await roomy(async () => {
    await (await base()).put("handovers", one);
  });
  await copied(["handovers", one.uid, one]);
};
export const handedOver = async (uid: string) => {
  await (await base()).delete("handovers", uid);
  await copied(["handovers", uid, null]);
};

// The server answered for these: they leave the queue and stand in the log, in one step. A full device lets them go: the server has them.
export async function answered(lines: Kept[]) {
  const write = async (log: boolean) => {
    const change = (await base()).transaction(["queue", "log"], "readwrite", STRICT);
    const steps = lines.flatMap((line) => [log ? change.objectStore("log").put(line) : null, change.objectStore("queue").delete(line.uid)]);
    await Promise.all([...steps, change.done]);
  };
  await roomy(() => write(true)).catch((error: unknown) => (isFull(error) ? write(false) : Promise.reject(error)));
  await copied(...lines.flatMap((line): Change[] => [["log", line.uid, line], ["queue", line.uid, null]]));
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
  if (!(await writeCopy(await base(), true))) await forget();
}

// A device that is enrolled anew: what an enrolment of before has not sent is put aside, for it belongs to that one's gate.
export async function begin(device: Device, aside: Pick<Left, "saved_at" | "drift">) {
  const change = (await base()).transaction(["held", "queue", "open", "handovers"], "readwrite", STRICT);
  const [held, queue, open, handovers] = [change.objectStore("held"), change.objectStore("queue"), change.objectStore("open"), change.objectStore("handovers")];
  const [was, left, lines, drafts, watches] = await Promise.all([held.get("was") as Promise<Held["was"] | undefined>, held.get("left") as Promise<Left[] | undefined>, queue.getAll(), open.getAll(), handovers.getAll()]);
  const steps: Promise<unknown>[] = [held.put(false, "revoked"), held.put(device, "device"), held.delete("was")];
  if (was && lines.length + drafts.length + watches.length) {
    const file: Left = { format: "diba-gate-1", ...aside, device: was.id, records: lines.map((line) => line.record), open: drafts, handovers: watches };
    steps.push(held.put([...(left ?? []), file], "left"), queue.clear(), open.clear(), handovers.clear());
  }
  await Promise.all([...steps, change.done]);
  await writeCopy(await base());
}

// Everything that is not sent, as the office can read it back in.
export async function everythingUnsent(): Promise<{ records: Crossing[]; open: Draft[]; handovers: Handover[] }> {
  const database = await base();
  const [queue, drafts, watches] = await Promise.all([database.getAllFromIndex("queue", "at"), database.getAllFromIndex("open", "at"), database.getAll("handovers")]);
  return { records: queue.map((line) => line.record), open: drafts, handovers: watches };
}
