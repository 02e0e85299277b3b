// The sheet behind a contact: barriers, questions, the person. For a contact just logged, for a new one, or to mend a
// record the server refused.

import { announce } from "../frame.js";
import { button, chip, h } from "../h.js";
import { barrierLabel, outcomeLabel } from "../outcomes.js";
import { addContact, correct, mend } from "../queue.js";
import { sendSoon } from "../sender.js";
import { ask, openSheet } from "../sheet.js";
import { app, changed, context, effort, efforts, fail, sitting } from "../store.js";
import { t } from "../texts.js";
import { personPart } from "./person.js";
import { scriptPart } from "./script.js";

// Chips of which none, one or several are pressed, as `isPressed` and `toggle` have it.
export function chipsOf(keys, label, isPressed, toggle, heading) {
  if (!keys.length) return null;
  const chips = h("div", { class: "chips", role: "group", "aria-label": heading });
  const drawChips = () => chips.replaceChildren(...keys.map((key) => (
    chip(label(key), { pressed: isPressed(key), "data-key": key, onclick: () => { toggle(key); refocus(key); } })
  )));
  const refocus = (key) => { drawChips(); chips.querySelector(`[data-key="${CSS.escape(key)}"]`).focus(); };
  drawChips();
  return h("section", { class: "stack" }, h("h3", {}, heading), chips);
}

// `row`: the contact just logged, or one that needs attention (`mending`); without a row a new contact is made.
export function openDetails({ row = null, mending = false }) {
  const record = row?.record ?? {};
  const frame = efforts().find(({ id }) => id === record.effort) ?? effort();
  const barriers = new Set(record.barriers ?? []);
  let outcome = record.outcome ?? "";
  const language = record.language ?? app.choices.talk;
  const form = h("form", { class: "stack", "data-typed": null, novalidate: true });
  form.addEventListener("input", () => { form.dataset.typed = ""; });
  form.addEventListener("click", (event) => { if (event.target.closest(".chip")) form.dataset.typed = ""; });
  const questions = scriptPart({ script: frame.script, answers: record.answers, language: document.documentElement.lang });
  const person = frame.asks_identity
    ? personPart({ consents: frame.consents ?? [], known: record.person, language, fault: mending ? row.field : "" })
    : null;

  const content = () => ({
    outcome,
    barriers: [...barriers].sort(),
    answers: questions.value(),
    script: Object.keys(questions.value()).length ? frame.script.version : undefined,
    person: person?.value() ?? undefined,
  });

  async function keep(sheet) {
    const problem = !outcome ? t("choose_outcome") : person?.problem();
    sheet.alert(problem || "");
    if (problem) return;
    try {
      if (mending) await mend(row.id, { ...record, ...content() });
      else if (row) {
        const { effort: id, language: talk, commune, area, shift, event } = record;
        await correct(app.session.user, { root: row.root, effort: id, at: record.at, row }, { language: talk, commune, area, shift, event, session: await sitting(), ...content() });
      } else await addContact(app.session.user, { ...(await context()), ...content() });
      delete form.dataset.typed;
      sheet.close();
      navigator.vibrate?.(25);
      announce(t("logged", { outcome: outcomeLabel(outcome) }));
      await changed();
      sendSoon();
    } catch (error) {
      sheet.alert(t("not_saved"));
      fail(error);
    }
  }

  return openSheet({
    title: mending ? t("mend") : t("details"),
    className: "sheet-full",
    guard: (sheet) => {
      if (form.dataset.typed === undefined) return true;
      ask(t("leave_details"), [t("leave_details_hint")], [[t("discard_typed"), () => { delete form.dataset.typed; sheet.close(); }, "danger"]]);
      return false;
    },
    build: (body, sheet) => {
      form.addEventListener("submit", (event) => { event.preventDefault(); keep(sheet); });
      form.append(...[
        mending && h("p", { class: "notice notice-warn" }, row.message || t("refused_by_server", { reason: row.reason })),
        chipsOf(frame.outcomes.map(({ key }) => key), (key) => outcomeLabel(key, frame.id),
          (key) => key === outcome, (key) => { outcome = key; }, t("how_did_it_go")),
        chipsOf((frame.barriers ?? []).map(({ key }) => key), (key) => barrierLabel(key, frame.id), (key) => barriers.has(key),
          (key) => { if (!barriers.delete(key)) barriers.add(key); }, t("barriers")),
        questions.node,
        person?.node,
      ].filter(Boolean));
      body.append(form);
      if (mending && row.field?.startsWith("person")) requestAnimationFrame(() => person?.focusFault());
    },
    footer: (sheet) => button(mending ? t("send_again") : t("save"), () => keep(sheet), { class: "button wide" }),
  });
}
