// Name, address and consent of somebody who wants to hear more: nobody is kept without a granted wording, and each wording
// is granted by a tap of its own, in the person's language, with how it reached them.

import { chip, h } from "../h.js";
import { direction, languageName, t } from "../texts.js";

const CHANNELS = { email: ["email"], phone: ["sms", "phone", "whatsapp"] };

export const addressKind = (address) => (address.includes("@") ? "email" : address.trim() ? "phone" : "");

// The part of the form for one person. `value()` is the contract's `person` or null; `problem()` is why it cannot be kept.
export function personPart({ consents, known = {}, language, fault = "" }) {
  const languages = [...new Set(consents.map((one) => one.language))];
  const given = new Map((known.consents ?? []).filter(({ granted }) => granted).map(({ text, given: how }) => [text, how]));
  let chosen = [known.language, language, document.documentElement.lang, languages[0]].find((code) => languages.includes(code));
  const faulty = (field) => (fault === `person.${field}` ? "true" : null);
  const name = h("input", {
    id: "person-name", autocomplete: "off", maxlength: "150", value: known.name ?? "", "aria-invalid": faulty("name"), enterkeyhint: "next",
  });
  const address = h("input", {
    id: "person-address", autocomplete: "off", autocapitalize: "off", spellcheck: "false", maxlength: "254", dir: "ltr",
    value: known.email || known.phone || "", "aria-invalid": faulty("email") ?? faulty("phone"), oninput: () => drawWordings(),
  });
  const wordings = h("div", { class: "wordings", "aria-live": "polite" });
  const fitting = () => {
    const channels = CHANNELS[addressKind(address.value)] ?? [];
    return consents.filter((one) => one.language === chosen && channels.includes(one.channel));
  };

  function wording({ text, body, organisation, privacy_url }) {
    const answer = (how) => {
      if (given.get(text) === how) given.delete(text);
      else given.set(text, how);
      drawWordings();
    };
    return h("div", { class: "wording" },
      h("blockquote", { lang: chosen, dir: direction(chosen) }, h("p", {}, body),
        h("p", { class: "small muted" }, organisation, privacy_url && [" · ", h("a", { href: privacy_url, target: "_blank", rel: "noopener" }, t("privacy"))])),
      h("div", { class: "chips", role: "group", "aria-label": t("says_yes") },
        chip(t("yes_shown"), { pressed: given.get(text) === "shown", onclick: () => answer("shown"), "data-key": `shown-${text}` }),
        chip(t("yes_read_aloud"), { pressed: given.get(text) === "read_aloud", onclick: () => answer("read_aloud"), "data-key": `read-${text}` })));
  }

  function drawWordings() {
    const focused = wordings.contains(document.activeElement) ? document.activeElement.dataset.key : "";
    const shown = fitting();
    wordings.replaceChildren(...[
      !addressKind(address.value) && h("p", { class: "small muted" }, t("wording_follows")),
      addressKind(address.value) && !shown.length && h("p", { class: "notice notice-warn" }, t("no_wording")),
      shown.length > 0 && languages.length > 1 && h("div", { class: "chips", role: "group", "aria-label": t("their_language") },
        languages.map((code) => chip(languageName(code), {
          pressed: code === chosen, lang: code, dir: direction(code), "data-key": `language-${code}`, onclick: () => { chosen = code; drawWordings(); },
        }))),
      ...shown.map(wording),
    ].filter(Boolean));
    if (focused) wordings.querySelector(`[data-key="${focused}"]`)?.focus();
  }

  drawWordings();
  const isEmpty = () => !name.value.trim() && !addressKind(address.value);
  const granted = () => fitting().filter(({ text }) => given.has(text));
  return {
    isEmpty,
    problem() {
      if (isEmpty()) return "";
      if (!addressKind(address.value)) return t("contact_missing");
      return granted().length ? "" : t("consent_missing");
    },
    value() {
      if (isEmpty()) return null;
      const kind = addressKind(address.value);
      return {
        name: name.value.trim(),
        email: kind === "email" ? address.value.trim() : "",
        phone: kind === "phone" ? address.value.trim() : "",
        language: chosen,
        consents: granted().map(({ text }) => ({ text, granted: true, given: given.get(text) })),
      };
    },
    focusFault() {
      (fault.endsWith("name") ? name : address).focus();
    },
    node: h("section", { class: "stack" },
      h("h3", {}, t("stay_in_touch")),
      h("div", { class: "field" }, h("label", { for: "person-name" }, t("name")), name),
      h("div", { class: "field" }, h("label", { for: "person-address" }, t("phone_or_email")), address),
      wordings),
  };
}
