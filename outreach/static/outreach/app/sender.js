// When to send: at start, when a network or the screen comes back, after a record, by button; else again and again, at
// first after 2 seconds, at last every 5 minutes, never in step with other phones.

import { Stopped, sendWaiting } from "./sync.js";
import { UNDO_MS } from "./queue.js";
import { app, fail, notify, reload } from "./store.js";

const FIRST_MS = 2_000;
const LONGEST_MS = 300_000;

let failures = 0;
let timer;
let running;

export const backOff = (times, random = Math.random()) => Math.min(LONGEST_MS, FIRST_MS * 2 ** (times - 1)) * (0.5 + random / 2);

function later(milliseconds) {
  clearTimeout(timer);
  timer = setTimeout(() => send(), milliseconds);
}

async function attempt(keepsUndo) {
  app.sending = true;
  notify();
  try {
    await sendWaiting({ keepsUndo });
    failures = 0;
    app.connection = "online";
    app.refusal = "";
  } catch (error) {
    if (!(error instanceof Stopped)) throw error;
    const answered = error.why === "signed_out" || error.why === "not_a_mobiliser";
    app.connection = error.why === "offline" ? "offline" : error.why === "busy" || error.why === "refused" ? "busy" : "online";
    app.refusal = error.why === "not_a_mobiliser" ? error.message : "";
    failures = answered ? 0 : failures + 1;
    if (!answered) later(backOff(failures));
  } finally {
    app.sending = false;
    await reload();
  }
  const waiting = [...app.rows, ...app.doors].some((row) => row.user === app.session.user && row.status === "waiting");
  if (waiting && !failures && !app.session.signed_out && !app.refusal) later(UNDO_MS);
}

// Try now. A try under way is enough for everybody who asks meanwhile. Never throws; what went wrong is in `app`.
export function send({ keepsUndo = true } = {}) {
  clearTimeout(timer);
  running ??= attempt(keepsUndo).catch(fail).finally(() => { running = undefined; });
  return running;
}

// Send everything at once, the last ten seconds too.
export async function sendNow() {
  await running;
  return send({ keepsUndo: false });
}

// Something changed for the better: a try that began before it may still fail, so try again after it, without waiting.
async function sendAfresh() {
  await running;
  failures = 0;
  return send();
}

// A record was written: it goes when its undo is over. Without a network the waiting time stays as it is.
export function sendSoon() {
  if (!failures) later(UNDO_MS + 250);
  navigator.serviceWorker?.ready
    .then((registration) => registration.sync?.register("send"))
    .catch(() => undefined); // the browser forbids background sync: the timers above do it
}

export function start() {
  addEventListener("online", sendAfresh);
  addEventListener("offline", () => { app.connection = "offline"; notify(); });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") sendAfresh();
    else if (!failures) sendNow();
  });
  send();
}
