// A pass as it stands in a QR code: byte for byte diba/core/gating/passes.py.
import { verifyAsync } from "@noble/ed25519";

const HEAD = "DB1";
const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const SAID = 24; // bytes that are signed
const SIGNATURE = 64;
const KINDS = ["person", "visitor", "vehicle"];
const ONCE = 0x80;

export type Pass = { kind: string; number: number; holder: number; begins: number; ends: number; zones: number; once: boolean };
// A key of the plant's; until: when the passes it signed end, whatever they say (0: by themselves).
export type Key = { public: Uint8Array; until: number };
export type Trust = { plant: Uint8Array; keys: Key[]; revoked: Set<number>; used: Set<number> };

// Say what was scanned at a moment; the pass is null when it cannot be trusted.
export async function read(text: string, at: number, trust: Trust): Promise<{ state: string; pass: Pass | null }> {
  const data = unpacked(text);
  const pass = data && said(data);
  if (!data || !pass) return { state: "unreadable", pass: null };
  if (trust.plant.some((byte, index) => byte !== data[index + 1])) return { state: "other_plant", pass: null };
  const key = await signer(data, trust.keys);
  if (!key) return { state: "forged", pass: null };
  if (trust.revoked.has(pass.number)) return { state: "revoked", pass };
  if (at >= pass.ends || (key.until && at >= key.until)) return { state: "expired", pass };
  if (at < pass.begins) return { state: "not_yet", pass };
  return { state: pass.once && trust.used.has(pass.number) ? "used" : "ok", pass };
}

async function signer(data: Uint8Array, keys: Key[]) {
  for (const key of keys) if (await verifyAsync(data.slice(SAID), data.slice(0, SAID), key.public).catch(() => false)) return key;
  return undefined;
}

function unpacked(text: string): Uint8Array | null {
  const words = text.trim().toUpperCase();
  if (!words.startsWith(HEAD)) return null;
  const body = words.slice(HEAD.length);
  if (body.length !== Math.ceil(((SAID + SIGNATURE) * 8) / 5)) return null;
  const data = new Uint8Array(SAID + SIGNATURE);
  let [bits, held, place] = [0, 0, 0];
  for (const letter of body) {
    const value = ALPHABET.indexOf(letter);
    if (value < 0) return null;
    held = (held << 5) | value;
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    data[place++] = held >> bits;
    held &= (1 << bits) - 1;
  }
  return held ? null : data; // the bits after the last byte must be nought: one pass, one text
}

function said(data: Uint8Array): Pass | null {
  const view = new DataView(data.buffer);
  const kind = view.getUint8(5);
  const word = KINDS[kind & ~ONCE];
  const [begins, ends] = [view.getUint32(14) * 60, view.getUint32(18) * 60];
  if (view.getUint8(0) !== 1 || !word || begins >= ends) return null;
  return { kind: word, number: view.getUint32(6), holder: view.getUint32(10), begins, ends, zones: view.getUint16(22), once: (kind & ONCE) > 0 };
}
