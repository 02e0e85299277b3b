// The camera as a reader of QR codes, one after the other, where the phone can; else the code is typed.

import { hasOwnReader, loadDecoder } from "../decoder.js";
import { button, h } from "../h.js";
import { openSheet } from "../sheet.js";
import { t } from "../texts.js";

const LOOK_MS = 200;
const AGAIN_MS = 4_000; // the same code before the camera is the same person

// Returns what finds the text of a code in a picture: the browser's own reader, else ours. Null where there is no camera.
async function reader() {
  if (!navigator.mediaDevices?.getUserMedia) return null;
  if (!(await hasOwnReader())) return loadDecoder();
  const detector = new BarcodeDetector({ formats: ["qr_code"] });
  return async (picture) => (await detector.detect(picture).catch(() => []))[0]?.rawValue; // no picture yet: nothing
}

// `read(text, via)` says what became of a code: { words, tone } with tone good, warn or bad.
export function openScan(read) {
  const result = h("p", { class: "scan-result", role: "status" });
  const video = h("video", { class: "scan-video", playsinline: true, muted: true, hidden: true });
  const hint = h("p", { class: "muted" }, t("scan_type"));
  const code = h("input", { id: "scan-code", autocomplete: "off", autocapitalize: "characters", spellcheck: "false", dir: "ltr", maxlength: "300" });
  let stream;
  let timer;
  let last = { text: "", at: -AGAIN_MS };

  async function take(text, via) {
    const { words, tone } = await read(text, via);
    result.className = `scan-result notice notice-${tone}`;
    result.textContent = words;
  }

  async function look(find) {
    const text = await find(video);
    const now = performance.now();
    if (text && (text !== last.text || now - last.at > AGAIN_MS)) {
      last = { text, at: now };
      await take(text, "qr");
    }
    if (stream?.active) timer = setTimeout(look, LOOK_MS, find);
  }

  async function start(sheet) {
    const find = await reader();
    if (!find) return;
    const camera = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
    if (!sheet.dialog.isConnected) return stop(camera);
    stream = camera;
    video.srcObject = camera;
    video.hidden = false;
    hint.textContent = t("scan_hold");
    await video.play();
    await look(find);
  }

  function stop(camera = stream) {
    clearTimeout(timer);
    camera?.getTracks().forEach((track) => track.stop());
  }

  const sheet = openSheet({
    title: t("scan"),
    className: "sheet-full",
    onclose: () => stop(),
    build: (body) => {
      const form = h("form", { class: "stack", novalidate: true },
        h("div", { class: "field" }, h("label", { for: "scan-code" }, t("scan_code")), code),
        button(t("let_in"), () => form.requestSubmit(), { class: "button wide" }));
      form.addEventListener("submit", (event) => {
        event.preventDefault();
        if (code.value.trim()) take(code.value.trim(), "qr").then(() => { code.value = ""; code.focus(); });
      });
      body.append(video, result, hint, form);
    },
  });
  start(sheet).catch((error) => { hint.textContent = t(error.name === "NotAllowedError" ? "scan_denied" : "scan_type"); }); // no camera, or not allowed
}
