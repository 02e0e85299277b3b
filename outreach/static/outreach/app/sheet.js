// A sheet over the screen: a <dialog>, so focus, Escape and the screen reader's idea of what is behind come with it.

import { button, h, icon } from "./h.js";
import { t } from "./texts.js";

let serial = 0;

// Open a sheet and return { close, body, alert }. `build(body, sheet)` fills it; `footer(sheet)` stays in sight
// below, with what `alert` says above it.
// `guard()` may say no to closing: it returns false while something typed would be lost and asks by itself.
export function openSheet({ title, build, footer, className = "", guard, onclose }) {
  const id = `sheet-${(serial += 1)}`;
  const body = h("div", { class: "sheet-body" });
  const problem = h("p", { class: "notice notice-bad", role: "alert", hidden: true });
  const sheet = {
    body,
    dialog: null,
    close: () => sheet.dialog.close(),
    alert(words) {
      problem.textContent = words;
      problem.hidden = !words;
      if (words) problem.scrollIntoView({ block: "nearest" });
    },
  };
  const leave = () => { if (!guard || guard(sheet)) sheet.close(); };
  sheet.dialog = h("dialog", { class: `sheet ${className}`, "aria-labelledby": id },
    h("div", { class: "sheet-head" },
      h("h2", { id, tabindex: "-1", autofocus: true }, title),
      h("button", { type: "button", class: "round", "aria-label": t("close"), onclick: leave }, icon("close"))),
    body, footer && h("div", { class: "sheet-foot" }, problem, footer(sheet)));
  sheet.dialog.addEventListener("cancel", (event) => { event.preventDefault(); leave(); });
  sheet.dialog.addEventListener("close", () => { sheet.dialog.remove(); onclose?.(); });
  document.body.append(sheet.dialog);
  build(body, sheet);
  sheet.dialog.showModal();
  return sheet;
}

// Ask before something that cannot be taken back. `choices`: [[words, action, class]]; the last way out is "cancel".
export function ask(title, paragraphs, choices) {
  return openSheet({
    title,
    className: "sheet-small",
    build: (body, sheet) => {
      body.append(
        ...paragraphs.map((words) => h("p", {}, words)),
        h("div", { class: "stack" },
          choices.map(([words, action, look = ""]) => button(words, () => { sheet.close(); action(); }, { class: `button wide ${look}` })),
          button(t("cancel"), () => sheet.close(), { class: "button wide quiet" })),
      );
    },
  });
}

export const typing = () => Boolean(document.querySelector("dialog[open] form[data-typed]"));
