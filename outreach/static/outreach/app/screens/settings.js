// Sending, language, looks, keeping, and the way out.

import { announce, connectionWords, LOGIN } from "../frame.js";
import { button, chip, h } from "../h.js";
import { changeSetting, deleteState, putSetting, wipeGuests } from "../db.js";
import { forgetDoneDoors } from "../doors.js";
import { forgetDone } from "../queue.js";
import { sendNow } from "../sender.js";
import { ask } from "../sheet.js";
import { app, changed, choose, fail, notify } from "../store.js";
import { signOutOnServer } from "../sync.js";
import { dayAndTime, direction, LANGUAGES, language, languageName, many, number, t } from "../texts.js";

const CLOCK_OFF_MS = 120_000;
const phone = { isKept: null, install: null };

addEventListener("beforeinstallprompt", (event) => {
  event.preventDefault();
  phone.install = event;
  notify();
});
addEventListener("appinstalled", () => { phone.install = null; notify(); });

const isInstalled = () => matchMedia("(display-mode: standalone)").matches || navigator.standalone === true;

async function look() {
  phone.isKept = (await navigator.storage?.persisted?.()) ?? false;
  notify();
}

export const shows = () => {
  if (phone.isKept === null) { phone.isKept = false; look().catch(fail); }
  const { theme, language: chosen } = app.choices;
  return [theme, chosen, phone.isKept, Boolean(phone.install), app.counts, app.session, app.state?.sent_at, app.state?.offset, app.state?.own_total, app.sending, app.connection];
};

async function keep() {
  phone.isKept = (await navigator.storage?.persist?.()) ?? false;
  announce(phone.isKept ? t("storage_kept") : t("storage_asked"));
  notify();
}

async function install() {
  await phone.install.prompt();
  phone.install = null;
  notify();
}

async function leave() {
  const { user } = app.session;
  try {
    await forgetDone(user);
    await forgetDoneDoors(user);
    await wipeGuests();
    await deleteState(user);
    await putSetting("session", { signed_out: true, owes_sign_out: true });
    await changeSetting("choices", ({ language: kept, theme }) => ({ language: kept, theme }));
    await changed();
    announce(t("signed_out"));
    location.hash = "#log";
    await sendNow(); // tells the server; without a network as soon as there is one
  } catch (error) {
    fail(error);
  }
}

function signOut() {
  const { unsent, persons } = app.counts;
  if (!unsent) return ask(t("sign_out_title"), [t("sign_out_all_sent")], [[t("sign_out"), leave]]);
  const words = [many("sign_out_unsent", unsent), persons && many("sign_out_persons", persons), t("sign_out_stays")];
  return ask(t("sign_out_title"), words.filter(Boolean), [
    [t("send_first"), async () => { await sendNow(); signOut(); }],
    [t("sign_out_anyway"), leave, "quiet"],
  ]);
}

function row(label, value) {
  return h("div", { class: "fact" }, h("dt", {}, label), h("dd", {}, value));
}

function radio(label, options) {
  return h("section", { class: "stack" }, h("h2", {}, label), h("div", { class: "chips", role: "group", "aria-label": label }, options));
}

export function draw() {
  const { state, session, counts } = app;
  const theme = app.choices.theme ?? "auto";
  const minutes = Math.round(Math.abs(state?.offset ?? 0) / 60_000);
  return h("main", { class: "screen" },
    h("h1", { tabindex: "-1" }, t("tab_settings")),
    h("section", { class: "card stack" },
      h("h2", {}, t("sending")),
      h("dl", { class: "facts" },
        row(t("state_label"), connectionWords()),
        row(t("unsent_label"), number(counts.unsent)),
        state && row(t("last_sent"), state.sent_at ? dayAndTime(state.sent_at) : t("never")),
        state && row(t("own_total"), number(state.own_total ?? 0)),
        state && row(t("signed_in_as"), state.content.name)),
      minutes * 60_000 >= CLOCK_OFF_MS && h("p", { class: "notice" }, many("clock_off", minutes)),
      button(app.sending ? t("state_sending") : t("send_now"), () => sendNow(), { class: "button wide", "data-key": "send", "aria-disabled": app.sending ? "true" : null })),
    radio(t("language"), LANGUAGES.map((code) => chip(languageName(code), {
      pressed: code === language(), lang: code, dir: direction(code), "data-key": `language-${code}`, onclick: () => choose({ language: code }).catch(fail),
    }))),
    radio(t("theme"), ["auto", "light", "dark"].map((name) => chip(t(`theme_${name}`), {
      pressed: name === theme, "data-key": `theme-${name}`, onclick: () => choose({ theme: name }).catch(fail),
    }))),
    h("section", { class: "stack" }, h("h2", {}, t("this_phone")),
      h("p", { class: "muted" }, isInstalled() ? t("installed") : t("install_hint")),
      phone.install && button(t("install"), () => install().catch(fail), { class: "button wide quiet" }),
      h("p", { class: "muted" }, phone.isKept ? t("storage_kept") : t("storage_hint")),
      !phone.isKept && button(t("storage_keep"), () => keep().catch(fail), { class: "button wide quiet", "data-key": "keep" }),
      h("p", { class: "small muted" }, t("person_wiped_hint"))),
    session.user && !session.signed_out && h("a", { class: "button wide quiet", href: `/${language()}/volunteers/me/` }, t("own_page")),
    session.user && !session.signed_out
      ? button(t("sign_out"), signOut, { class: "button wide quiet", "data-key": "sign-out" })
      : h("a", { class: "button wide", href: LOGIN }, t("sign_in")),
    h("p", { class: "small muted version" }, t("version", { version: document.body.dataset.version })));
}
