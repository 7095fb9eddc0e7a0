// The worker that writes the copy (copy.ts): files of the browser's own, which only a worker may write in place and have flushed to the disk.
// Each stands in two: a new one is written beside the old and counts from the moment its number is there, whatever ends the browser meanwhile.
export {};
type Handle = { read(into: Uint8Array, from?: { at: number }): number; write(bytes: Uint8Array, to: { at: number }): number; getSize(): number; truncate(size: number): void; flush(): void; close(): void };
type File = { createSyncAccessHandle(): Promise<Handle> };
export type Asked = { id: number; way: "read" | "add" | "write"; name: string; text: string };
export type Said = { id: number; text: string; size: number; failed: string };

const SIDES = ["a", "b"];
const HEAD = 12; // bytes: the file's number, and a line's end
const TRIES = 10; // a page that was just left may hold its file for a moment
const there = self as unknown as { onmessage: (event: MessageEvent<Asked>) => void; postMessage(said: Said): void };
const root = navigator.storage.getDirectory();

async function opened(name: string): Promise<Handle> {
  const file = (await (await root).getFileHandle(name, { create: true })) as unknown as File;
  for (let turn = 1; ; turn++) {
    try {
      return await file.createSyncAccessHandle();
    } catch (error) {
      if (turn === TRIES || !(error instanceof DOMException) || error.name !== "NoModificationAllowedError") throw error;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

function part(file: Handle, from: number, size: number): string {
  const bytes = new Uint8Array(size);
  return new TextDecoder().decode(bytes.subarray(0, file.read(bytes, { at: from })));
}

const numberOf = (file: Handle) => Number(part(file, 0, HEAD)) || 0;

function put(file: Handle, text: string, at: number) {
  const bytes = new TextEncoder().encode(text);
  for (let done = 0; done < bytes.length; ) done += file.write(bytes.subarray(done), { at: at + done });
}

async function carryOut({ way, name, text }: Asked): Promise<{ text: string; size: number }> {
  const files: Handle[] = [];
  try {
    for (const side of SIDES) files.push(await opened(`diba-gate-${name}-${side}`));
    const [newer, older] = files.sort((one, other) => numberOf(other) - numberOf(one)) as [Handle, Handle];
    if (way === "read") return { text: numberOf(newer) ? part(newer, HEAD, newer.getSize()) : "", size: newer.getSize() };
    if (way === "add" && numberOf(newer)) {
      put(newer, text, newer.getSize());
      newer.flush();
      return { text: "", size: newer.getSize() };
    }
    older.truncate(0);
    try {
      put(older, `${"0".repeat(HEAD - 1)}\n${text}`, 0);
      older.flush();
      put(older, String(numberOf(newer) + 1).padStart(HEAD - 1, "0"), 0);
      older.flush();
    } catch (error) {
      older.truncate(0); // a full device keeps the old one, and its room
      throw error;
    }
    newer.truncate(0);
    newer.flush();
    return { text: "", size: older.getSize() };
  } finally {
    for (const file of files) file.close();
  }
}

let last: Promise<unknown> = Promise.resolve(); // one after the other

there.onmessage = ({ data }) => {
  last = last.then(() => carryOut(data)).then(
    (done) => there.postMessage({ id: data.id, failed: "", ...done }),
    (error: unknown) => there.postMessage({ id: data.id, failed: String(error), text: "", size: 0 }),
  );
};
