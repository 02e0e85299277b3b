// Own shifts and trainings, readable without a network, and the way into one's own calendar.

import { announce } from "../frame.js";
import { button, h, icon } from "../h.js";
import { openShifts, refreshOpenShifts, takeShift } from "../open_shifts.js";
import { app, effort, events, fail, notify } from "../store.js";
import { day, dayAndTime, labelled, many, pick, t, time } from "../texts.js";

const FRESH_MS = 60_000;
const SHOWN_FIRST = 3;

let taking = 0; // the shift that is being asked for
let said = null; // what became of the last one: { words, tone }
let shows_all = false;

export const shows = () => [openShifts(), taking, said, shows_all, app.state?.content.events, app.state?.content.shifts, app.state?.content.trainings, app.state?.content.calendar_url, app.state?.checked_at];

const PRESENCE = new Set(["invited", "coming", "declined", "attended", "missed"]);

const hours = ({ starts_at, ends_at }) => `${time(starts_at)} – ${time(ends_at)}`;

function card(kind, entry, extras) {
  return h("li", { class: `card ${kind}` },
    h("p", { class: "eyebrow" }, day(entry.starts_at)),
    h("h3", {}, entry.title),
    h("p", { class: "hours" }, hours(entry)),
    extras.filter(Boolean).map((words) => h("p", { class: "muted" }, words)));
}

function eventCard(event) {
  return h("li", { class: "card event" },
    h("p", { class: "eyebrow" }, day(event.starts_at)),
    h("h3", {}, h("bdi", {}, event.title)),
    h("p", { class: "hours" }, hours(event)),
    event.place && h("p", { class: "muted" }, h("bdi", {}, event.place)),
    h("a", { class: "button wide", href: `#door/${event.id}`, "data-key": `door-${event.id}` }, icon("door"), t("check_in"),
      h("span", { class: "visually-hidden" }, labelled("", event.title))));
}

function list(heading, empty, cards) {
  return h("section", { class: "stack" }, h("h2", {}, heading),
    cards.length ? h("ul", { class: "stack plain" }, cards) : h("p", { class: "muted" }, empty));
}

async function take(shift) {
  if (taking) return;
  taking = shift.id;
  said = null;
  notify();
  const answer = await takeShift(shift.id).finally(() => { taking = 0; });
  if (answer === "taken") said = { words: t("shift_taken", { shift: shift.title }), tone: "good" };
  else said = { words: answer === "offline" ? t("take_offline") : answer || t("take_failed"), tone: "warn" };
  announce(said.words, said.tone === "warn");
  notify();
  document.querySelector(".open-shifts .notice")?.scrollIntoView({ block: "center" });
}

function openCard(shift) {
  return h("li", { class: "card open-shift" },
    h("p", { class: "eyebrow" }, day(shift.starts_at)),
    h("h3", {}, h("bdi", {}, shift.title)),
    h("p", { class: "hours" }, hours(shift)),
    shift.place && h("p", { class: "muted" }, h("bdi", {}, shift.place)),
    h("p", { class: "small" }, shift.language && [h("bdi", {}, shift.language), " · "], [many("free_places", shift.free), ...shift.remarks].join(" · ")),
    button([t(taking === shift.id ? "taking" : "take_shift"), h("span", { class: "visually-hidden" }, labelled("", shift.title))],
      () => take(shift).catch(fail), { class: "button wide quiet", "data-key": `take-${shift.id}`, "aria-disabled": taking === shift.id ? "true" : null }));
}

function openList() {
  const kept = openShifts();
  const shifts = kept?.shifts ?? [];
  if (!shifts.length && !said) return null;
  return h("section", { class: "stack open-shifts" }, h("h2", {}, t("open_shifts")),
    said && h("p", { class: `notice notice-${said.tone}` }, said.words),
    h("ul", { class: "stack plain" }, shifts.slice(0, shows_all ? undefined : SHOWN_FIRST).map(openCard)),
    !shows_all && shifts.length > SHOWN_FIRST && button(t("more"), () => { shows_all = true; notify(); }, { class: "link" }),
    kept && h("p", { class: "small muted" }, t("as_of", { time: dayAndTime(kept.at) })));
}

// Where there is no place with a name, the commune's.
const placeOf = ({ place, commune }) => place || pick((effort()?.communes ?? []).find(({ code }) => code === commune)?.name);

export function draw() {
  refreshOpenShifts(FRESH_MS);
  const { shifts = [], trainings = [], calendar_url } = app.state?.content ?? {};
  return h("main", { class: "screen" },
    h("h1", { tabindex: "-1" }, t("tab_agenda")),
    events().length > 0 && list(t("events"), "", events().map(eventCard)),
    list(t("shifts"), t("no_shifts"), shifts.map((shift) => (
      card("shift", shift, [placeOf(shift), shift.team, shift.notes])
    ))),
    openList(),
    list(t("trainings"), t("no_trainings"), trainings.map((training) => (
      card("training", training, [training.place, PRESENCE.has(training.presence) && t(`presence_${training.presence}`)])
    ))),
    calendar_url && h("section", { class: "stack" },
      h("a", { class: "button wide quiet", href: calendar_url.replace(/^https?:/, "webcal:") }, t("calendar_add")),
      h("p", { class: "small muted" }, t("calendar_hint"))),
    app.state && h("p", { class: "small muted" }, t("as_of", { time: dayAndTime(app.state.checked_at) })));
}
