// What every screen looks at. Read again from the phone's storage after each change, in this tab or another.

import { allRows, changeSetting, getSetting, getState } from "./db.js";
import { count, newId } from "./queue.js";

const SITTING_MS = 4 * 3_600_000;

export const app = {
  choices: {}, // language, theme, effort, talk (language of conversation), commune, area, latest ones
  session: {}, // user, signed_out
  state: null, // last answer of the server for this user, with what was counted since
  rows: [],
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
  app.counts = count(app.rows, app.session.user, { today: app.state?.today, offset: app.state?.offset });
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

// The shift somebody stands in now, an hour of grace on both sides.
export function presentShift(now = Date.now()) {
  const real = now + (app.state?.offset ?? 0);
  const hour = 3_600_000;
  return app.state?.content.shifts?.find(({ starts_at, ends_at }) => (
    real >= Date.parse(starts_at) - hour && real <= Date.parse(ends_at) + hour
  ))?.id;
}

// What every new record carries from the choices on the first screen.
export async function context() {
  const { id, communes = [], areas = [], languages = [] } = effort();
  const { talk, commune, area } = app.choices;
  return {
    effort: id,
    session: await sitting(),
    shift: presentShift(),
    language: languages.includes(talk) ? talk : undefined,
    commune: communes.some(({ code }) => code === commune) ? commune : undefined,
    area: areas.some((one) => one.id === area) ? area : undefined,
  };
}
