// The guard's table: what the views show and what they may do. One object, so that a view is a function of it.
import type { Left, Settings } from "./base";
import type { Lists, Present } from "./lists";
import { guards } from "./lists";
import type { Device, Draft, Kept } from "./records";
import { net } from "./sync";

export type Desk = {
  device: Device | null;
  lists: Lists | null;
  settings: Settings;
  direction: "in" | "out";
  draft: Draft | null; // whom the verdict on the screen is about
  kept: "" | "saving" | "kept" | "failed"; // what became of the last crossing
  queue: number;
  signed: number; // hand-overs of a watch that are not sent
  lines: Kept[]; // this device's own crossings since the lists were made, oldest first
  open: Draft[]; // judged, not settled: retests, holds
  inside: Present[];
  seen: Set<string>; // whom the roll-call has found, by the keys of `Present`
  left: Left[]; // what earlier enrolments have not sent: files for the office
  rescued: number; // when this device last found its database empty and took all from its copy (0: never)
  go(view: string): void;
  scanned(text: string, uid?: string): Promise<void>;
  judge(draft: Draft): Promise<void>;
  settle(draft: Draft, then?: string): Promise<void>; // then: the view that follows once it is kept
  answered(draft: Draft): Promise<void>; // a host has answered: judged again, whoever stands before the guard stays on the screen
  set(change: Partial<Settings>): Promise<void>;
  refresh(): Promise<void>;
  call(seen: string[]): Promise<void>; // keep whom the roll-call has found
};

// Everybody out: by the server's last word, else by the lists. It stands without a network until the server is heard to say that it is over.
export const flees = (desk: Desk) => net.evacuation ?? desk.lists?.bundle.evacuation ?? false;
// Which ways people go through this gate; in an evacuation out through each.
export function ways(desk: Desk): ("in" | "out")[] {
  const only = desk.lists?.bundle.gate.directions;
  return (["in", "out"] as const).filter((way) => only !== (way === "in" ? "out" : "in") || (way === "out" && flees(desk)));
}
// The direction that is being judged, where the gate is for one only: that one.
export function turned(desk: Desk): "in" | "out" {
  const can = ways(desk);
  return can.includes(desk.direction) ? desk.direction : (can[0] ?? desk.direction);
}
export const guardName = (desk: Desk) => desk.lists?.byNo.get(desk.settings.guard)?.name ?? desk.settings.guard;
// Whether somebody is the guard here: nobody is the host of his own visitor.
export const isOnGuard = (desk: Desk, one: { no: string; name: string }) => guards(desk.lists, desk.settings.guard, one, Date.now() / 1000 - net.drift);
export const phone = (desk: Desk) => desk.lists?.bundle.gate.phone ?? "";
