// The second place beside IndexedDB: browsers have been seen to give up a whole database after they were killed. Every change of what must not
// be lost is added to a file as a line [store, key, value]; the lists have a file of their own. Without such files, all goes on as if they were empty.
import type { Asked, Said } from "./copying";

export type Change = [store: string, key: string, value: unknown]; // null: it is gone
export type Copy = Map<string, Map<string, unknown>>;
const PATIENCE = 2_000; // ms: a copy that does not come does not hold up the guard
const READING = 20_000; // ms
const LOCK = "diba-gate-copy";

let worker: Worker | null | undefined;
let asked = 0;
const waiting = new Map<number, (said: Said | null) => void>();

function give(said: Said | null, id: number) {
  waiting.get(id)?.(said);
  waiting.delete(id);
}

function atWork(): Worker | null {
  if (worker !== undefined) return worker;
  if (!navigator.storage?.getDirectory || !navigator.locks || typeof Worker === "undefined") return (worker = null);
  worker = new Worker("/gates/post/copying.js"); // beside the page, where the service worker has it without a network
  worker.onmessage = ({ data }: MessageEvent<Said>) => give(data.failed ? null : data, data.id);
  worker.onerror = () => {
    worker = null;
    for (const id of [...waiting.keys()]) give(null, id);
  };
  return worker;
}

// One request to the worker; null: it cannot, or did not in time.
function ask(way: Asked["way"], name: string, text = ""): Promise<Said | null> {
  const by = atWork();
  if (!by) return Promise.resolve(null);
  return new Promise((resolve) => {
    const id = ++asked;
    waiting.set(id, resolve);
    setTimeout(() => give(null, id), way === "read" ? READING : PATIENCE);
    by.postMessage({ id, way, name, text } satisfies Asked);
  });
}

// One tab at a time, in the order in which they asked.
async function alone<T>(work: () => Promise<T>): Promise<T | null> {
  if (!atWork()) return null;
  return navigator.locks.request(LOCK, { signal: AbortSignal.timeout(PATIENCE) }, work).catch(() => null);
}

const textOf = (changes: Change[]) => changes.map((change) => `\n${JSON.stringify(change)}`).join("");

// Add what changed; resolves when it is on the disk. How long the file is now, in bytes (0: there is none).
export const add = async (changes: Change[]) => (await alone(() => ask("add", "lines", textOf(changes))))?.size ?? 0;

// Write all anew: what there is, is asked for while nobody adds. Its length in bytes (0: it could not be written).
export const writeAnew = async (everything: () => Promise<Change[]>) => (await alone(async () => ask("write", "lines", textOf(await everything()))))?.size ?? 0;

export const keepLists = async (bundle: unknown) => void (await alone(() => ask("write", "lists", JSON.stringify(bundle ?? null))));

// Leave nothing of the files, also where no worker runs: a revoked device forgets the plant.
export async function forget() {
  const root = await navigator.storage?.getDirectory?.().catch(() => null);
  for (const name of ["lines-a", "lines-b", "lists-a", "lists-b"]) await root?.removeEntry(`diba-gate-${name}`).catch(() => undefined);
}

// What the files hold, by store and key; null where they could not be asked. A line that was torn at the end is none.
export async function recall(): Promise<Copy | null> {
  const copy: Copy = new Map();
  const [lines, lists] = (await alone(() => Promise.all([ask("read", "lines"), ask("read", "lists")]))) ?? [];
  if (!lines || !lists) return null;
  for (const line of lines.text.split("\n")) {
    const change = whole<Change>(line);
    if (!change) continue;
    const [store, key, value] = change;
    if (!copy.has(store)) copy.set(store, new Map());
    if (value === null) copy.get(store)?.delete(key);
    else copy.get(store)?.set(key, value);
  }
  const bundle = whole(lists.text);
  if (bundle) copy.set("held", (copy.get("held") ?? new Map<string, unknown>()).set("bundle", bundle));
  return copy;
}

function whole<T>(text: string): T | null {
  try {
    return JSON.parse(text) as T;
  } catch {
    return null;
  }
}
