// What every screen looks at. Read again from the phone's storage after each change, in this tab or another.

import { allRows, changeSetting, getSetting, getState } from "./db.js";
import { countDoors } from "./doors.js";
import { count, dayOf, newId } from "./queue.js";

const HOUR_MS = 3_600_000;
const SITTING_MS = 4 * HOUR_MS;

export const app = {
  choices: {}, // language, theme, effort, talk (language of conversation), commune, area, latest ones
  session: {}, // user, signed_out
  state: null, // last answer of the server for this user, with what was counted since
  rows: [],
  doors: [], // check-ins of this phone
  open_shifts: null, // shifts somebody could take: { user, at, shifts }
  guests: new Map(), // lists of guests by event
  counts: { today: 0, unsent: 0, attention: 0, persons: 0, others: 0 },
  connection: "unknown", // online, offline, busy: how the last try went; navigator.onLine is not trusted
  refusal: "", // what the server said to somebody who is nobody's volunteer
  sending: false,
  failure: null, // StorageFailure: nothing can be kept
  update: null, // a new version's waiting service worker
};

const watchers = new Set();
const others = new BroadcastChannel("carillon");
export const watch = (watcher) => watchers.add(watcher);
export const notify = () => watchers.forEach((watcher) => watcher());

export async function reload() {
  app.choices = (await getSetting("choices")) ?? {};
  app.session = (await getSetting("session")) ?? {};
  app.state = app.session.user ? (await getState(app.session.user)) ?? null : null;
  app.rows = await allRows();
  app.doors = await allRows("doors");
  app.open_shifts = (await getSetting("open_shifts")) ?? null;
  app.guests = new Map((await allRows("guests")).filter(({ user }) => user === app.session.user).map((row) => [row.event, row]));
  const counts = count(app.rows, app.session.user, { today: app.state?.today, offset: app.state?.offset });
  const doors = countDoors(app.doors, app.session.user);
  for (const name of Object.keys(doors)) counts[name] += doors[name];
  app.counts = counts;
  notify();
}

// Something was written here: read it again, and let the other tabs do the same.
export async function changed() {
  others.postMessage("changed");
  await reload();
}

others.addEventListener("message", () => { reload().catch(fail); });

export function fail(error) {
  if (app.failure?.message === error.message) return; // said already; saying it again would draw, and fail, for ever
  app.failure = error;
  notify();
}

export async function choose(choices) {
  app.choices = await changeSetting("choices", (kept) => ({ ...kept, ...choices }));
  await changed();
}

export const efforts = () => app.state?.content.efforts ?? [];
export const effort = () => efforts().find(({ id }) => id === app.choices.effort) ?? efforts()[0] ?? null;
export const canLog = () => Boolean(app.state && effort());

// Which sitting this is: a new one after four hours without a record, or for somebody else.
export async function sitting(now = Date.now()) {
  const kept = await changeSetting("sitting", (last) => {
    const goes_on = last.user === app.session.user && Math.abs(now - last.at) < SITTING_MS;
    return { id: goes_on ? last.id : newId(), user: app.session.user, at: now };
  });
  return kept.id;
}

export const realTime = (now = Date.now()) => now + (app.state?.offset ?? 0);

const isAround = ({ starts_at, ends_at }, hours, real) => (
  real >= Date.parse(starts_at) - hours * HOUR_MS && real <= Date.parse(ends_at) + hours * HOUR_MS
);

// The shift somebody stands in now, an hour of grace on both sides.
export const presentShift = (now = Date.now()) => (
  app.state?.content.shifts?.find((shift) => isAround(shift, 1, realTime(now)))?.id
);

export const events = () => app.state?.content.events ?? [];

// One's own events of these hours: those the server takes a conversation of now to have been at.
export const nearEvents = (now = Date.now()) => events().filter((event) => event.own && isAround(event, 6, realTime(now)));

// What was said today of where one is: an event, 0 for none of them, undefined where nothing was said.
function saidEvent(now) {
  const { event, event_day } = app.choices;
  return event_day === dayOf(realTime(now)) && (event === 0 || nearEvents(now).some(({ id }) => id === event)) ? event : undefined;
}

const workedEvents = (now) => {
  const real = realTime(now);
  const near = nearEvents(now);
  const worked = near.filter(({ shifts }) => shifts.some((shift) => isAround(shift, 1, real)));
  return worked.length ? worked : near.filter((event) => isAround(event, 1, real));
};

// At which event one is: as said today, else where the shift worked now is; { id, asks }. `asks`: it may be one of several.
export function presentEvent(now = Date.now()) {
  const said = saidEvent(now);
  if (said !== undefined) return { id: said, asks: false };
  const worked = workedEvents(now);
  return { id: worked.length === 1 ? worked[0].id : undefined, asks: worked.length > 1 };
}

export const sayEvent = (event) => choose({ event, event_day: dayOf(realTime()) });

// What every new record carries from the choices on the first screen.
export async function context() {
  const { id, communes = [], areas = [], languages = [] } = effort();
  const { talk, commune, area } = app.choices;
  return {
    effort: id,
    session: await sitting(),
    shift: presentShift(),
    event: presentEvent().id || undefined,
    language: languages.includes(talk) ? talk : undefined,
    commune: communes.some(({ code }) => code === commune) ? commune : undefined,
    area: areas.some((one) => one.id === area) ? area : undefined,
  };
}
