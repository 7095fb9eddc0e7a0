// Time that nobody sets: how long somebody has rested. The device's clock may be moved between his two readings, or its battery taken out.
// What counts is the longer of two: how long the pages of this device were awake (the monotonic clock, kept over a reload; it may stand still while
// a device sleeps, so it never says too much), and how long it was by the server's clock, where nothing moved since the last contact.
export type Mark = { counted: number; server: number | null };

const MOVED = 2000; // ms; what the two clocks of a device part by themselves is less
let before = 0; // s that earlier pages counted
let heard: { apart: number; drift: number } | null = null;
let last = apart();

function apart(): number {
  return Date.now() - performance.now();
}

export const counted = () => before + performance.now() / 1000;

// Go on from what an earlier page had counted.
export function goOn(from: number) {
  before = from;
}

// The server was heard: so far is the device's clock ahead, in s.
export function contact(drift: number) {
  heard = { apart: apart(), drift };
}

const byServer = () => (heard && Math.abs(apart() - heard.apart) < MOVED ? Date.now() / 1000 - heard.drift : null);

export const mark = (): Mark => ({ counted: counted(), server: byServer() });

// How long ago a moment was, in s.
export function since(then: Mark): number {
  const now = byServer();
  const server = now !== null && then.server !== null ? now - then.server : 0;
  return Math.max(0, Math.floor(Math.max(counted() - then.counted, server)));
}

// By how much the clock was set back since this was asked last, in s, as a negative number; 0: it was not. A clock that is ahead
// may have been set, or the device may have slept: only the server can tell.
export function setBack(): number {
  const by = apart() - last;
  last = apart();
  return by < -MOVED ? Math.round(by / 1000) : 0;
}
