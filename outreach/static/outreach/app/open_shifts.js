// Shifts that still need somebody: fetched with a network and kept to be read without one. Taking one needs it, because
// others may take the same place at the same moment.

import { putSetting } from "./db.js";
import { send } from "./sender.js";
import { app, changed } from "./store.js";
import { ask } from "./sync.js";

const ADDRESS = "/outreach/api/shifts";
let asking;
let asked_at = 0;

export const openShifts = () => (app.open_shifts?.user === app.session.user ? app.open_shifts : null);

// Ask for them unless they came within `fresh` milliseconds. Without a network those of before stay.
export function refreshOpenShifts(fresh) {
  const { user, signed_out } = app.session;
  if (!user || signed_out || app.refusal || Date.now() - Math.max(openShifts()?.at ?? 0, asked_at) < fresh) return asking;
  asked_at = Date.now();
  asking ??= fetchThem(user).catch(() => undefined).finally(() => { asking = undefined; });
  return asking;
}

async function fetchThem(user) {
  const { status, body } = await ask(ADDRESS);
  if (status !== 200 || body?.user !== user) return;
  await putSetting("open_shifts", { user, at: Date.now(), shifts: body.shifts });
  await changed();
}

// Returns "taken", "offline", or what the server says against it; "" where it says nothing.
export async function takeShift(id) {
  const body = JSON.stringify({ user: app.session.user });
  const answer = await ask(`${ADDRESS}/${id}/take`, { method: "POST", headers: { "Content-Type": "application/json" }, body }).catch(() => null);
  if (!answer) return "offline";
  const taken = answer.status === 200;
  if (taken) await send(); // the shift comes with the state
  await refreshOpenShifts(0);
  return taken ? "taken" : answer.body?.message ?? "";
}
