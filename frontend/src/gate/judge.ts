// The judge: flags of the facts against the table of rules that came with the lists, from the top.
import type { Facts } from "./facts";
import { flagsOf } from "./facts";

export type Rule = { when: Record<string, string[]>; verdict: string; reason: string; next: string; until: string; warn: string };
export type Verdict = { verdict: string; reason: string; next: string; until: number; warnings: string[] };

export function judge(facts: Facts, rules: Rule[]): Verdict {
  const flags = flagsOf(facts);
  const warnings: string[] = [];
  for (const rule of rules) {
    if (!Object.entries(rule.when).every(([flag, words]) => words.includes(flags[flag] ?? ""))) continue;
    if (rule.warn) warnings.push(rule.warn);
    else return { verdict: rule.verdict, reason: rule.reason, next: rule.next, until: until(facts, rule.until), warnings };
  }
  throw new Error("the rules do not end with one that fits everything");
}

function until({ at, person, visit, vehicle, temperature, limits }: Facts, name: string): number {
  if (name === "hold" && person) return person.hold_until;
  if (name === "turn" && person) {
    const later = person.turns.map(([begins]) => begins).filter((begins) => begins > at);
    return later.length ? Math.min(...later) : 0;
  }
  if (name === "visit" && visit) return visit.begins;
  if (name === "booked" && vehicle) return vehicle.begins;
  return name === "rest" ? temperature.at + limits.rest : 0;
}
