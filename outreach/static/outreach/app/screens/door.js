// The door of an event: one tap lets a guest in, without a network too. Names are found by a few letters or the code
// below the QR code; people without a registration are counted.

import { prepareDecoder } from "../decoder.js";
import { changePeople, checkIn, doorView, takeBack } from "../doors.js";
import { announce, part } from "../frame.js";
import { putGuests } from "../db.js";
import { button, h, icon } from "../h.js";
import { UNDO_MS } from "../queue.js";
import { send, sendSoon } from "../sender.js";
import { openSheet } from "../sheet.js";
import { app, changed, events, fail, realTime } from "../store.js";
import { dayAndHour, dayAndTime, labelled, many, number, t, time } from "../texts.js";
import { openScan } from "./scan.js";

const TWICE_MS = 400;
const MOST_SHOWN = 100;
const CODE = /^[0-9A-F]{4,8}$/;

const search = h("input", { type: "search", id: "door-search", autocomplete: "off", autocapitalize: "off", spellcheck: "false", enterkeyhint: "search", dir: "auto" });
const figures = h("dl", { class: "door-figures" });
const listPlace = h("div", { class: "door-list" });
const slot = h("div", { class: "door-slot", role: "group" });
const foot = h("div", { class: "door-bar" });

let walkers = 1; // how many walk in together
let logged = null; // what can still be undone with one tap: { known, rsvp, words, timer }
let lastTap = { key: "", at: -TWICE_MS };
let opened; // the list that was last asked for

search.addEventListener("input", () => refresh());

const eventId = () => Number(location.hash.split("/")[1]) || events()[0]?.id;
const event = () => events().find(({ id }) => id === eventId());
const kept = () => app.guests.get(eventId());
const view = () => doorView(kept(), app.doors, app.session.user, eventId());

// Letters without their accents and in small: "Łukasz Åström" is found by "lukasz astrom".
const PLAIN = { ł: "l", ø: "o", đ: "d", ð: "d", ß: "ss", æ: "ae", œ: "oe", ı: "i", þ: "th" };
export const fold = (words) => words.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().replace(/[łøđðßæœıþ]/g, (letter) => PLAIN[letter]);

const codeOf = ({ id }) => id.slice(0, 8).toUpperCase();

// Who is meant by what was typed: every word begins a part of the name, or it is the beginning of a code.
export function findGuests(guests, typed) {
  const words = fold(typed).split(/\s+/).filter(Boolean);
  const code = typed.replace(/[\s-]/g, "").toUpperCase();
  if (!words.length) return guests.filter(({ status, in: presence }) => status !== "cancelled" || presence);
  return guests.filter((guest) => {
    const parts = fold(guest.name).split(/[\s'’-]+/);
    return words.every((word) => parts.some((one) => one.startsWith(word))) || (CODE.test(code) && codeOf(guest).startsWith(code));
  });
}

// A list of an event one only runs is fetched when it is opened, not before: names are on as few phones as can be.
async function ask() {
  const { id, names_from, names_until } = event();
  const real = realTime();
  if (real < Date.parse(names_from) || real >= Date.parse(names_until)) return;
  if (!kept()) await putGuests({ user: app.session.user, event: id, asked_at: 0, until: Date.parse(names_until) - (app.state.offset ?? 0) });
  await send();
}

async function keep(work) {
  try {
    const row = await work();
    app.failure = null;
    await changed();
    sendSoon();
    return row ?? true;
  } catch (error) {
    navigator.vibrate?.([60, 60, 60]);
    announce(t("not_saved"), true);
    fail(error);
    return null;
  }
}

const saidIn = (guest) => t({ waiting: "in_from_waiting", cancelled: "in_from_cancelled" }[guest.status] ?? "is_in", { name: guest.name });

function offerUndo(row, words, guest) {
  clearTimeout(logged?.timer);
  logged = { known: row.id, rsvp: guest?.id, words, timer: setTimeout(closeSlot, UNDO_MS) };
  navigator.vibrate?.(25);
  announce(words);
  refresh();
}

function closeSlot() {
  clearTimeout(logged?.timer);
  logged = null;
  refresh();
}

// Let a guest in as registered. Returns what was said of it.
async function letIn(guest, via) {
  if (guest.in) return { words: t("already_in", { name: guest.name, time: time(guest.in.at) }), tone: "warn" };
  const row = await keep(() => checkIn(app.session.user, { event: eventId(), rsvp: guest.id, people: guest.party, via }));
  if (!row) return { words: t("not_saved"), tone: "bad" };
  search.value = "";
  offerUndo(row, saidIn(guest), guest);
  return { words: [saidIn(guest), many("people", guest.party)].join(" · "), tone: guest.status === "coming" || guest.status === "offered" ? "good" : "warn" };
}

async function undoLogged({ known, rsvp, words }) {
  closeSlot();
  if (await keep(() => takeBack(app.session.user, { event: eventId(), rsvp, known }))) announce(labelled(t("taken_back"), words));
}

async function walkIn() {
  const people = walkers;
  walkers = 1;
  const row = await keep(() => checkIn(app.session.user, { event: eventId(), people, via: "walk_in" }));
  if (row) offerUndo(row, many("walked_in", people));
}

function tap(guest) {
  const now = performance.now();
  if (lastTap.key === guest.id && now - lastTap.at < TWICE_MS) return;
  lastTap = { key: guest.id, at: now };
  if (guest.in) openGuest(guest);
  else letIn(guest, "search");
}

// One more or fewer; at least one.
function stepper(label, value, changedTo, most = 500) {
  const step = (by, words, sign) => button(sign, () => changedTo(Math.min(most, Math.max(1, value() + by))), { class: "round step", "aria-label": words });
  return h("div", { class: "stepper", role: "group", "aria-label": label },
    step(-1, t("one_fewer"), "−"), h("output", { "aria-live": "polite" }, number(value())), step(1, t("one_more"), "+"));
}

function openGuest(guest) {
  let people = guest.in.people;
  const place = h("div");
  const drawStepper = () => part(place, people, () => stepper(t("people_here"), () => people, (value) => { people = value; drawStepper(); }));
  openSheet({
    title: guest.name,
    build: (body, sheet) => {
      drawStepper();
      body.append(
        h("p", { class: "muted" }, [t("in_since", { time: time(guest.in.at) }), t(`guest_${guest.status}`), many("people_registered", guest.party)].join(" · ")),
        h("h3", {}, t("people_here")), place,
        button(t("save"), async () => {
          sheet.close();
          const told = { event: eventId(), rsvp: guest.id, known: guest.in.id, people, via: "search" };
          if (people !== guest.in.people && await keep(() => changePeople(app.session.user, told))) announce(t("saved"));
        }, { class: "button wide" }),
        button([icon("undo"), t("not_here")], () => { sheet.close(); undoLogged({ known: guest.in.id, rsvp: guest.id, words: guest.name }); }, { class: "button wide quiet" }),
      );
    },
  });
}

function openWalkIns() {
  openSheet({
    title: t("walk_ins"),
    build: (body, sheet) => body.append(h("ul", { class: "records plain" }, view().walk_ins.map((one) => h("li", { class: "record" },
      h("span", { class: "record-time" }, time(one.at)),
      h("span", { class: "record-main" }, h("strong", {}, many("people", one.people))),
      button([icon("undo"), t("undo")], () => { sheet.close(); undoLogged({ known: one.id, words: many("people", one.people) }); }, { class: "button small quiet" }))))),
  });
}

async function sha(token) {
  const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(token)));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("").slice(0, 16);
}

// Who holds a code: of a QR code the part of the address that is the token, or the letters printed below it.
async function guestOf(scanned) {
  const { guests } = view();
  const code = scanned.replace(/[\s-]/g, "").toUpperCase();
  const typed = /^[0-9A-F]{6,8}$/.test(code) ? guests.filter((guest) => codeOf(guest).startsWith(code)) : [];
  if (typed.length === 1) return typed[0];
  for (const piece of scanned.split(/[/?#&=\s]+/).filter((one) => one.length > 15).reverse()) {
    const hash = await sha(piece);
    const found = guests.find(({ qr }) => qr === hash);
    if (found) return found;
  }
  return null;
}

async function scanned(text, via) {
  const guest = await guestOf(text);
  return guest ? letIn(guest, via) : { words: t("code_unknown"), tone: "bad" };
}

function guestLine(guest) {
  const { in: presence } = guest;
  const state = presence
    ? [icon("pledged"), h("span", {}, t("in_since", { time: time(presence.at) }), presence.unsent && h("span", { class: "visually-hidden" }, ` · ${t("status_waiting")}`))]
    : [h("span", {}, t(`guest_${guest.status}`))];
  const people = presence?.people ?? guest.party;
  return h("li", {}, h("button", {
    type: "button", class: `record guest guest-${presence ? "in" : guest.status}`, "data-key": guest.id, "data-guest": guest.name, onclick: () => tap(guest),
  },
  h("span", { class: "record-main" }, h("strong", {}, h("bdi", {}, guest.name)), people > 1 && h("span", { class: "small muted" }, many("people", people))),
  h("span", { class: "record-status small guest-state" }, state)));
}

function list(guests, found) {
  if (!kept()?.guests) return h("p", { class: "notice notice-warn" }, t("guests_missing"));
  if (!guests.length) return h("p", { class: "muted" }, t("guests_none"));
  if (!found.length) return h("p", { class: "muted" }, t("guests_unfound"));
  return [
    h("ul", { class: "records plain", "aria-label": t("guests") }, found.slice(0, MOST_SHOWN).map(guestLine)),
    found.length > MOST_SHOWN && h("p", { class: "small muted" }, t("guests_more")),
  ];
}

export const shows = () => [event(), eventId(), app.session.user];

export function refresh() {
  if (!event()) return;
  const language = document.documentElement.lang;
  const { guests, walk_ins, walked, people_in, expected } = view();
  const found = findGuests(guests, search.value);
  const asked = kept()?.asked_at;
  part(figures, [language, people_in, expected, walked], () => [
    h("div", { class: "figure figure-in" }, h("dt", {}, t("door_in")), h("dd", { "data-figure": "in" }, number(people_in))),
    h("div", { class: "figure" }, h("dt", {}, t("door_expected")), h("dd", { "data-figure": "expected" }, number(expected))),
    h("div", { class: "figure" }, h("dt", {}, t("walk_ins")), h("dd", { "data-figure": "walked" },
      walk_ins.length ? button(number(walked), openWalkIns, { class: "link", "aria-label": labelled(t("walk_ins"), number(walked)) }) : number(0))),
  ]);
  part(listPlace, [language, eventId(), found, guests.length, Boolean(kept()?.guests), asked && time(asked)], () => [
    list(guests, found),
    asked > 0 && h("p", { class: "small muted" }, t("as_of", { time: dayAndTime(asked) }), h("br"), t("names_leave")),
  ]);
  part(slot, [language, logged?.known], () => logged && [
    h("p", { class: "logged" }, icon("pledged"), h("span", { dir: "auto" }, logged.words)),
    button([icon("undo"), t("undo")], () => undoLogged(logged), { class: "button small quiet", "data-key": "undo" }),
  ]);
  part(foot, [language, walkers], () => [
    stepper(t("walk_ins_now"), () => walkers, (value) => { walkers = value; refresh(); }),
    button(many("walk_in_button", walkers), walkIn, { class: "button", "data-key": "walk-in" }),
  ]);
}

function otherEvents() {
  if (events().length < 2) return null;
  return h("div", { class: "chips one-line", role: "group", "aria-label": t("events") }, events().map(({ id, title }) => (
    h("a", { class: "chip", href: `#door/${id}`, "aria-current": id === eventId() ? "page" : null, dir: "auto" }, title)
  )));
}

export function draw() {
  const shown = event();
  if (!shown) {
    return h("main", { class: "screen welcome" }, h("h1", { tabindex: "-1" }, t("tab_door")), h("p", { class: "lead" }, t("no_door")));
  }
  const asked = `${app.session.user} ${shown.id}`;
  if (opened !== asked) {
    opened = asked;
    search.value = "";
    ask().catch(fail);
    prepareDecoder().catch(() => undefined); // no network: the code is typed
  }
  return h("main", { class: "screen door" },
    h("div", { class: "door-head" },
      h("h1", { tabindex: "-1" }, h("span", { class: "visually-hidden" }, labelled(t("tab_door"), "")), h("bdi", {}, shown.title)),
      h("p", { class: "small muted" }, dayAndHour(shown.starts_at))),
    otherEvents(), figures,
    h("div", { class: "field" }, h("label", { for: "door-search" }, t("door_search")),
      h("div", { class: "door-search" }, search,
        button([icon("qr"), h("span", { class: "visually-hidden" }, t("scan"))], () => openScan(scanned), { class: "button quiet", "data-key": "scan" }))),
    listPlace,
    h("div", { class: "thumb" }, slot, foot));
}
