// The queue on its way to the server. Nobody waits for it: the page judges and keeps without a network.
import type { Bundle, Crossing, Device, Envelope, HeardOf, Kept } from "./records";
import { verified } from "./lists";
import { lineOf } from "./records";
import * as store from "./store";
import { seconds } from "./case";
import * as steady from "./steady";

const API = "/gates/api/";
const LOST = 1500; // ms without an answer to a ping: offline within 2 s
const SLOW = 30_000; // ms for what carries data
const BATCH = 500;
const LOOK = 60_000; // ms between two questions for newer lists: a lost phone's pass is dead at the next
const CALM = 10_000; // ms between two looks when all is sent
const AGAIN = 1_500; // ms after a failure, doubled up to CALM

export type Net = { online: boolean; drift: number; contact: number; revoked: boolean; forged: boolean; stuck: number; evacuation: boolean | null; evacuation_at: number; gates: HeardOf[] };
type Answer = { uid: string; state: string; item: number | null; why: string };
type Delivered = { results: Answer[]; kept_at?: number };
export const net: Net = { online: false, drift: 0, contact: 0, revoked: false, forged: false, stuck: 0, evacuation: null, evacuation_at: 0, gates: [] };

class Refused extends Error {
  constructor(readonly status: number) {
    super(`the server said ${status}`);
  }
}

let device: Device | null = null;
let version = "";
let timer: ReturnType<typeof setTimeout> | undefined;
let looked = 0;
let news: string | undefined; // the server's mark of who is held or rests, at the last contact
let pause = AGAIN;
let running = false;
let asked = false;
let back = false; // in touch again: what was sent since changes who is inside, so the lists are asked for once more
let tell: (change: { bundle?: Bundle }) => void = () => undefined;

export function start(of: Device, known: string, told: typeof tell) {
  [device, version, tell] = [of, known, told];
  addEventListener("online", soon);
  addEventListener("offline", () => seen(false));
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && soon());
  soon();
}

// Look at the network now: after a crossing was kept, or when the device says that it is back.
export function soon() {
  clearTimeout(timer);
  if (running) asked = true;
  else void round();
}

async function round() {
  if (!device || net.revoked) return;
  running = true;
  asked = false;
  try {
    await ping();
    // One tab of the device sends at a time; the others see the queue shrink.
    if (navigator.locks) await navigator.locks.request("diba-gate-send", { ifAvailable: true }, (lock) => (lock ? send() : undefined));
    else await send();
    pause = AGAIN;
  } catch (error) {
    // Whatever went wrong, the records are where they were: show it and come again.
    if (!(error instanceof Refused) || error.status >= 500) seen(false); // what stands before a dead server is no contact with it
    pause = Math.min(pause * 2, CALM);
  } finally {
    running = false;
  }
  if (!net.revoked) timer = setTimeout(() => void round(), asked ? 0 : net.online && pause === AGAIN ? CALM : pause);
}

function seen(online: boolean) {
  if (net.online === online) return;
  net.online = online;
  tell({});
}

async function ping() {
  const waiting = await store.queueLength();
  const asked = Date.now();
  const said = (await (await ask(`ping?sent_at=${seconds()}&queue=${waiting}`, {}, LOST)).json()) as { server_at: number; revoked: boolean; evacuation?: boolean; evacuation_at?: number; gates?: HeardOf[]; news?: string };
  if (said.revoked) return revoke();
  net.drift = Math.round((asked + Date.now()) / 2000 - said.server_at);
  steady.contact(net.drift);
  net.contact = seconds();
  [net.evacuation, net.evacuation_at] = [said.evacuation ?? null, said.evacuation_at ?? 0];
  net.gates = said.gates ?? [];
  await keepContact().catch(() => undefined); // a full device sends all the same, which makes room
  if (!net.online) [looked, back] = [0, true]; // back in touch: the lists come first
  seen(true);
  tell({});
  const isNews = said.news !== news; // somebody is held, or rests: his next reading must not be taken as if nobody knew
  news = said.news;
  if (version && !isNews && Date.now() - looked <= LOOK) return;
  await newerLists();
}

// Lists that do not come through a weak network do not keep the lines from going.
async function newerLists() {
  await fetchLists().catch((error: unknown) => {
    looked = Date.now();
    if (error instanceof Refused && error.status === 401) throw error;
  });
}

const keepContact = () => store.hold("contact", { at: net.contact, drift: net.drift, evacuation: net.evacuation, evacuation_at: net.evacuation_at, gates: net.gates });

// The clock was set back: what is judged and written from now on counts with it, also without a network. How long the page has counted is kept.
export function watchClock() {
  const by = steady.setBack();
  if (by) [net.drift, net.contact] = [net.drift + by, net.contact + by];
  if (by) void keepContact().catch(() => undefined);
  void store.hold("counted", steady.counted()).catch(() => undefined);
}

async function fetchLists() {
  if (!device) return;
  const before = await store.held("bundle");
  const response = await ask("bundle", { headers: before && version ? { "If-None-Match": before.tag } : {} }, SLOW);
  looked = Date.now();
  if (response.status === 304) return;
  const envelope = (await response.json()) as Envelope;
  const bundle = await verified(envelope, device.keys).catch(() => null);
  net.forged = !bundle;
  if (!bundle) return tell({});
  // Keys that the plant itself has signed are trusted from now on: that is how it changes them.
  device = { ...device, keys: [...new Set([...bundle.keys, envelope.key])] };
  version = String(bundle.version);
  tell({ bundle }); // good for this page also where a full device cannot keep them
  await store.hold("device", device);
  await store.hold("bundle", { envelope, tag: response.headers.get("ETag") ?? "" });
}

async function send() {
  const passed = new Set<string>();
  let sent = 0;
  for (;;) {
    const lines = (await store.queued(BATCH + passed.size)).filter((line) => !passed.has(line.uid)).slice(0, BATCH);
    if (!lines.length) break;
    await sendBatch(lines, passed);
    sent += lines.length;
    tell({});
  }
  await tellReadings();
  if (back && sent) await newerLists();
  back = false;
  net.stuck = passed.size;
  for (const one of await store.handovers()) {
    try {
      await ask("handover", { method: "POST", body: JSON.stringify({ ...one, sent_at: seconds() }) }, SLOW);
    } catch (error) {
      if (!torn(error)) throw error;
      passed.add(one.uid); // it stays, and those behind it are not kept from going
      continue;
    }
    await store.handedOver(one.uid);
  }
  net.stuck = passed.size;
}

const toldOf = new Set<string>(); // crossings whose first reading the server has

// A first reading too high of somebody who rests here: the other gates hear of it. One that is refused is not told again, the case itself
// stays; whatever else goes wrong holds nothing up and is tried with the next round.
async function tellReadings() {
  for (const one of await store.open()) {
    if (one.verdict.reason !== "high" || toldOf.has(one.uid)) continue;
    try {
      await ask("readings", { method: "POST", body: JSON.stringify({ sent_at: seconds(), records: [lineOf(one)] }) }, SLOW);
    } catch (error) {
      if (!torn(error)) return;
    }
    toldOf.add(one.uid);
  }
}

// Whether the server will never take this as it is.
const torn = (error: unknown) => error instanceof Refused && [400, 413, 422].includes(error.status);

// Send lines; when the server cannot take them together, halve, until the one it cannot take stands alone and is passed over.
async function sendBatch(lines: Kept[], passed: Set<string>): Promise<void> {
  let said: Delivered;
  try {
    said = await delivered(lines.map((line) => line.record));
  } catch (error) {
    if (!torn(error)) throw error;
    if (lines.length === 1) return void passed.add(lines[0]?.uid ?? "");
    const half = Math.ceil(lines.length / 2);
    await sendBatch(lines.slice(0, half), passed);
    return sendBatch(lines.slice(half), passed);
  }
  const by = new Map(said.results.map((result) => [result.uid, result]));
  const sent = said.kept_at ?? seconds() - net.drift; // the server's own word: the lists bear its clock too
  const done = lines.flatMap((line) => {
    const result = by.get(line.uid);
    if (!result) passed.add(line.uid); // not answered for: it stays and goes again with the next round
    return result ? [{ ...line, state: result.state, item: result.item, why: result.why ?? "", sent }] : [];
  });
  await store.answered(done);
}

async function delivered(records: Crossing[]): Promise<Delivered> {
  const body = JSON.stringify({ sent_at: seconds(), queue: await store.queueLength(), records });
  return (await (await ask("crossings", { method: "POST", body }, SLOW)).json()) as Delivered;
}

async function ask(path: string, said: RequestInit, patience: number): Promise<Response> {
  const headers = { ...(said.body ? { "Content-Type": "application/json" } : {}), ...(said.headers as Record<string, string>), Authorization: `Device ${device?.token ?? ""}` };
  const response = await fetch(API + path, { ...said, headers, credentials: "omit", cache: "no-store", signal: AbortSignal.timeout(patience) });
  if (response.status === 401) {
    const told = (await response.json().catch(() => ({}))) as { revoked?: boolean };
    if (told.revoked) await revoke();
  }
  if (!response.ok && response.status !== 304) throw new Refused(response.status);
  return response;
}

async function revoke() {
  net.revoked = true;
  await store.wipe(device?.device);
  tell({});
}

// Make this device one of the plant's. Throws a Refused with the server's status, or what fetch throws without a network.
export async function enrol(code: string, name: string): Promise<Device> {
  const body = JSON.stringify({ code, name, app: "post/1" });
  const response = await fetch(`${API}enrol`, { method: "POST", body, headers: { "Content-Type": "application/json" }, credentials: "omit", signal: AbortSignal.timeout(SLOW) });
  if (!response.ok) throw new Refused(response.status);
  const said = (await response.json()) as Device;
  await store.begin(said, { saved_at: seconds(), drift: net.drift });
  return said;
}
export const isRefusal = (error: unknown) => error instanceof Refused;
