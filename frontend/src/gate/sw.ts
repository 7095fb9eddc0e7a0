// The guard's page without a network: its files come from the cache, the crossings never do. FILES is put before this by the server.
export {};
declare const FILES: { version: string; shell: string; first: string[]; scanner: string[] };
type Waiting = Event & { waitUntil: (work: Promise<unknown>) => void };
type Asked = Waiting & { request: Request; respondWith: (answer: Promise<Response>) => void };
type Self = EventTarget & { skipWaiting(): Promise<void>; clients: { claim(): Promise<void> } };

const worker = self as unknown as Self;
const NAME = `diba-gate-${FILES.version}`;
const KNOWN = new Set([FILES.shell, ...FILES.first, ...FILES.scanner]);

worker.addEventListener("install", (event) => {
  const fill = async () => {
    await (await caches.open(NAME)).addAll([FILES.shell, ...FILES.first].map((path) => new Request(path, { cache: "no-cache", credentials: "omit" })));
    await worker.skipWaiting();
  };
  (event as Waiting).waitUntil(fill());
});

worker.addEventListener("activate", (event) => {
  const clear = async () => {
    const old = (await caches.keys()).filter((name) => name.startsWith("diba-gate-") && name !== NAME);
    await Promise.all(old.map((name) => caches.delete(name)));
    await worker.clients.claim();
  };
  (event as Waiting).waitUntil(clear());
});

// The scanner is a megabyte: it is fetched once the page runs, so that the camera reads without a network too.
worker.addEventListener("message", (event) => {
  if ((event as MessageEvent).data !== "scanner") return;
  const fill = async () => {
    const cache = await caches.open(NAME);
    for (const path of FILES.scanner) if (!(await cache.match(path))) await cache.add(path).catch(() => undefined);
  };
  (event as unknown as Waiting).waitUntil(fill());
});

worker.addEventListener("fetch", (event) => {
  const { request } = event as Asked;
  const { pathname, origin } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin) return;
  const path = request.mode === "navigate" && pathname === FILES.shell ? FILES.shell : pathname;
  if (KNOWN.has(path)) (event as Asked).respondWith(fromCache(path, request));
});

// The cache first: what is in it carries its content in its name, and a changed page brings a changed worker.
async function fromCache(path: string, request: Request): Promise<Response> {
  const cache = await caches.open(NAME);
  const kept = await cache.match(path);
  if (kept) return kept;
  const fresh = await fetch(request);
  if (fresh.ok) await cache.put(path, fresh.clone());
  return fresh;
}
