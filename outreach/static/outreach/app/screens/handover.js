// The QR code in someone's hands: full screen, on white in every theme, as bright as the phone allows.

import { button, h } from "../h.js";
import { openSheet } from "../sheet.js";
import { effort, presentEvent } from "../store.js";
import { direction, languageName, t } from "../texts.js";

// The drawing stands alone in an <img>, so it names its own kind and scales by its own field.
export function standalone(svg) {
  const [opening] = /<svg[^>]*>/.exec(svg);
  const size = (name) => new RegExp(`\\s${name}="(\\d+)`).exec(opening)?.[1];
  let whole = opening;
  if (!opening.includes("xmlns=")) whole = whole.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"');
  if (!opening.includes("viewBox=")) whole = whole.replace("<svg", `<svg viewBox="0 0 ${size("width")} ${size("height")}"`);
  return svg.slice(svg.indexOf(opening)).replace(opening, whole);
}

// The link of the event one is at, which is credited with what it brings; else the effort's.
export function presentHandover() {
  const { handover, handover_at = [] } = effort() ?? {};
  const { id } = presentEvent();
  return handover_at.find(({ event }) => event === id) ?? handover;
}

export function openHandover() {
  const { url, qr, urls = {} } = presentHandover();
  openSheet({
    title: t("scan_me"),
    className: "sheet-full handover",
    build: (body) => {
      const status = h("p", { role: "status", class: "small" });
      const share = async (address, code) => {
        try {
          if (navigator.share) await navigator.share({ url: address, title: effort().title });
          else {
            await navigator.clipboard.writeText(address);
            status.textContent = t("copied", { language: languageName(code) });
          }
        } catch (error) {
          if (error.name !== "AbortError") status.textContent = address;
        }
      };
      body.append(
        h("img", { class: "qr", alt: t("qr_of", { address: url }), src: `data:image/svg+xml,${encodeURIComponent(standalone(qr))}` }),
        h("p", { class: "address", dir: "ltr" }, url.replace(/^https?:\/\//, "")),
        h("p", { class: "small" }, t("pass_the_link")),
        h("div", { class: "chips" }, Object.entries(urls).map(([code, address]) => (
          button(languageName(code), () => share(address, code), { class: "chip", lang: code, dir: direction(code) })
        ))),
        status,
      );
    },
  });
}
