// A visitor nobody announced: his host is asked on his own telephone, and the answer turns the verdict on the screen.
import { seconds } from "./case";
import type { Desk } from "./desk";
import type { Listed } from "./records";
import type { Draft } from "./records";
import { t } from "./words";

const ADDRESS = "/gates/api/walkin";
const PATIENCE = 8000; // ms; then the guard takes the telephone
const EVERY = 2000; // ms between two questions for answers
type Said = { uid: string; visit: number; state: string };

// Ask the host; the draft with his visit, or null where the server cannot be reached or does not know him.
export async function ask(desk: Desk, draft: Draft, host: Listed): Promise<Draft | null> {
  const body = JSON.stringify({ uid: draft.uid, sent_at: seconds(), at: draft.at, name: draft.name, purpose: draft.purpose, host: host.id, declared: draft.declared, guard: desk.settings.guard });
  const response = await call(desk, "", { method: "POST", body, headers: { "Content-Type": "application/json" } });
  if (!response?.ok) return null;
  const said = (await response.json()) as Said & { host: string; phone: string };
  return { ...draft, visit: said.visit, host: said.host, phone: said.phone, answer: said.state, agreed: said.state === "approved", arrived: draft.at };
}

let asking = false;

async function look(desk: Desk) {
  const waiting = desk.open.filter((one) => one.answer === "asked" && !one.agreed);
  for (const node of document.querySelectorAll<HTMLElement>("[data-since]")) node.textContent = t("waited", { seconds: seconds() - Number(node.dataset.since) });
  if (asking || !waiting.length || !desk.device) return;
  asking = true;
  try {
    const response = await call(desk, `?${waiting.slice(0, 20).map((one) => `uid=${one.uid}`).join("&")}`, {});
    const said = response?.ok ? ((await response.json()) as { answers: Said[] }).answers : [];
    for (const { uid, state } of said) {
      const one = desk.open.find((each) => each.uid === uid);
      if (one && state !== "asked") await desk.answered({ ...one, answer: state, agreed: state === "approved" });
    }
  } finally {
    asking = false;
  }
}

export const listenForAnswers = (desk: Desk) => setInterval(() => void look(desk).catch(() => undefined), EVERY);

async function call(desk: Desk, query: string, said: RequestInit): Promise<Response | null> {
  const headers = { ...(said.headers as Record<string, string>), Authorization: `Device ${desk.device?.token ?? ""}` };
  return fetch(ADDRESS + query, { ...said, headers, credentials: "omit", cache: "no-store", signal: AbortSignal.timeout(PATIENCE) }).catch(() => null);
}
