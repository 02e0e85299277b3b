// Makes the commune's form as a PDF out of what somebody types, on their device alone: no request carries any of it,
// and nothing is kept. The library and the font come from this site the first time a field is touched.

const PAGE = { width: 210, margin: 20 }; // millimetres, A4
const LOWEST = 232; // where the signature must begin, in millimetres from the top
const form = document.querySelector("[data-commune-form]");
const paper = form && JSON.parse(document.getElementById("commune-form-paper").textContent);
let address = null;
let tools = null;

function loadScript(source) {
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = source;
    script.onload = resolve;
    script.onerror = () => reject(new Error("the library could not be loaded"));
    document.head.append(script);
  });
}

async function loadFont(source) {
  const answer = await fetch(source, { credentials: "omit" });
  if (!answer.ok) throw new Error("the font could not be loaded");
  const bytes = new Uint8Array(await answer.arrayBuffer());
  let text = "";
  for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return btoa(text);
}

async function prepare() {
  const [font] = await Promise.all([loadFont(paper.font), loadScript(paper.library)]);
  form.dataset.ready = "yes";
  return { font, Pdf: globalThis.jspdf.jsPDF };
}

// A failed attempt is forgotten, so that the next press tries again.
function ready() {
  tools ??= prepare().catch((error) => {
    tools = null;
    throw error;
  });
  return tools;
}

function newPdf({ font, Pdf }, language, words) {
  const pdf = new Pdf({ unit: "mm", format: "a4", compress: true });
  pdf.addFileToVFS("form.ttf", font);
  pdf.addFont("form.ttf", "Form", "normal");
  pdf.setFont("Form");
  pdf.setLanguage(language);
  pdf.setProperties({ title: words.title });
  return pdf;
}

function unprintable(pdf, text) {
  const letters = pdf.internal.getFont().metadata.cmap.unicode.codeMap;
  return [...new Set(text)].filter((letter) => !letters[letter.codePointAt(0)]).join(" ");
}

function valueOf(input) {
  return input.value.normalize("NFC").replace(/[\u200e\u200f\u061c]/g, "").replace(/\s+/g, " ").trim();
}

function faultOf(input, pdf) {
  const value = valueOf(input);
  const { needed, letters, digits, day } = form.dataset;
  if (input.dataset.kind === "commune" || input.dataset.kind === "nationality") return "";
  if (input.validity.badInput) return day;
  if (!value) return input.required ? needed : "";
  if (input.dataset.kind === "digits") {
    const count = input.maxLength;
    return new RegExp(`^[0-9]{${count}}$`).test(value) ? "" : digits.replace("%(count)s", count);
  }
  const strange = unprintable(pdf, value);
  return strange ? `${letters} ${strange}` : "";
}

function mark(input, fault) {
  const list = document.getElementById(`${input.id}-error`);
  const help = document.getElementById(`${input.id}-help`);
  list.replaceChildren();
  list.hidden = !fault;
  if (fault) {
    const item = document.createElement("li");
    item.textContent = fault;
    list.append(item);
  }
  const told = [fault && list.id, help?.id].filter(Boolean).join(" ");
  if (told) input.setAttribute("aria-describedby", told);
  else input.removeAttribute("aria-describedby");
  if (fault) input.setAttribute("aria-invalid", "true");
  else input.removeAttribute("aria-invalid");
}

function shown(field, values, words) {
  const value = values[field.name] ?? "";
  if (field.kind === "nationality") return words.countries[value] ?? value;
  if (field.kind === "commune") return words.commune;
  if (field.kind === "day") return value.split("-").reverse().join("/");
  return value;
}

function draw(pdf, words, values) {
  const width = PAGE.width - 2 * PAGE.margin;
  const { margin } = PAGE;
  let y = 22;

  function write(text, size, { gap = 3, grey = 0, indent = 0 } = {}) {
    pdf.setFontSize(size);
    pdf.setTextColor(grey);
    const height = size * 0.5;
    for (const line of pdf.splitTextToSize(text, width - indent)) {
      pdf.text(line, margin + indent, y);
      y += height;
    }
    y += gap;
  }

  write(`${words.to} ${words.commune}`, 11, { gap: 4 });
  write(words.title, 15, { gap: 5 });
  write(words.opening, 11, { gap: 3 });
  pdf.setDrawColor(150);
  for (const field of paper.fields) {
    const value = shown(field, values, words);
    if (!value && field.kind !== "by_hand") continue;
    pdf.setFontSize(8.5);
    pdf.setTextColor(95);
    pdf.text(words.labels[field.name], margin, y);
    y += 5;
    pdf.setFontSize(12);
    pdf.setTextColor(0);
    for (const line of pdf.splitTextToSize(value || " ", width)) {
      pdf.text(line, margin, y);
      y += 1.6;
      pdf.line(margin, y, margin + width, y);
      y += 4.6;
    }
  }
  y += 1;
  write(words.request, 10.5);
  if (words.declaration) write(words.declaration, 10.5);
  write(words.knowing, 10.5, { gap: 0.5 });
  for (const said of words.statements) write(`– ${said}`, 10, { gap: 0.5, indent: 3 });
  // Long names leave no room for the signature: it goes to a second page whole.
  if (y > LOWEST) {
    pdf.addPage();
    y = 22;
  }
  y = pdf.getNumberOfPages() > 1 ? y : Math.max(y + 9, 228);
  pdf.setFontSize(10.5);
  pdf.setTextColor(0);
  pdf.text(`${words.place} ______________________  ${words.day} ____ / ____ / ________`, margin, y);
  pdf.text(words.signature, margin, y + 9);
  pdf.rect(margin + 40, y + 5, 80, 18);
  y = Math.max(y + 28, pdf.getNumberOfPages() > 1 ? 0 : 262);
  for (const note of [words.joins, words.notice, words.model]) write(note, 7.8, { gap: 0.6, grey: 80 });
}

function say(text) {
  const status = form.querySelector("[data-status]");
  status.textContent = text;
}

function forget() {
  if (address) URL.revokeObjectURL(address);
  address = null;
  const link = form.querySelector("[data-download]");
  link.hidden = true;
  link.removeAttribute("href");
}

async function make() {
  forget();
  say(form.dataset.working);
  const loaded = await ready();
  const language = form.querySelector("[data-language]").value;
  const words = paper.words[language];
  const pdf = newPdf(loaded, language, words);
  const inputs = [...form.querySelectorAll("[data-field]")];
  const wrong = inputs.filter((input) => {
    const fault = faultOf(input, pdf);
    mark(input, fault);
    return fault;
  });
  if (wrong.length) {
    say(form.dataset.wrong);
    wrong[0].focus();
    return;
  }
  draw(pdf, words, Object.fromEntries(inputs.map((input) => [input.dataset.field, valueOf(input)])));
  address = URL.createObjectURL(pdf.output("blob"));
  const link = form.querySelector("[data-download]");
  link.href = address;
  link.download = words.file;
  link.hidden = false;
  say(form.dataset.made);
  link.focus();
}

function clear() {
  forget();
  for (const input of form.querySelectorAll("[data-field]:not([readonly])")) {
    if (input instanceof HTMLInputElement) input.value = "";
    mark(input, "");
  }
  say(form.dataset.cleared);
}

if (form) {
  document.querySelector("[data-commune-form-frame]").hidden = false;
  form.addEventListener("submit", (event) => event.preventDefault());
  // What was made before no longer fits what stands in the fields.
  form.addEventListener("input", forget);
  // Somebody who only looks loads nothing; whoever begins has it all before the network may be gone.
  form.addEventListener("focusin", () => ready().catch(() => {}), { once: true });
  form.querySelector("[data-clear]").addEventListener("click", clear);
  form.querySelector("[data-make]").addEventListener("click", () => {
    make().catch(() => say(form.dataset.failed));
  });
  // A page that comes back from the browser's memory must not show a stranger what was typed.
  window.addEventListener("pagehide", () => {
    forget();
    form.reset();
  });
}
