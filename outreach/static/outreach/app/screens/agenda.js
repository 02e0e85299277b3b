// Own shifts and trainings, readable without a network, and the way into one's own calendar.

import { h, icon } from "../h.js";
import { app, events } from "../store.js";
import { day, dayAndTime, t, time } from "../texts.js";

export const shows = () => [app.state?.content.events, app.state?.content.shifts, app.state?.content.trainings, app.state?.content.calendar_url, app.state?.checked_at];

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
      h("span", { class: "visually-hidden" }, `: ${event.title}`)));
}

function list(heading, empty, cards) {
  return h("section", { class: "stack" }, h("h2", {}, heading),
    cards.length ? h("ul", { class: "stack plain" }, cards) : h("p", { class: "muted" }, empty));
}

export function draw() {
  const { shifts = [], trainings = [], calendar_url } = app.state?.content ?? {};
  return h("main", { class: "screen" },
    h("h1", { tabindex: "-1" }, t("tab_agenda")),
    events().length > 0 && list(t("events"), "", events().map(eventCard)),
    list(t("shifts"), t("no_shifts"), shifts.map((shift) => (
      card("shift", shift, [[shift.place, shift.commune].filter(Boolean).join(" · "), shift.team, shift.notes])
    ))),
    list(t("trainings"), t("no_trainings"), trainings.map((training) => (
      card("training", training, [training.place, PRESENCE.has(training.presence) && t(`presence_${training.presence}`)])
    ))),
    calendar_url && h("section", { class: "stack" },
      h("a", { class: "button wide quiet", href: calendar_url.replace(/^https?:/, "webcal:") }, t("calendar_add")),
      h("p", { class: "small muted" }, t("calendar_hint"))),
    app.state && h("p", { class: "small muted" }, t("as_of", { time: dayAndTime(app.state.checked_at) })));
}
