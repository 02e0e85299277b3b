{% autoescape off %}// Carillon's phone app without a network. One cache per version, filled as a whole or not at all; the page is always
// answered from it, so a start never waits for a network. A new version waits until somebody taps "reload".
{% if sender %}import { sendWaiting } from "{{ sender }}";
{% endif %}
const VERSION = "{{ version }}";
const SHELL = {{ shell }};
const CACHE = `carillon-app-${VERSION}`;
const OTHER_LETTERS = "carillon-letters";
// What is kept is the same in every language and packing, whatever the answer's Vary says.
const ANY = { ignoreVary: true };
const ADDRESSES = {{ addresses }};

self.addEventListener("install", (event) => {
  event.waitUntil((async () => {
    const kept = await caches.open(CACHE);
    await kept.addAll([new Request(SHELL, { cache: "no-cache" }), ...ADDRESSES]);
    if (!(await kept.match(SHELL, ANY).then((page) => page.text())).includes(`data-version="${VERSION}"`)) {
      await caches.delete(CACHE);
      throw new Error("the page is of another version; the next update tries again");
    }
  })());
});

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    const names = await caches.keys();
    const old = names.filter((name) => name.startsWith("carillon-app-") && name !== CACHE);
    await Promise.all(old.map((name) => caches.delete(name)));
    await self.clients.claim();
  })());
});

self.addEventListener("message", (event) => {
  if (event.data === "take over") self.skipWaiting();
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== self.location.origin) return;
  if (request.mode === "navigate" && address.pathname === SHELL) event.respondWith(fromCache(new Request(SHELL), request));
  else if (ADDRESSES.includes(address.pathname + address.search)) event.respondWith(fromCache(request, request));
  else if (/\.woff2$|\/vendor\/jsqr\//.test(address.pathname)) event.respondWith(keptOnceAsked(request));
});
{% if sender %}
self.addEventListener("sync", (event) => {
  if (event.tag === "send") event.waitUntil(sendWithoutScreen());
});

// While somebody looks at the app, its own timers send, and leave ten seconds for an undo.
async function sendWithoutScreen() {
  const screens = await self.clients.matchAll({ type: "window" });
  await sendWaiting({ keepsUndo: screens.some(({ visibilityState }) => visibilityState === "visible") });
}
{% endif %}
async function fromCache(wanted, request) {
  const kept = await caches.open(CACHE);
  return (await kept.match(wanted, ANY)) ?? fetch(request);
}

// Few phones ever ask for fonts for names in Greek or Cyrillic letters, or for the decoder of QR codes: kept once they did.
async function keptOnceAsked(request) {
  const kept = await caches.open(OTHER_LETTERS);
  const known = await kept.match(request, ANY);
  if (known) return known;
  const answer = await fetch(request);
  if (answer.ok) await kept.put(request, answer.clone());
  return answer;
}
{% endautoescape %}
