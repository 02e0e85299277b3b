// Sheets with the whole list, for what the chips of the first screen do not show.

import { chip, h } from "../h.js";
import { openSheet } from "../sheet.js";
import { app, choose, effort, efforts, fail, nearEvents, presentEvent } from "../store.js";
import { languageName, pick, t } from "../texts.js";

function openList(title, choices) {
  openSheet({
    title,
    build: (body, sheet) => body.append(h("div", { class: "stack list" }, choices.map(({ words, pressed, act, inset }) => (
      chip(words, { pressed, onclick: () => { sheet.close(); act(); }, class: `chip wide${inset ? " inset" : ""}` })
    )))),
  });
}

export function openLanguages(chosen) {
  openList(t("language_of_talk"), effort().languages.map((code) => (
    { words: languageName(code), pressed: app.choices.talk === code, act: () => chosen(code) }
  )));
}

export function openPlaces(chosen) {
  const { communes, areas = [] } = effort();
  const { commune, area } = app.choices;
  openList(t("commune"), communes.flatMap(({ code, name }) => [
    { words: pick(name), pressed: commune === code && !area, act: () => chosen(code) },
    ...areas.filter((one) => one.commune === code).map(({ id, name: words }) => (
      { words, pressed: area === id, act: () => chosen(code, id), inset: true }
    )),
  ]));
}

export function openEvents(chosen) {
  const { id } = presentEvent();
  openList(t("at_event"), [...nearEvents(), { id: 0, title: t("at_no_event") }].map((event) => (
    { words: event.title, pressed: (id ?? 0) === event.id, act: () => chosen(event.id) }
  )));
}

export function openEfforts() {
  openList(t("effort"), efforts().map(({ id, title }) => (
    { words: title, pressed: effort().id === id, act: () => choose({ effort: id }).catch(fail) }
  )));
}
