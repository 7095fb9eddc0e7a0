// Read cases from standard input and judge them, so that both homes of the rule can be compared: node cases.mjs < cases.json
import { factsFrom } from "./facts";
import type { Rule } from "./judge";
import { judge } from "./judge";
import { read } from "./pass";

type Scan = { text: string; at: number; plant: string; keys: string[]; revoked: number[]; used: number[] };
type Given = { rules: Rule[]; facts: Parameters<typeof factsFrom>[0][]; scans: Scan[] };

const bytes = (hex: string) => Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));
let text = "";
for await (const part of process.stdin) text += String(part);
const given = JSON.parse(text) as Given;
const scans = [];
for (const scan of given.scans) {
  const trust = { plant: bytes(scan.plant), keys: scan.keys.map(bytes), revoked: new Set(scan.revoked), used: new Set(scan.used) };
  scans.push(await read(scan.text, scan.at, trust));
}
process.stdout.write(JSON.stringify({ verdicts: given.facts.map((facts) => judge(factsFrom(facts), given.rules)), scans }));
