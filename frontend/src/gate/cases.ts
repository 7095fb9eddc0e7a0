// Read cases from standard input and judge them, so that both homes of the rule can be compared: node cases.mjs < cases.json
import { factsFrom } from "./facts";
import type { Rule } from "./judge";
import { judge } from "./judge";
import { bytes, keysOf, listsOf, verified } from "./lists";
import { nameKey } from "./name";
import { read } from "./pass";
import type { Envelope } from "./records";

type Scan = { text: string; at: number; plant: string; keys: Record<string, number>; revoked: number[]; used: number[] };
// envelopes: signed lists in the order in which a device gets them, and passes it scans by each.
type Given = { rules: Rule[]; facts: Parameters<typeof factsFrom>[0][]; scans: Scan[]; names?: string[]; trusted?: string[]; envelopes?: { envelope: Envelope; scans: string[]; at: number }[] };

let text = "";
for await (const part of process.stdin) text += String(part);
const given = JSON.parse(text) as Given;
const scans = [];
for (const scan of given.scans) {
  const trust = { plant: bytes(scan.plant), keys: keysOf(scan.keys), revoked: new Set(scan.revoked), used: new Set(scan.used) };
  scans.push(await read(scan.text, scan.at, trust));
}
const believed = [];
let trusted = given.trusted ?? [];
for (const { envelope, scans, at } of given.envelopes ?? []) {
  const bundle = await verified(envelope, trusted).catch(() => null);
  if (bundle) trusted = [...new Set([...bundle.keys, envelope.key])]; // as sync.ts keeps them
  const lists = bundle && listsOf(bundle);
  const states = [];
  for (const scan of lists ? scans : []) states.push((await read(scan, at, { plant: bytes(bundle?.plant ?? ""), keys: lists?.keys ?? [], revoked: lists?.revoked ?? new Set(), used: new Set() })).state);
  believed.push(bundle ? { trusted, states } : null);
}
process.stdout.write(JSON.stringify({ verdicts: given.facts.map((facts) => judge(factsFrom(facts), given.rules)), scans, believed, names: (given.names ?? []).map(nameKey) }));
