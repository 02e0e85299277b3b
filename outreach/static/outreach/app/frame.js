// What stands around every screen: counters and state above, banners below them, the way between screens at the thumb.

import { button, h, icon } from "./h.js";
import { openEfforts } from "./screens/pickers.js";
import { app, effort, efforts } from "./store.js";
import { labelled, many, number, t } from "./texts.js";
import { typing } from "./sheet.js";

export const TABS = ["log", "records", "agenda", "settings"];
const LOGIN = "/account/login/?next=/m/";

const parts = { today: h("strong"), unsent: h("strong") };
const place = h("div", { id: "screen" });
const header = h("header", { class: "top" });
const banners = h("div", { class: "banners" });
const nav = h("nav", { class: "tabs" });
const polite = h("div", { class: "visually-hidden", role: "status", "aria-live": "polite" });
const urgent = h("div", { class: "visually-hidden", role: "alert" });
const drawn = new WeakMap();

// Draw a part anew only when what it shows has changed: a button must not go away under a finger.
export function part(element, shows, build) {
  const key = JSON.stringify(shows);
  if (drawn.get(element) === key) return;
  drawn.set(element, key);
  const focused = element.contains(document.activeElement) ? document.activeElement.dataset.key : undefined;
  element.replaceChildren(...[build()].flat(2).filter(Boolean));
  if (focused) element.querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus();
}

export function announce(words, isUrgent = false) {
  const region = isUrgent ? urgent : polite;
  region.textContent = "";
  requestAnimationFrame(() => { region.textContent = words; });
}

export function connectionWords() {
  if (app.sending && app.counts.unsent) return t("state_sending");
  if (app.connection === "offline") return t("state_offline");
  if (app.connection === "busy") return t("state_busy");
  return app.connection === "online" ? t("state_online") : t("state_unknown");
}

// Which effort is worked for; a button where there are several.
function whichEffort() {
  const title = h("bdi", {}, effort()?.title ?? "Carillon");
  if (efforts().length < 2) return h("span", { class: "where-title" }, title);
  return h("button", { type: "button", class: "where-title", onclick: openEfforts, "data-key": "effort", "aria-label": labelled(t("effort"), effort().title) },
    title, icon("open"));
}

function drawHeader() {
  const { today, unsent } = app.counts;
  const words = connectionWords();
  part(header, [today, unsent, words, effort()?.title, efforts().length, document.documentElement.lang], () => {
    const isOff = app.connection === "offline" || app.connection === "busy";
    parts.today.textContent = number(today);
    parts.unsent.textContent = number(unsent);
    return [
      h("div", { class: "where" },
        whichEffort(),
        h("span", { class: `link-state${isOff ? " is-off" : ""}` }, icon(isOff ? "offline" : "online"), words)),
      h("dl", { class: "counters" },
        h("div", { class: "counter" }, h("dt", {}, t("today")), h("dd", {}, parts.today)),
        h("div", { class: `counter${unsent ? " has-unsent" : ""}` }, h("dt", {}, t("unsent_label")), h("dd", {}, parts.unsent))),
    ];
  });
}

function drawBanners() {
  const { unsent, attention, others } = app.counts;
  const { signed_out } = app.session;
  const kind = app.failure?.kind;
  const shows = [app.failure?.message, app.refusal, signed_out, unsent, attention, others, Boolean(app.update), location.hash, document.documentElement.lang];
  part(banners, shows, () => [
    app.failure && h("div", { class: "notice notice-bad", role: "alert" },
      h("p", {}, kind === "full" ? t("storage_full") : kind === "blocked" ? t("storage_blocked") : t("app_failed", { what: app.failure.message }))),
    app.refusal && h("div", { class: "notice notice-warn" }, h("p", {}, app.refusal)),
    signed_out && app.session.user && h("div", { class: "notice notice-warn" },
      h("p", {}, unsent ? many("sign_in_to_send", unsent) : t("signed_out_hint")),
      h("a", { class: "button small", href: LOGIN }, t("sign_in"))),
    others > 0 && app.session.user && h("div", { class: "notice" }, h("p", {}, many("of_another", others))),
    attention > 0 && location.hash !== "#records" && h("a", { class: "notice notice-warn notice-link", href: "#records" },
      icon("warning"), h("span", {}, many("attention_banner", attention))),
    app.update && h("div", { class: "notice notice-good" },
      h("p", {}, t("new_version")), button(t("reload"), takeOver, { class: "button small" })),
  ]);
}

function drawTabs(current) {
  part(nav, [current, app.counts.attention, document.documentElement.lang], () => {
    nav.setAttribute("aria-label", t("screens"));
    return TABS.map((tab) => h("a", { href: `#${tab}`, "data-key": tab, "aria-current": tab === current ? "page" : null },
      icon(tab), h("span", {}, t(`tab_${tab}`)),
      tab === "records" && app.counts.attention > 0 && h("span", { class: "badge" }, number(app.counts.attention),
        h("span", { class: "visually-hidden" }, ` ${t("needs_attention")}`))));
  });
}

// Only ever by a tap, and not while something typed would be lost.
function takeOver() {
  if (typing()) return announce(t("finish_typing"), true);
  navigator.serviceWorker.addEventListener("controllerchange", () => location.reload(), { once: true });
  return app.update.postMessage("take over");
}

export function build(root) {
  root.replaceChildren(header, banners, place, nav, polite, urgent);
}

export function draw(current, screen) {
  drawHeader();
  drawBanners();
  drawTabs(current);
  document.body.dataset.screen = current;
  part(place, [current, document.documentElement.lang, screen.shows()], () => screen.draw());
  screen.refresh?.();
}

export { LOGIN };
