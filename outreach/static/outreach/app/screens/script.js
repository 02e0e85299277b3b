// The questions of a conversation, one after the other along the branches of the answers.

import { chip, h } from "../h.js";
import { pick, t } from "../texts.js";

// The keys of the questions asked so far: from the first on, along the answers. An option's `next` goes before the
// question's own; "" ends. A loop ends too: nothing is asked twice.
export function path(questions, answers) {
  const asked = [];
  let question = questions[0];
  while (question && !asked.includes(question.key)) {
    asked.push(question.key);
    const answer = answers[question.key];
    if (answer === undefined && question.kind === "choice") break;
    const option = question.kind === "choice" ? question.options.find(({ key }) => key === answer) : undefined;
    const next = option?.next || question.next;
    question = next ? questions.find(({ key }) => key === next) : undefined;
  }
  return asked;
}

// The part of the form for a script; `value()` holds the answers to what was asked, and nothing of branches left again.
export function scriptPart({ script, answers: known = {}, language }) {
  const answers = { ...known };
  const questions = script?.questions ?? [];
  const place = h("div", { class: "stack" });

  function choice({ key, options }) {
    return h("div", { class: "chips" }, options.map((option) => chip(pick(option.text, language), {
      pressed: answers[key] === option.key,
      "data-key": `${key}-${option.key}`,
      onclick: () => {
        if (answers[key] === option.key) delete answers[key];
        else answers[key] = option.key;
        draw();
      },
    })));
  }

  function line({ key }) {
    return h("input", {
      autocomplete: "off", maxlength: "300", value: answers[key] ?? "", "aria-labelledby": `question-${key}`,
      oninput: (event) => { if (event.target.value) answers[key] = event.target.value; else delete answers[key]; },
    });
  }

  function draw() {
    const focused = place.contains(document.activeElement) ? document.activeElement.dataset.key : "";
    place.replaceChildren(...path(questions, answers).map((key) => {
      const question = questions.find((one) => one.key === key);
      return h("div", { class: "question", role: "group", "aria-labelledby": `question-${key}` },
        h("p", { id: `question-${key}`, dir: "auto" }, pick(question.text, language)),
        question.kind === "choice" ? choice(question) : line(question));
    }));
    if (focused) place.querySelector(`[data-key="${focused}"]`)?.focus();
  }

  draw();
  return {
    node: questions.length ? h("section", { class: "stack" }, h("h3", {}, t("questions")), place) : null,
    value: () => Object.fromEntries(path(questions, answers).filter((key) => answers[key] !== undefined).map((key) => [key, answers[key]])),
  };
}
