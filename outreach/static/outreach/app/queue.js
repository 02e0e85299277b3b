// The records of this phone: written before the button gives way, kept until the server answered for that very id.
//
// A row is {id, root, user, status, tried, kept_since, record, reason, field, message}; `record` is what the server gets.
// status: `waiting` (to be sent), `attention` (refused, for a human), `done` (acknowledged; kept for the list of recent
// ones, without anything that identifies a person). Once tried, the server may have it: it is corrected by a new record.

import { addRow, allRows, changeRows } from "./db.js";

export const UNDO_MS = 10_000;
export const BATCH = 500;
const DAY_MS = 86_400_000;
const KEPT_MS = 7 * DAY_MS;

export function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

// Leave out what is not there: the server wants a key or nothing, never an empty one.
export function slim(record) {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => (
    value !== undefined && value !== null && value !== "" && !(Array.isArray(value) && !value.length)
    && !(value.constructor === Object && !Object.keys(value).length)
  )));
}

async function write(user, record, now) {
  const row = { id: record.id, root: record.root, user, status: "waiting", tried: false, kept_since: now, record: slim(record) };
  await addRow(row);
  return row;
}

// Keep one new contact. Returns its row once it is on the disk; throws StorageFailure when it is not.
export function addContact(user, content, now = Date.now()) {
  const id = newId();
  return write(user, { ...content, id, root: id, type: "contact", at: new Date(now).toISOString() }, now);
}

// The last word of a chain has the greatest time, so a new word is later than every word before it, whatever the clock says.
export function after(latest, now) {
  return new Date(Math.max(now, latest ? Date.parse(latest) + 1 : 0)).toISOString();
}

// Say something else about a chain. A contact nobody else can have yet is changed where it stands; else a new record
// names the root. `chain` is {root, effort, at (of its last word), row (its last record on this phone, if any)}.
export async function correct(user, chain, content, now = Date.now()) {
  if (chain.row) {
    const [changed] = await changeRows([chain.row.id], (row) => (
      row.status === "waiting" && !row.tried ? { ...row, record: slim({ ...row.record, ...content }) } : undefined
    ));
    if (changed) return changed;
  }
  const record = { effort: chain.effort, ...content, id: newId(), root: chain.root, type: "correction", at: after(chain.at, now) };
  return write(user, record, now);
}

// Take a chain back: forget what was never sent, undo by a new record what may have been. Returns the row of that record.
export async function undo(user, chain, session, now = Date.now()) {
  const rows = (await allRows()).filter((row) => row.user === user && row.root === chain.root);
  const sent = rows.filter((row) => row.tried || row.status === "done");
  let left = !rows.length || sent.length > 0;
  if (rows.length) {
    await changeRows(rows.map((row) => row.id), (row) => {
      if (row.status === "waiting" && !row.tried) return null;
      left = true; // another tab may have begun to send it since
      return undefined;
    });
  }
  if (!left) return null;
  const record = { id: newId(), root: chain.root, type: "undo", session, at: after(chain.at, now), effort: chain.effort };
  return write(user, record, now);
}

// A contact whose undo is not over yet, so that taking it back leaves no trace.
const isHeld = (row, notAfter, now) => !row.tried && row.record.type === "contact" && row.kept_since > notAfter && row.kept_since <= now;

// Take the oldest waiting records for sending and mark them tried in the same breath; contacts made after `notAfter` stay.
export async function takeBatch(user, { limit = BATCH, notAfter, now = Date.now() }) {
  const waiting = (await allRows()).filter((row) => row.user === user && row.status === "waiting" && !isHeld(row, notAfter, now));
  waiting.sort((one, other) => one.kept_since - other.kept_since);
  const taken = await changeRows(waiting.slice(0, limit).map((row) => row.id), (row) => (
    row.status === "waiting" ? { ...row, tried: true } : undefined
  ));
  return taken.map((row) => row.record);
}

function withoutPerson(row) {
  const { person, ...record } = row.record;
  return { ...row, record, had_person: row.had_person || person !== undefined };
}

// Settle what the server answered for. Ids it did not mention stay as they are and are sent again.
export function applyAnswers(answers) {
  const byId = new Map(answers.map((answer) => [answer.id, answer]));
  return changeRows([...byId.keys()], (row) => {
    const answer = byId.get(row.id);
    if (row.status !== "waiting") return undefined;
    if (answer.status === "accepted" || answer.status === "duplicate") return { ...withoutPerson(row), status: "done" };
    if (answer.status !== "needs_attention") return undefined;
    const { reason = "", field = "", message = "" } = answer;
    return { ...row, status: "attention", reason, field, message };
  });
}

// Send a mended record again under its own id; nothing of it is stored on the server.
export function mend(id, record) {
  return changeRows([id], (row) => (
    row.status === "attention" ? { ...row, record: slim(record), status: "waiting", tried: true, reason: "", field: "", message: "" } : undefined
  ));
}

export const discard = (id) => changeRows([id], (row) => (row.status === "attention" ? null : undefined));

// Wipe what identifies somebody after seven days, and forget acknowledged records as old. For everybody's records.
export function wipeOld(now = Date.now()) {
  return changeRows(null, (row) => {
    // Kept before a clock that ran ahead was put right: seven days from now, not from then.
    if (row.kept_since > now + DAY_MS) return { ...row, kept_since: now };
    if (now - row.kept_since < KEPT_MS) return undefined;
    if (row.status === "done") return null;
    if (!row.record.person) return undefined;
    const wiped = withoutPerson(row);
    return { ...wiped, status: "waiting", record: { ...wiped.record, person_expired: true } };
  });
}

// Forget what was acknowledged of one person's records.
export const forgetDone = (user) => changeRows(null, (row) => (row.user === user && row.status === "done" ? null : undefined));

export function dayOf(milliseconds) {
  const at = new Date(milliseconds);
  return [at.getFullYear(), at.getMonth() + 1, at.getDate()].map((part) => String(part).padStart(2, "0")).join("-");
}

// What the counters show. `offset` is how far the server's clock is ahead of the phone's, in milliseconds.
export function count(rows, user, { today, offset = 0, now = Date.now() }) {
  const own = rows.filter((row) => row.user === user && row.status !== "done");
  const reported = today?.date === dayOf(now + offset) ? today.contacts : 0;
  const ofToday = own.filter((row) => dayOf(row.kept_since + offset) === dayOf(now + offset));
  const change = { contact: 1, undo: -1, correction: 0 };
  return {
    today: Math.max(0, reported + ofToday.reduce((sum, row) => sum + change[row.record.type], 0)),
    unsent: own.length,
    attention: own.filter((row) => row.status === "attention").length,
    persons: own.filter((row) => row.record.person).length,
    others: rows.filter((row) => row.user !== user && row.status !== "done").length,
  };
}
