// What needs attention, and one's own recent records with the way to correct them.

import { announce } from "../frame.js";
import { button, h, icon } from "../h.js";
import { countAsWalkIn, discardDoor, resend } from "../doors.js";
import { barrierLabel, chains, communeLabel, outcomeLabel, userRows, whereLabel } from "../outcomes.js";
import { correct, discard, mend, undo } from "../queue.js";
import { sendSoon } from "../sender.js";
import { ask, openSheet } from "../sheet.js";
import { app, changed, effort, efforts, events, fail, sitting } from "../store.js";
import { day, dayAndTime, languageName, t, time } from "../texts.js";
import { chipsOf, openDetails } from "./details.js";
import { scriptPart } from "./script.js";

const SHOWN = 100;

export const shows = () => [
  userRows().map(({ id, status, record, reason }) => [id, status, record.outcome, record.language, record.commune, reason]),
  app.doors.filter(({ status }) => status === "attention").map(({ id, reason }) => [id, reason]),
  app.state?.content.recent, app.session.user,
];

async function act(work, words) {
  try {
    await work();
    await changed();
    announce(words);
    sendSoon();
  } catch (error) {
    announce(t("not_saved"), true);
    fail(error);
  }
}

function attentionCard(row) {
  const { record } = row;
  const doDiscard = () => ask(t("discard_title"), [t("discard_hint")], [
    [t("discard"), () => act(() => discard(row.id), t("discarded")), "danger"],
  ]);
  return h("li", { class: "card attention" },
    h("h3", {}, record.outcome ? outcomeLabel(record.outcome, record.effort) : t("undo")),
    h("p", { class: "small muted" }, [dayAndTime(record.at), whereLabel(record)].filter(Boolean).join(" · ")),
    h("p", { class: "reason" }, icon("warning"), h("span", { dir: "auto" }, row.message || t("refused_by_server", { reason: row.reason }))),
    h("div", { class: "row" },
      record.type === "undo"
        ? button(t("send_again"), () => act(() => mend(row.id, record), t("saved")), { class: "button small" })
        : button(t("mend"), () => openDetails({ row, mending: true }), { class: "button small" }),
      button(t("discard"), doDiscard, { class: "button small quiet" })));
}

// A check-in the server did not take: who it was stands in the list of guests, as long as that is here.
function doorCard(row) {
  const { event, rsvp, at, type } = row.record;
  const name = app.guests.get(event)?.guests?.find(({ id }) => id === rsvp)?.name;
  const title = events().find(({ id }) => id === event)?.title;
  const doDiscard = () => ask(t("discard_title"), [t("discard_hint")], [
    [t("discard"), () => act(() => discardDoor(row.id), t("discarded")), "danger"],
  ]);
  return h("li", { class: "card attention" },
    h("h3", {}, h("bdi", {}, name ?? (rsvp ? rsvp.slice(0, 8).toUpperCase() : t("walk_in"))), type === "undo" && ` · ${t("undo")}`),
    h("p", { class: "small muted" }, [dayAndTime(at), title].filter(Boolean).join(" · ")),
    h("p", { class: "reason" }, icon("warning"), h("span", { dir: "auto" }, row.message || t("refused_by_server", { reason: row.reason }))),
    h("div", { class: "row" },
      row.reason === "unknown_guest" && type !== "undo"
        ? button(t("count_as_walk_in"), () => act(() => countAsWalkIn(row.id), t("saved")), { class: "button small" })
        : button(t("send_again"), () => act(() => resend(row.id), t("saved")), { class: "button small" }),
      button(t("discard"), doDiscard, { class: "button small quiet" })));
}

const STATUS = { waiting: "status_waiting", attention: "status_attention", done: "status_done" };

function recordLine(chain) {
  const { last, status } = chain;
  const isUndone = last.type === "undo";
  const label = isUndone ? t("taken_back") : outcomeLabel(last.outcome, chain.effort);
  return h("li", {}, h("button", {
    type: "button", class: `record${isUndone ? " is-undone" : ""}`, "data-key": chain.root, disabled: isUndone || status === "attention", onclick: () => openCorrection(chain),
  },
  h("span", { class: "record-time" }, time(chain.began)),
  h("span", { class: "record-main" }, h("strong", {}, label),
    h("span", { class: "small muted" }, whereLabel(last) || " ")),
  h("span", { class: `record-status small status-${status}` }, chain.has_person && [icon("person"), h("span", { class: "visually-hidden" }, t("has_person"))],
    t(STATUS[status]))));
}

function choiceOf(heading, keys, label, known) {
  const part = { chosen: known };
  part.node = chipsOf(keys, label, (key) => key === part.chosen, (key) => { part.chosen = key; }, heading);
  return part;
}

// Everything the chain's last word says, so that a correction changes only what was changed.
function asBefore(chain) {
  const { language, commune, area, shift, event, barriers, script, answers, outcome } = chain.last;
  return { language, commune, area, shift, event, barriers, script, answers, outcome };
}

// The answers to correct: only to the questions this phone has; answers to another version's stay as they were given.
function answersPart({ last }, frame) {
  if (!frame.script || (last.script && last.script !== frame.script.version)) return { node: null, value: () => ({}) };
  const { node, value } = scriptPart({ script: frame.script, answers: last.answers, language: document.documentElement.lang });
  return { node, value: () => {
    const answers = value();
    return { answers, script: Object.keys(answers).length ? frame.script.version : undefined };
  } };
}

function openCorrection(chain) {
  const frame = efforts().find(({ id }) => id === chain.effort) ?? effort();
  const { outcomes, languages = [], communes = [], barriers: offered = [] } = frame;
  const outcome = choiceOf(t("how_did_it_go"), outcomes.map(({ key }) => key), (key) => outcomeLabel(key, frame.id), chain.last.outcome);
  const language = choiceOf(t("language_of_talk"), languages, languageName, chain.last.language);
  const commune = choiceOf(t("commune"), communes.map(({ code }) => code), (code) => communeLabel(code, chain.effort), chain.last.commune);
  const barriers = new Set(chain.last.barriers ?? []);
  const known = [...new Set([...offered.map(({ key }) => key), ...barriers])]; // one no longer offered can still be taken away
  const answers = answersPart(chain, frame);
  const { user } = app.session;
  openSheet({
    title: t("correct"),
    className: "sheet-full",
    build: (body, sheet) => {
      body.append(...[
        h("p", { class: "muted" }, [dayAndTime(chain.began), whereLabel(chain.last)].filter(Boolean).join(" · ")),
        outcome.node,
        chipsOf(known, (key) => barrierLabel(key, frame.id), (key) => barriers.has(key),
          (key) => { if (!barriers.delete(key)) barriers.add(key); }, t("barriers")),
        answers.node, language.node, commune.node,
        button([icon("undo"), t("take_back")], () => {
          sheet.close();
          act(async () => undo(user, chain, await sitting()), t("undone", { outcome: outcomeLabel(chain.last.outcome, chain.effort) }));
        }, { class: "button wide quiet" }),
      ].filter(Boolean));
    },
    footer: (sheet) => button(t("save_correction"), () => {
      sheet.close();
      const moved = commune.chosen !== chain.last.commune ? { area: undefined } : {};
      act(async () => correct(user, chain, {
        ...asBefore(chain), ...moved, ...answers.value(), barriers: [...barriers].sort(),
        outcome: outcome.chosen, language: language.chosen, commune: commune.chosen, session: await sitting(),
      }), t("corrected"));
    }, { class: "button wide" }),
  });
}

function byDay(list) {
  const days = new Map();
  for (const chain of list) {
    const key = day(chain.began);
    days.set(key, [...(days.get(key) ?? []), chain]);
  }
  return [...days];
}

export function draw() {
  const attention = userRows().filter(({ status }) => status === "attention");
  const doors = app.doors.filter(({ user, status }) => user === app.session.user && status === "attention");
  const recent = chains().slice(0, SHOWN);
  return h("main", { class: "screen" },
    h("h1", { tabindex: "-1" }, t("tab_records")),
    attention.length + doors.length > 0 && h("section", { class: "stack", "aria-labelledby": "attention-title" },
      h("h2", { id: "attention-title" }, t("needs_attention")),
      h("p", { class: "muted" }, t("attention_hint")),
      h("ul", { class: "stack plain" }, attention.map(attentionCard), doors.map(doorCard))),
    h("p", { class: "muted" }, recent.length ? t("records_hint") : t("no_records")),
    byDay(recent).map(([label, list]) => h("section", {},
      h("h2", { class: "day" }, label), h("ul", { class: "records plain" }, list.map(recordLine)))));
}
