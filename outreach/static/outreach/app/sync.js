// Talks to the server, for a page or for the service worker: the state comes, the records go. One sender at a time.

import { allRows, changeSetting, getSetting, getState, putGuests, putSetting, putState, wipeGuests } from "./db.js";
import { applyDoorAnswers, takeDoorBatch } from "./doors.js";
import { applyAnswers, BATCH, newId, takeBatch, UNDO_MS } from "./queue.js";

const STATE = "/outreach/api/state";
const guestsAddress = (event) => `/outreach/api/events/${event}/guests`;
// What waits to be sent, and who takes it and hears the answers.
const QUEUES = [
  { address: "/outreach/api/sync", take: takeBatch, settle: applyAnswers },
  { address: "/outreach/api/check-ins", take: takeDoorBatch, settle: applyDoorAnswers },
];
const SIGN_OUT = "/account/logout/";
const PATIENCE_MS = 30_000;
const UNTRUSTED_SKEW_MS = 120_000; // below, it is the network's

// Why a round ended early: `offline`, `signed_out`, `not_a_mobiliser`, `busy` (429, 5xx), `refused` (400, 413 of one record),
// `other_user` (409: somebody else signed in since the state came; the next round asks whose turn it is).
export class Stopped extends Error {
  constructor(why, message = "") {
    super(message || why);
    this.why = why;
  }
}

export async function deviceId() {
  return (await changeSetting("device", (kept) => (kept.id ? kept : { id: newId() }))).id;
}

// Ask the server once, with patience. Throws Stopped without a network.
export async function ask(address, { headers = {}, ...options } = {}) {
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), PATIENCE_MS);
  const language = (await getSetting("language")) ?? "en";
  try {
    const answer = await fetch(address, {
      ...options,
      cache: "no-store",
      credentials: "same-origin",
      redirect: "error",
      signal: patience.signal,
      headers: { "X-Carillon-App": "1", Accept: "application/json", "Accept-Language": language, ...headers },
    });
    const body = answer.status === 304 ? null : await answer.json().catch(() => null);
    return { status: answer.status, body, etag: answer.headers.get("ETag") };
  } catch (error) {
    throw new Stopped("offline", error.message);
  } finally {
    clearTimeout(timer);
  }
}

function refuse({ status, body }) {
  if (status === 401) throw new Stopped("signed_out");
  if (status === 403) throw new Stopped("not_a_mobiliser", body?.message);
  if (status === 409) throw new Stopped("other_user");
  if (status === 429 || status >= 500) throw new Stopped("busy", `${status}`);
  throw new Stopped("refused", `${status} ${body?.error ?? ""}`);
}

// Fetch who is signed in and what they work with. Returns the kept state of that person.
async function refreshState() {
  const session = (await getSetting("session")) ?? {};
  const known = session.user ? await getState(session.user) : null;
  const asked = Date.now();
  const answer = await ask(STATE, known?.etag ? { headers: { "If-None-Match": known.etag } } : {});
  const now = Date.now();
  if (answer.status === 304 && known) {
    await putSetting("session", { ...session, signed_out: false });
    const kept = { ...known, checked_at: now };
    await putState(kept);
    return kept;
  }
  if (answer.status !== 200 || !answer.body?.user) refuse(answer);
  const { body } = answer;
  const offset = Date.parse(body.server_time) - (asked + now) / 2;
  const kept = {
    user: body.user,
    etag: answer.etag,
    content: body,
    today: body.today,
    own_total: body.own_total,
    offset: Math.abs(offset) < UNTRUSTED_SKEW_MS ? 0 : offset,
    checked_at: now,
    sent_at: session.user === body.user ? known?.sent_at : undefined,
  };
  await putState(kept);
  await putSetting("session", { user: body.user, signed_out: false });
  return kept;
}

async function sendBatch(queue, state, limit, notAfter) {
  const records = await queue.take(state.user, { limit, notAfter });
  if (!records.length) return 0;
  const { user } = state;
  const body = JSON.stringify({ user, device: await deviceId(), sent_at: new Date().toISOString(), records });
  const answer = await ask(queue.address, { method: "POST", headers: { "Content-Type": "application/json" }, body });
  if (answer.status === 413 && records.length > 1) return sendBatch(queue, state, Math.ceil(records.length / 2), notAfter);
  if (answer.status !== 200 || !Array.isArray(answer.body?.answers)) refuse(answer);
  const settled = await queue.settle(answer.body.answers);
  if (!settled.length) throw new Stopped("busy", "the server answered for none of them");
  const { today = state.today, own_total = state.own_total } = answer.body;
  await putState({ ...((await getState(state.user)) ?? state), today, own_total, sent_at: Date.now() });
  return records.length;
}

// A sign-out tapped without a network is still owed to the server: before anything else, and before anybody else's queue.
async function settleSignOut() {
  if (!(await getSetting("session"))?.owes_sign_out) return;
  await signOutOnServer();
  await putSetting("session", { signed_out: true });
}

// End the session on the server. The page it answers with holds the form's token; nothing else of it is used.
export async function signOutOnServer() {
  try {
    const page = await fetch(SIGN_OUT, { cache: "no-store", credentials: "same-origin" });
    const token = /name="csrfmiddlewaretoken" value="([^"]+)"/.exec(await page.text())?.[1];
    if (!token) return; // nobody is signed in: the page led elsewhere
    const body = new URLSearchParams({ csrfmiddlewaretoken: token });
    const answer = await fetch(SIGN_OUT, { method: "POST", body, cache: "no-store", credentials: "same-origin" });
    if (!answer.ok) throw new Stopped("busy", `${answer.status}`);
  } catch (error) {
    throw error instanceof Stopped ? error : new Stopped("offline", error.message);
  }
}

async function round(keepsUndo) {
  await settleSignOut();
  // The state first: it says whose cookie this is, and only that person's records may go.
  const state = await refreshState();
  const started = Date.now();
  const notAfter = keepsUndo ? started - UNDO_MS : started;
  let sent = 0;
  for (const queue of QUEUES) {
    for (;;) {
      const count = await sendBatch(queue, state, BATCH, notAfter);
      if (!count) break;
      sent += count;
    }
  }
  await refreshGuests(state);
  return { user: state.user, sent };
}

// Bring the lists of guests up to date: those of one's own events, and those somebody opened; only while the server hands
// them out. Every other list leaves the phone.
async function refreshGuests({ user, offset = 0, content }) {
  const real = Date.now() + offset;
  const open = new Map((content.events ?? [])
    .filter(({ names_from, names_until }) => real >= Date.parse(names_from) && real < Date.parse(names_until))
    .map((event) => [event.id, event]));
  await wipeGuests((row) => row.user === user && open.has(row.event));
  const kept = new Map((await allRows("guests")).map((row) => [row.event, row]));
  for (const event of open.values()) {
    if (!event.own && !kept.has(event.id)) continue;
    await fetchGuests(user, event, kept.get(event.id), offset);
  }
}

async function fetchGuests(user, event, known, offset) {
  const asked_at = Date.now();
  const answer = await ask(guestsAddress(event.id), known?.etag ? { headers: { "If-None-Match": known.etag } } : {});
  const frame = { user, event: event.id, asked_at, until: Date.parse(event.names_until) - offset };
  if (answer.status === 304 && known) await putGuests({ ...known, ...frame });
  else if (answer.status === 404) await wipeGuests((row) => row.event !== event.id);
  else if (answer.status === 200 && Array.isArray(answer.body?.guests)) {
    await putGuests({ ...frame, etag: answer.etag, guests: answer.body.guests, walk_ins: answer.body.walk_ins });
  } else refuse(answer);
}

async function alone(work) {
  if (!globalThis.navigator?.locks) return work();
  return navigator.locks.request("carillon-send", work);
}

// Bring the state up to date and send everything that waits. Throws Stopped, with every unanswered record kept.
export async function sendWaiting({ keepsUndo = true } = {}) {
  try {
    return await alone(() => round(keepsUndo));
  } catch (error) {
    if (error instanceof Stopped && (error.why === "signed_out" || error.why === "not_a_mobiliser")) {
      await changeSetting("session", (session) => ({ ...session, signed_out: error.why === "signed_out" }));
      await wipeGuests(); // whoever is refused keeps nobody's name
    }
    throw error;
  } finally {
    const channel = new BroadcastChannel("carillon");
    channel.postMessage("changed");
    channel.close();
  }
}
