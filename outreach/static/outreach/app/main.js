// Starts the app: opens the phone's storage, draws what is known, then lets the sender talk to the server.

import { putSetting } from "./db.js";
import { wipeDoors } from "./doors.js";
import { build, draw } from "./frame.js";
import { h } from "./h.js";
import { wipeOld } from "./queue.js";
import { refreshOpenShifts } from "./open_shifts.js";
import { send, start } from "./sender.js";
import { app, changed, fail, notify, reload, watch } from "./store.js";
import { direction, loadTexts, preferredLanguage, t } from "./texts.js";
import * as agenda from "./screens/agenda.js";
import * as door from "./screens/door.js";
import * as log from "./screens/log.js";
import * as records from "./screens/records.js";
import * as settings from "./screens/settings.js";

const SCREENS = { agenda, door, log, records, settings };
const HOUR_MS = 3_600_000;
// Whom the other phones at a door let in shows here within this time.
const DOOR_MS = 20_000;

let language;

// `#door/7` is a screen with what it is about.
const current = () => {
  const [name] = location.hash.slice(1).split("/");
  return Object.hasOwn(SCREENS, name) ? name : "log";
};

function applyTheme() {
  const { theme } = app.choices;
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
  else delete document.documentElement.dataset.theme;
}

async function applyLanguage() {
  const wanted = preferredLanguage(app.choices.language, app.state?.content.language);
  if (wanted === language) return;
  const before = language;
  language = wanted;
  try {
    await loadTexts(wanted);
  } catch (error) {
    language = before; // the words of before stay; without any there is nothing to draw
    if (!before) throw error;
    return;
  }
  document.querySelector("link[rel=manifest]").href = `/m/manifest.webmanifest?lang=${wanted}`;
  if (!app.failure) await putSetting("language", wanted);
}

async function show() {
  applyTheme();
  await applyLanguage();
  const screen = current();
  document.title = `${t(`tab_${screen}`)} · Carillon`;
  draw(screen, SCREENS[screen]);
}

async function wipe() {
  const wiped = await wipeOld();
  const left = await wipeDoors();
  if (wiped.length || left) await changed();
}

async function registerWorker() {
  if (!navigator.serviceWorker) return;
  const address = document.body.dataset.worker;
  let registration;
  try {
    registration = await navigator.serviceWorker.register(address, { type: "module" });
  } catch {
    registration = await navigator.serviceWorker.register(`${address}?plain`);
  }
  const look = () => {
    const waiting = registration.waiting && navigator.serviceWorker.controller ? registration.waiting : null;
    if (waiting === app.update) return;
    app.update = waiting;
    notify();
  };
  look();
  registration.addEventListener("updatefound", () => {
    registration.installing?.addEventListener("statechange", look);
  });
  const ask = () => { if (document.visibilityState === "visible") registration.update().catch(() => undefined); }; // no network: later
  document.addEventListener("visibilitychange", ask);
  setInterval(ask, HOUR_MS);
}

async function run() {
  const root = document.getElementById("app");
  try {
    await reload();
  } catch (error) {
    app.failure = error;
  }
  await applyLanguage();
  build(root);
  watch(() => { show().catch(fail); });
  watch(() => { if (app.connection === "online") refreshOpenShifts(HOUR_MS); });
  addEventListener("hashchange", () => {
    show().then(() => { scrollTo(0, 0); document.querySelector("#screen h1")?.focus(); }, fail);
  });
  await show();
  registerWorker().catch((error) => console.warn("no service worker:", error.message));
  if (app.failure) return;
  await wipe();
  setInterval(() => { wipe().catch(fail); }, HOUR_MS);
  setInterval(() => { if (current() === "door" && document.visibilityState === "visible") send(); }, DOOR_MS);
  start();
}

run().catch((error) => {
  const language_of_phone = navigator.language;
  document.documentElement.dir = direction(language_of_phone);
  document.getElementById("app").replaceChildren(h("main", { class: "starting" },
    h("h1", {}, "Carillon"), h("p", { class: "notice notice-bad", role: "alert" }, `Carillon could not start: ${error.message}`)));
});
