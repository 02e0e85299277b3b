// Check-ins of this phone: written before the button gives way, kept until the server answered for that very id.
//
// A row is {id, user, status, tried, kept_since, done_at, record, answer, reason, field, message}; `record` is what the
// server gets. It names a guest by id alone: names stand in the lists of guests, which leave the phone the day after.

import { addRow, allRows, changeRows, wipeGuests } from "./db.js";
import { after, BATCH, newId, slim } from "./queue.js";

const DONE_MS = 3 * 86_400_000;
const change = (ids, decide) => changeRows(ids, decide, "doors");
const isFree = (row) => row.status === "waiting" && !row.tried; // nobody else can have it yet

// Whether a row is about the same guest, or the same people who walked in.
const isOf = (row, { event, rsvp, of }) => (
  row.record.event === event && (rsvp ? row.record.rsvp === rsvp : row.id === of || row.record.of === of)
);

async function rowsOf(user, about) {
  return (await allRows("doors")).filter((row) => row.user === user && isOf(row, about));
}

async function write(user, record, now) {
  const row = { id: record.id, user, status: "waiting", tried: false, kept_since: now, record: slim(record) };
  await addRow(row, "doors");
  return row;
}

// A new word about a guest is later than every word before it, whatever the clock says.
const later = (rows, now) => after(rows.map(({ record }) => record.at).sort((one, other) => Date.parse(one) - Date.parse(other)).at(-1), now);

// Let somebody in: `rsvp` with `people` of the party, or people without a name. Returns the row once it is on the disk.
export async function checkIn(user, { event, rsvp, people, via, slot }, now = Date.now()) {
  const before = rsvp ? await rowsOf(user, { event, rsvp }) : [];
  return write(user, { id: newId(), type: "check_in", event, rsvp, people, via, slot, at: later(before, now) }, now);
}

// Say that a guest, or the people of one walk-in (`of`), is not here: what nobody else can have is forgotten, the rest is
// undone by a new record. `known`: the id of the check-in that stands, of this phone or another.
export async function takeBack(user, { event, rsvp, known }, now = Date.now()) {
  const rows = await rowsOf(user, { event, rsvp, of: known });
  const forgotten = new Set();
  await change(rows.map(({ id }) => id), (row) => {
    if (!isFree(row) || row.record.type !== "check_in") return undefined;
    forgotten.add(row.id);
    return null;
  });
  if (forgotten.has(known)) return null;
  return write(user, { id: newId(), type: "undo", event, rsvp, of: known, at: later(rows, now) }, now);
}

// Somebody came with more or fewer people than was said.
export async function changePeople(user, { event, rsvp, known, people, via }, now = Date.now()) {
  const [changed] = await change([known], (row) => (
    isFree(row) ? { ...row, record: { ...row.record, people } } : undefined
  ));
  if (changed) return changed;
  await takeBack(user, { event, rsvp, known }, now);
  return checkIn(user, { event, rsvp, people, via }, now);
}

const isHeld = (row, notAfter, now) => (
  !row.tried && row.record.type === "check_in" && row.kept_since > notAfter && row.kept_since <= now
);

// As for contacts: take the oldest for sending; what can still be undone stays.
export async function takeDoorBatch(user, { limit = BATCH, notAfter, now = Date.now() }) {
  const waiting = (await allRows("doors")).filter((row) => row.user === user && row.status === "waiting" && !isHeld(row, notAfter, now));
  waiting.sort((one, other) => one.kept_since - other.kept_since);
  const taken = await change(waiting.slice(0, limit).map(({ id }) => id), (row) => (
    row.status === "waiting" ? { ...row, tried: true } : undefined
  ));
  return taken.map(({ record }) => record);
}

// Settle what the server answered for. Somebody whom another phone let in is in: nothing is left to do.
export function applyDoorAnswers(answers, now = Date.now()) {
  const byId = new Map(answers.map((answer) => [answer.id, answer]));
  return change([...byId.keys()], (row) => {
    const { status, reason = "", field = "", message = "" } = byId.get(row.id);
    if (row.status !== "waiting") return undefined;
    if (status === "accepted" || status === "duplicate" || status === "already_in") return { ...row, status: "done", answer: status, done_at: now };
    return status === "needs_attention" ? { ...row, status: "attention", reason, field, message } : undefined;
  });
}

export const resend = (id) => change([id], (row) => (
  row.status === "attention" ? { ...row, status: "waiting", reason: "", field: "", message: "" } : undefined
));

// The registration is gone: count who stood there as people who walked in.
export const countAsWalkIn = (id) => change([id], (row) => {
  if (row.status !== "attention") return undefined;
  const { rsvp, ...record } = row.record;
  return { ...row, status: "waiting", reason: "", field: "", message: "", record: { ...record, via: "walk_in" } };
});

export const discardDoor = (id) => change([id], (row) => (row.status === "attention" ? null : undefined));
export const forgetDoneDoors = (user) => change(null, (row) => (row.user === user && row.status === "done" ? null : undefined));

// Forget acknowledged check-ins after three days, and each list of guests when its event is over by a day.
export async function wipeDoors(now = Date.now()) {
  await change(null, (row) => (row.status === "done" && Math.abs(now - row.kept_since) > DONE_MS ? null : undefined));
  return wipeGuests(({ until }) => now < until);
}

export function countDoors(rows, user) {
  const open = rows.filter((row) => row.status !== "done");
  const own = open.filter((row) => row.user === user);
  return {
    unsent: own.length,
    attention: own.filter((row) => row.status === "attention").length,
    others: open.length - own.length,
  };
}

// Who is in, as the server's list says, with what this phone has done since. `kept` is a list of guests or undefined.
export function doorView(kept, rows, user, event) {
  const words = rows.filter((row) => (
    row.user === user && row.record.event === event
    && (row.status === "waiting" || (row.status === "done" && row.done_at >= (kept?.asked_at ?? 0)))
  )).sort((one, other) => Date.parse(one.record.at) - Date.parse(other.record.at));
  const arrivals = new Map();
  const walk_ins = new Map((kept?.walk_ins ?? []).map((one) => [one.id, one]));
  for (const guest of kept?.guests ?? []) if (guest.in) arrivals.set(guest.id, guest.in);
  for (const { id, status, record: { type, rsvp, of, people = 1, at } } of words) {
    const presence = { id, people, at, unsent: status === "waiting" };
    if (type === "check_in" && rsvp) arrivals.set(rsvp, arrivals.get(rsvp) ?? presence);
    else if (type === "check_in") walk_ins.set(id, presence);
    else if (rsvp) arrivals.delete(rsvp);
    else walk_ins.delete(of);
  }
  const guests = (kept?.guests ?? []).map((guest) => ({ ...guest, in: arrivals.get(guest.id) ?? null }));
  const sum = (list, size) => list.reduce((total, one) => total + size(one), 0);
  const walked = sum([...walk_ins.values()], ({ people }) => people);
  const holds = ({ status }) => status === "coming" || status === "offered";
  return {
    guests,
    walk_ins: [...walk_ins.values()].sort((one, other) => Date.parse(other.at) - Date.parse(one.at)),
    walked,
    people_in: walked + sum([...arrivals.values()], ({ people }) => people),
    expected: sum(guests.filter(holds), ({ party }) => party),
  };
}
