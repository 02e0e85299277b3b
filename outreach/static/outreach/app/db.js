// The phone's own storage: IndexedDB `carillon`, stores `records`, `doors` (check-ins), `guests`, `state`, `settings`.
// No screen and no network here, so that the service worker can use it too.

import { openDB } from "./idb.js";

const NAME = "carillon";
const VERSION = 2;
// A record must survive an empty battery, so it is on the disk before the button gives way.
const DURABLE = { durability: "strict" };

let opened;

// Why nothing can be kept on this phone: `full` (no room left) or `blocked` (private window, storage switched off).
export class StorageFailure extends Error {
  constructor(kind, cause) {
    super(`storage ${kind}: ${cause?.name ?? ""} ${cause?.message ?? ""}`, { cause });
    this.kind = kind;
  }
}

function failure(error) {
  if (error instanceof StorageFailure) return error;
  return new StorageFailure(error?.name === "QuotaExceededError" ? "full" : "blocked", error);
}

async function database() {
  if (!globalThis.indexedDB) throw new StorageFailure("blocked", new Error("no IndexedDB"));
  opened ??= openDB(NAME, VERSION, {
    upgrade(base, before) {
      if (before < 1) {
        const records = base.createObjectStore("records", { keyPath: "id" });
        records.createIndex("user_status", ["user", "status"]);
        records.createIndex("root", "root");
        base.createObjectStore("state", { keyPath: "user" });
        base.createObjectStore("settings");
      }
      if (before < 2) {
        base.createObjectStore("doors", { keyPath: "id" });
        base.createObjectStore("guests", { keyPath: ["user", "event"] });
      }
    },
    terminated() { opened = undefined; },
    blocking(_current, _wanted, event) { event.target.close(); opened = undefined; },
  });
  try {
    return await opened;
  } catch (error) {
    opened = undefined;
    throw failure(error);
  }
}

async function inStore(store, mode, work) {
  const base = await database();
  try {
    const transaction = base.transaction(store, mode, mode === "readwrite" ? DURABLE : undefined);
    // Waited for together: a transaction that fails must not leave the other promise unheard.
    const [result] = await Promise.all([work(transaction.store), transaction.done]);
    return result;
  } catch (error) {
    throw failure(error);
  }
}

export const addRow = (row, name = "records") => inStore(name, "readwrite", (store) => store.add(row));
export const getRow = (id) => inStore("records", "readonly", (store) => store.get(id));
export const allRows = (name = "records") => inStore(name, "readonly", (store) => store.getAll());

// Let `change(row)` decide about each row of `ids` (all rows without): a row to keep instead, `null` to delete it,
// `undefined` to let it be. One transaction: all of it or nothing. Returns the rows that were kept instead.
export function changeRows(ids, change, name = "records") {
  return inStore(name, "readwrite", async (store) => {
    const rows = ids ? await Promise.all(ids.map((id) => store.get(id))) : await store.getAll();
    const changed = [];
    for (const row of rows) {
      const wanted = row && change(row);
      if (wanted === null) await store.delete(row.id);
      else if (wanted) changed.push(await store.put(wanted).then(() => wanted));
    }
    return changed;
  });
}

export const getState = (user) => inStore("state", "readonly", (store) => store.get(user));
export const putState = (state) => inStore("state", "readwrite", (store) => store.put(state));
export const deleteState = (user) => inStore("state", "readwrite", (store) => store.delete(user));

// Who is expected at an event, for one user: the only names on a phone that nobody here was told.
export const getGuests = (user, event) => inStore("guests", "readonly", (store) => store.get([user, event]));
export const putGuests = (row) => inStore("guests", "readwrite", (store) => store.put(row));

// Forget the lists of guests that `keep(row)` does not want kept; all of them without. Returns how many went.
export function wipeGuests(keep = () => false) {
  return inStore("guests", "readwrite", async (store) => {
    const gone = (await store.getAll()).filter((row) => !keep(row));
    for (const { user, event } of gone) await store.delete([user, event]);
    return gone.length;
  });
}

export const getSetting = (name) => inStore("settings", "readonly", (store) => store.get(name));
export const putSetting = (name, value) => inStore("settings", "readwrite", (store) => store.put(value, name));

// Change the settings kept under `name` in one go, so that two tabs do not undo each other's choice.
export function changeSetting(name, change) {
  return inStore("settings", "readwrite", async (store) => {
    const value = change((await store.get(name)) ?? {});
    await store.put(value, name);
    return value;
  });
}
