// The guard's page: starts from what the device holds, shows one view at a time, judges and keeps without a network.
import "./post.css";
import { TABS } from "./base";
import { isHotTwice, reclocked, resumed } from "./before";
import { begin, ofPass, ofPerson, seconds, weigh } from "./case";
import type { Desk } from "./desk";
import { flees, turned, ways } from "./desk";
import { frame, showFrame } from "./frame";
import { bytes, forEver, keysOf, listsOf, present, verified } from "./lists";
import { read } from "./pass";
import type { Bundle, Device, Draft } from "./records";
import { closeCamera, listen } from "./scan";
import { signal } from "./signal";
import * as store from "./store";
import { goOn } from "./steady";
import { net, soon, start, watchClock } from "./sync";
import { speak } from "./words";
import { enrol, revoked } from "./views/enrol";
import { find } from "./views/find";
import { handover } from "./views/handover";
import { more } from "./views/more";
import { open } from "./views/open";
import { roll, sayUnknown } from "./views/roll";
import { scan } from "./views/scan";
import { force, jot, refuse } from "./views/settling";
import { temp } from "./views/temp";
import { vehicle } from "./views/vehicle";
import { tone, verdict } from "./views/verdict";
import { visitor } from "./views/visitor";
import { listenForAnswers } from "./walkin";

const WEEK = 7 * 86400; // s a line that the server has is kept on the device
const VIEWS: Record<string, (desk: Desk) => HTMLElement> = { scan, find, verdict, temp, refuse, force, vehicle, visitor, handover, open, roll, more, jot };
const ABOUT_SOMEBODY = new Set(["verdict", "temp", "refuse", "force"]);

const desk: Desk = {
  device: null, lists: null, settings: { language: "", theme: "night", sound: true, camera: false, guard: "" }, direction: "in", draft: null, kept: "", queue: 0, signed: 0, lines: [], open: [], inside: [], seen: new Set(), left: [], rescued: 0,
  go(view) {
    if (location.hash === `#${view}`) show();
    else location.hash = view;
  },
  async scanned(text, uid) {
    const asked = ++turn;
    watchClock();
    const said = await read(text, seconds() - net.drift, { plant: bytes(desk.lists?.bundle.plant ?? desk.device?.plant ?? ""), keys: desk.lists?.keys ?? keysOf(forEver(desk.device?.keys ?? [])), revoked: desk.lists?.revoked ?? new Set(), used: usedPasses() });
    if (asked !== turn) return;
    const draft = begin("unknown", desk.direction, net.drift, ofPass(desk.lists, said.state, said.pass));
    early = desk.lists ? null : { text, uid: draft.uid };
    await desk.judge({ ...draft, ...(uid && { uid }) });
  },
  async judge(draft) {
    turn += 1;
    watchClock();
    const whose = resumed(reclocked(draft, net.drift), desk.open, desk.lists, desk.lines);
    desk.draft = weigh(whose, desk.lists, desk.inside, desk.lines, desk.settings.guard, flees(desk));
    desk.kept = "";
    wait(desk.draft); // known to the list of who waits before the disk has it: a fast thumb opens it at once
    const { verdict: said } = desk.draft;
    const enters = said.verdict === "pass" && said.next === "enter" && whose.temperature.first > 0;
    signal(tone(said), desk.settings.sound);
    // A good reading after a good verdict is the guard's word: the line is kept, the green screen says so.
    if (enters) return desk.settle(desk.draft);
    // Nor does a second fever wait for a tap: from now on he is held at every gate.
    if (isHotTwice(desk.draft, desk.lists)) return desk.settle({ ...desk.draft, refusal: "fever" }, "verdict");
    desk.go("verdict");
    await store.leaveOpen(desk.draft).catch(failed);
    channel.postMessage("waits");
    await desk.refresh();
  },
  async answered(draft) {
    const here = desk.draft?.uid === draft.uid;
    if (here && desk.kept === "saving") return; // the guard has just settled him
    const judged = weigh({ ...draft, ...(here && { temperature: desk.draft?.temperature ?? draft.temperature }) }, desk.lists, desk.inside, desk.lines, desk.settings.guard, flees(desk));
    wait(judged);
    signal(tone(judged.verdict), desk.settings.sound);
    if (here) {
      desk.draft = judged;
      desk.go("verdict");
    }
    await store.leaveOpen(judged).catch(failed);
    await desk.refresh();
  },
  async settle(draft, then = draft.refusal || draft.forced || draft.direction === "out" ? "scan" : "verdict") {
    desk.draft = draft;
    desk.kept = "saving";
    try {
      await store.settle(draft);
      waited += 1;
      desk.open = desk.open.filter((one) => one.uid !== draft.uid);
      desk.kept = "kept";
    } catch (error) {
      failed(error);
    }
    await desk.refresh();
    // The next one may stand on the screen already: he is not taken away.
    if (desk.draft === draft) desk.go(desk.kept === "kept" ? then : "verdict");
    channel.postMessage("kept");
    soon();
  },
  call,
  async set(change) {
    Object.assign(desk.settings, change);
    await store.hold("settings", desk.settings);
    dress();
    showFrame(desk);
  },
  async refresh() {
    const since = Math.min(desk.lists?.bundle.made_at ?? 0, seconds() - 3600);
    const asked = waited;
    const [queue, lines, open, signed] = await Promise.all([store.queueLength(), store.linesSince(desk.lists ? since : seconds() - 86_400), store.open(), store.handovers()]);
    [desk.queue, desk.lines, desk.signed] = [queue, lines, signed.length];
    if (asked === waited) desk.open = open; // else somebody was judged while the disk was read
    desk.inside = desk.lists ? present(desk.lists, desk.lines) : [];
    showFrame(desk);
  },
};

let early: { text: string; uid: string } | null = null; // what was scanned before the first lists were there
let waited = 0; // how often the list of who waits was changed in memory, ahead of the disk
let turn = 0; // a slow answer about an earlier pass is not shown over a later one
const channel = new BroadcastChannel(TABS);
channel.onmessage = () => void desk.refresh();

function wait(draft: Draft) {
  waited += 1;
  desk.open = [...desk.open.filter((one) => one.uid !== draft.uid), draft];
}

function failed(error: unknown) {
  desk.kept = "failed";
  showFrame(desk);
  if (!(error instanceof DOMException)) throw error;
}

// Passes good for one entry that were used: by the lists, and at this gate since.
function usedPasses() {
  const here = desk.lines.filter(({ record }) => record.pass_number !== null && record.direction === "in" && !record.refusal).map(({ record }) => record.pass_number as number);
  return new Set([...(desk.lists?.used ?? []), ...here]);
}

function dress() {
  document.documentElement.dataset.theme = desk.settings.theme === "night" ? "night" : "day";
  speak(desk.settings.language || navigator.language);
}

function show() {
  const main = frame();
  const asked = location.hash.slice(1) || "scan";
  const unasked = asked === "temp" && !desk.draft?.verdict.next.startsWith("measure"); // going back does not write over a reading before the rest is over
  const settled = desk.kept === "kept" && ABOUT_SOMEBODY.has(asked); // he is written: going back neither refuses nor measures him anew
  const view = ABOUT_SOMEBODY.has(asked) && !desk.draft ? "scan" : unasked || settled ? "verdict" : asked in VIEWS ? asked : "scan";
  if (view !== "scan") closeCamera();
  if (view === "scan") desk.draft = null;
  document.body.dataset.view = view;
  main.replaceChildren(net.revoked ? revoked(desk) : desk.device ? (VIEWS[view] ?? scan)(desk) : enrol("", enrolled));
  main.scrollTop = 0;
  showFrame(desk);
}

async function use(bundle: Bundle) {
  const could = ways(desk).length;
  const waits = !desk.lists && early?.uid === desk.draft?.uid ? early : null;
  desk.lists = listsOf(bundle);
  desk.direction = turned(desk);
  await desk.refresh();
  const { view } = document.body.dataset;
  if (could !== ways(desk).length && view === "scan") show(); // what the gate is for is new
  if (view === "roll") callAnew();
  if (waits && desk.draft?.uid === waits.uid && !desk.kept) come(waits.text, waits.uid); // who stands there was judged by nothing
}

function enrolled(device: Device) {
  desk.device = device;
  void store.held("left").then((left) => (desk.left = left ?? []));
  void desk.refresh(); // what waited for another gate does so no more
  desk.go("scan");
  begun();
}

function begun() {
  if (!desk.device) return;
  start(desk.device, desk.lists ? String(desk.lists.bundle.version) : "", (change) => void told(change.bundle));
  void navigator.storage?.persist?.();
  void navigator.serviceWorker?.ready.then((worker) => worker.active?.postMessage("scanner"));
}

let fled = false; // whether the guard was told that everybody is to leave

async function told(bundle?: Bundle) {
  if (net.revoked) {
    [desk.lists, desk.device, desk.draft] = [null, null, null];
    await desk.refresh();
    return show();
  }
  if (bundle) await use(bundle);
  if (flees(desk) !== fled) await turnAround();
  if (bundle) return;
  sayUnknown(desk);
  desk.queue = await store.queueLength(); // what was sent changes neither who is inside nor who waits
  showFrame(desk);
}

// An evacuation begins or ends: the guard hears it, and from now on people are let out, or in again. Whom he has before him stays.
async function turnAround() {
  fled = flees(desk);
  desk.direction = fled ? "out" : "in";
  desk.direction = turned(desk);
  if (fled) signal("stop", desk.settings.sound);
  if (!fled) await call([]);
  if (document.body.dataset.view === "scan" || document.body.dataset.view === "roll") show();
  showFrame(desk);
}

// Newer lists: who left by another gate meanwhile is not looked for. Whoever calls stays at his line.
function callAnew() {
  const at = frame().scrollTop;
  show();
  frame().scrollTop = at;
}

// Whom the roll-call has found: kept, so that a reload in the yard loses nobody.
async function call(seen: string[]) {
  desk.seen = new Set(seen);
  await store.hold("seen", seen).catch(failed);
}

// A handheld scanner: a pass anywhere, a staff number where no reading is being typed.
function typed(text: string): boolean {
  if (!desk.device) return false;
  const pass = /^db1/i.test(text.trim());
  if (!pass && document.body.dataset.view !== "scan") return false;
  watchClock();
  come(text);
  return true;
}

// Judge who holds a pass or has a staff number. uid: of the line that is judged anew.
function come(text: string, uid?: string) {
  const person = desk.lists?.byNo.get(text.trim());
  if (person) void desk.judge(begin("person", desk.direction, net.drift, { ...ofPerson(person), ...(uid && { uid }) }));
  else void desk.scanned(text, uid);
}

function pressed(event: KeyboardEvent) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const field = event.target instanceof HTMLInputElement;
  const key = event.key === "Backspace" ? "x" : event.key === "Delete" ? "c" : /^\d$/.test(event.key) ? event.key : "";
  if (document.body.dataset.view === "temp" && key) document.querySelector(".temp")?.dispatchEvent(new CustomEvent("typed", { detail: key }));
  if (event.key === "Escape") desk.go("scan");
  const elsewhere = event.target instanceof HTMLElement && event.target !== document.body && !field;
  if (event.key === "Enter" && !elsewhere && !(field && document.body.dataset.view === "find")) document.querySelector<HTMLElement>("main .bb.p:not(:disabled), main .bb.r:not(:disabled)")?.click();
}

async function restore() {
  Object.assign(desk.settings, await store.held("settings"));
  goOn((await store.held("counted")) ?? 0);
  const [device, kept, contact, gone] = await Promise.all([store.held("device"), store.held("bundle"), store.held("contact"), store.held("revoked")]);
  [desk.device, net.revoked] = [device ?? null, gone ?? false];
  if (contact) [net.drift, net.contact, net.evacuation, net.evacuation_at, net.gates] = [contact.drift, contact.at, contact.evacuation ?? null, contact.evacuation_at ?? 0, contact.gates ?? []];
  desk.seen = new Set(await store.held("seen"));
  desk.left = (await store.held("left")) ?? [];
  desk.rescued = (await store.held("rescued")) ?? 0;
  if (device && kept) {
    const bundle = await verified(kept.envelope, device.keys).catch(() => null);
    net.forged = !bundle;
    if (bundle) desk.lists = listsOf(bundle);
  }
  await store.forgetBefore(seconds() - WEEK);
}

function appear() {
  fled = flees(desk);
  if (fled) desk.direction = "out";
  show();
}

async function main() {
  void navigator.serviceWorker?.register("/gates/post/sw.js", { scope: "/gates/post/" }).catch(() => undefined);
  const code = /^#enrol=(.+)$/.exec(location.hash)?.[1];
  if (code) history.replaceState(null, "", location.pathname); // a code is not left in the address
  await restore();
  dress();
  addEventListener("hashchange", show);
  listen(typed);
  document.addEventListener("keydown", pressed);
  setInterval(() => (watchClock(), sayUnknown(desk), showFrame(desk)), 10_000);
  begun(); // a line that cannot be shown, say one that an older page kept, must not keep the others from the server
  listenForAnswers(desk);
  // Nothing is drawn before a pass can be judged: a guard scans as soon as he sees his gate.
  await desk.refresh().finally(appear);
  if (code && !desk.device) {
    net.revoked = false;
    frame().replaceChildren(enrol(decodeURIComponent(code), enrolled));
  }
}

void main();
