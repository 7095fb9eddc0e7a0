// The talk with the server: one change at a time, each with the version it was made on; others' changes are asked for.
import type { State } from "./state";
import { one } from "./state";

const EVERY = 10_000; // ms between two questions for others' changes

export class Desk {
  private version: number;
  private line: Promise<void> = Promise.resolve();
  onState: (state: State) => void = () => {};

  constructor(private readonly urls: DOMStringMap, private readonly lost: string) {
    this.version = Number(urls.version ?? 0);
    if (urls.changes) setInterval(() => void this.ask(), EVERY);
  }

  edit(kind: string, cells: (number | boolean)[][]) {
    if (this.urls.edit && cells.length) this.send(this.urls.edit, { kind, cells });
  }

  step(which: "undo" | "redo") {
    const url = this.urls[which];
    if (url) this.send(url, {});
  }

  private send(url: string, body: Record<string, unknown>) {
    this.line = this.line.then(async () => {
      try {
        const answer = await fetch(url, {
          method: "POST", credentials: "same-origin", body: JSON.stringify({ ...body, version: this.version }),
          headers: { "Content-Type": "application/json", "X-CSRFToken": one<HTMLMetaElement>("meta[name=csrf-token]")?.content ?? "" },
        });
        if (answer.redirected || !answer.headers.get("Content-Type")?.includes("json")) return this.say(this.lost);
        this.take((await answer.json()) as State);
      } catch {
        this.say(this.lost);
      }
    });
  }

  private async ask() {
    if (document.hidden) return;
    try {
      const answer = await fetch(`${this.urls.changes ?? ""}?since=${this.version}`, { credentials: "same-origin" });
      if (answer.ok && !answer.redirected) this.take((await answer.json()) as State);
    } catch {
      // The network is away: the bar on top says so, and the next change will try again.
    }
  }

  private take(state: State) {
    // What was asked before a change and is answered after it is older than what stands here.
    if (state.version !== undefined && state.version >= this.version) {
      this.version = state.version;
      this.onState(state);
    }
    this.say(state.error ?? "");
  }

  say(words: string) {
    const box = one("[data-said]");
    if (!box) return;
    box.hidden = !words;
    box.textContent = words;
  }
}
