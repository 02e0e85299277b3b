// The first screen: one tap logs an anonymous contact. Everything a thumb needs is in the lower half.

import { announce, LOGIN, part } from "../frame.js";
import { button, chip, h, icon } from "../h.js";
import { outcomeLabel, tone } from "../outcomes.js";
import { addContact, undo, UNDO_MS } from "../queue.js";
import { sendSoon } from "../sender.js";
import { app, canLog, changed, choose, context, effort, fail, nearEvents, presentEvent, sayEvent, sitting } from "../store.js";
import { capital, labelled, languageName, pick, t } from "../texts.js";
import { openDetails } from "./details.js";
import { openHandover, presentHandover } from "./handover.js";
import { openEvents, openLanguages, openPlaces } from "./pickers.js";

const TWICE_MS = 400;
const SHOWN_CHIPS = 3;
const choicesPlace = h("div", { class: "choices" });
const blockedPlace = h("div");
const slot = h("div", { class: "slot" });
const grid = h("div", { class: "outcomes", role: "group" });

let lastTap = { key: "", at: -TWICE_MS };
let logged = null; // what can still be undone: { row, key, timer }

// Each part is drawn anew by itself, so that a button never goes away under a finger because something else came in.
export const shows = () => [canLog(), canLog() ? "" : [app.refusal, app.session, Boolean(app.state)]];

export function refresh() {
  if (!canLog()) return;
  const { outcomes, blocked } = effort();
  const { talk, commune, area, latest_languages, latest_communes } = app.choices;
  const language = document.documentElement.lang;
  const { languages, communes, areas } = effort();
  const shown = [language, effort().id, languages, communes, areas, talk, commune, area, latest_languages, latest_communes,
    nearEvents().map(({ id, title }) => [id, title]), presentEvent()];
  part(choicesPlace, shown, choices);
  part(blockedPlace, [language, blocked], () => [
    blocked && h("p", { class: "notice notice-warn" }, t(blocked === "agreement" ? "blocked_agreement" : "blocked_certificate")),
  ]);
  drawSlot();
  part(grid, [language, outcomes], () => {
    grid.className = `outcomes${outcomes.length % 2 ? " odd" : ""}`;
    grid.setAttribute("aria-label", t("how_did_it_go"));
    return outcomes.map(outcomeButton);
  });
}

// The chosen one and those used last come first; the rest is behind "more".
function nearest(codes, chosen, latest = []) {
  const order = [...new Set([...(codes.includes(chosen) ? [chosen] : []), ...latest, ...codes])].filter((code) => codes.includes(code));
  const shown = order.slice(0, codes.length <= SHOWN_CHIPS + 1 ? codes.length : SHOWN_CHIPS);
  return codes.filter((code) => shown.includes(code)); // in the order of always, so that nothing jumps
}

function chipRow(label, codes, { chosen, latest, name, pickOne, more, hasMore }) {
  if (!codes.length) return null;
  const shown = nearest(codes, chosen, latest);
  return h("div", { class: "choice", role: "group", "aria-label": label },
    h("div", { class: "choice-head" },
      h("span", { class: "choice-label", "aria-hidden": "true" }, label),
      (hasMore || shown.length < codes.length) && button(t("more"), more, { class: "link", "data-key": `${label}-more` })),
    h("div", { class: "chips one-line" },
      shown.map((code) => chip(name(code), { pressed: code === chosen, onclick: () => pickOne(code), "data-key": `${label}-${code}` }))));
}

function choices() {
  const { languages = [], communes = [], areas = [] } = effort();
  const { talk, commune, area, latest_languages, latest_communes } = app.choices;
  const area_name = areas.find(({ id }) => id === area)?.name;
  return [
    eventRow(),
    chipRow(t("language_of_talk"), languages, {
      chosen: talk, latest: latest_languages, name: languageName, pickOne: (code) => chooseLanguage(code), more: () => openLanguages(chooseLanguage),
    }),
    chipRow(area_name ? `${t("commune")} · ${area_name}` : t("commune"), communes.map(({ code }) => code), {
      chosen: commune, latest: latest_communes,
      name: (code) => pick(communes.find((one) => one.code === code).name),
      pickOne: (code) => choosePlace(code), more: () => openPlaces(choosePlace), hasMore: areas.length > 0,
    }),
  ];
}

// At which event one is: by the shift worked now, and a tap away from another; asked once where it may be one of several.
function eventRow() {
  const near = nearEvents();
  if (!near.length) return null;
  const { id, asks } = presentEvent();
  const at = near.find((event) => event.id === id);
  if (!asks) {
    return h("div", { class: "event-line" },
      button(h("bdi", {}, at?.title ?? t("at_no_event")), () => openEvents(say), { class: `chip chip-more${at ? " is-at" : ""}`, "data-key": "event", "aria-label": labelled(t("at_event"), at?.title ?? t("at_no_event")) }),
      at && h("a", { class: "button small", href: `#door/${id}`, "data-key": "door" }, icon("door"), t("check_in")));
  }
  return h("div", { class: "choice asks", role: "group", "aria-label": t("are_you_at") },
    h("p", { class: "choice-label", "aria-hidden": "true" }, t("are_you_at")),
    h("div", { class: "chips" }, [...near.map((event) => [event.id, event.title]), [0, t("at_no_event")]].map(([key, words]) => (
      chip(words, { pressed: false, onclick: () => say(key), "data-key": `event-${key}`, dir: "auto" })
    ))));
}

const say = (id) => sayEvent(id).catch(fail);

const remember = (code, latest = []) => [code, ...latest.filter((other) => other !== code)].slice(0, SHOWN_CHIPS);

function chooseLanguage(code) {
  return choose({ talk: code, latest_languages: remember(code, app.choices.latest_languages) }).catch(fail);
}

function choosePlace(code, area) {
  return choose({ commune: code, area, latest_communes: remember(code, app.choices.latest_communes) }).catch(fail);
}

function drawSlot() {
  part(slot, [logged?.row.id, document.documentElement.lang, effort()?.id, presentHandover()?.url], () => {
    if (!logged) {
      return [
        button([icon("person"), t("with_details")], () => openDetails({}), { class: "button quiet" }),
        presentHandover()?.url && button([icon("qr"), t("show_qr")], openHandover, { class: "button quiet" }),
      ];
    }
    const { row, key } = logged;
    return [
      h("p", { class: "logged" }, icon("pledged"), h("span", {}, outcomeLabel(key))),
      button(t("add_details"), () => { close(); openDetails({ row }); }, { class: "button small" }),
      button([icon("undo"), t("undo")], () => takeBack(row, key), { class: "button small quiet" }),
    ];
  });
}

function close() {
  clearTimeout(logged?.timer);
  logged = null;
  drawSlot();
}

async function takeBack(row, key) {
  close();
  try {
    await undo(app.session.user, { root: row.root, at: row.record.at, effort: row.record.effort }, await sitting());
    await changed();
    announce(t("undone", { outcome: outcomeLabel(key) }));
    sendSoon();
  } catch (error) {
    notKept(error);
  }
}

function notKept(error) {
  navigator.vibrate?.([60, 60, 60]);
  announce(t("not_saved"), true);
  fail(error);
}

async function tap(key) {
  const now = performance.now();
  if (lastTap.key === key && now - lastTap.at < TWICE_MS) return;
  lastTap = { key, at: now };
  try {
    const row = await addContact(app.session.user, { ...(await context()), outcome: key });
    app.failure = null;
    clearTimeout(logged?.timer);
    logged = { row, key, timer: setTimeout(close, UNDO_MS) };
    navigator.vibrate?.(25);
    announce(t("logged", { outcome: outcomeLabel(key) }));
    drawSlot();
    await changed();
    sendSoon();
  } catch (error) {
    lastTap = { key: "", at: -TWICE_MS };
    notKept(error);
  }
}

function outcomeButton({ key, label }) {
  return h("button", { type: "button", class: `outcome outcome-${tone(key)}`, "data-key": key, "data-outcome": key, onclick: () => tap(key) },
    icon(key), h("span", {}, capital(pick(label))));
}

function nothingToLog() {
  const { user, signed_out } = app.session;
  const words = app.refusal || app.state?.content.notice || (app.state ? t("no_effort") : user && !signed_out ? t("loading") : t("welcome"));
  return h("main", { class: "screen welcome" },
    h("h1", { tabindex: "-1" }, app.state ? t("tab_log") : t("welcome_title")),
    h("p", { class: "lead" }, words),
    (!app.state || signed_out) && h("a", { class: "button wide", href: LOGIN }, t("sign_in")));
}

export function draw() {
  if (!canLog()) return nothingToLog();
  return h("main", { class: "screen log" },
    h("h1", { class: "visually-hidden", tabindex: "-1" }, t("tab_log")),
    choicesPlace, blockedPlace, h("div", { class: "thumb" }, slot, grid));
}
