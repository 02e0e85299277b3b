// Counts a text message while it is written, exactly as messaging/sms_text.py does: the server says with which
// alphabet, substitutions and prices. Without a script the server counts when "Count" is pressed.

const SPACES = /[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/;

/** Return a text as it is sent: one space between words, none at the ends. */
export function oneLine(text) {
  return text.split(SPACES).filter(Boolean).join(" ");
}

/** Return what a text takes; nothing that travels whole is split between two segments. */
export function measure(text, alphabet) {
  const letters = [...text];
  const forcing = [...new Set(letters.filter((each) => !alphabet.basic.includes(each) && !alphabet.extended.includes(each)))];
  const isGsm = forcing.length === 0;
  const [alone, joined] = isGsm ? [160, 153] : [70, 67];
  const sizes = letters.map((each) => (isGsm ? (alphabet.extended.includes(each) ? 2 : 1) : each.length));
  const units = sizes.reduce((sum, size) => sum + size, 0);
  const measured = { characters: letters.length, isGsm, units, forcing };
  if (units <= alone) return { ...measured, segments: units ? 1 : 0, left: alone - units };
  let [segments, filled] = [1, 0];
  for (const size of sizes) {
    if (filled + size > joined) [segments, filled] = [segments + 1, 0];
    filled += size;
  }
  return { ...measured, segments, left: joined - filled };
}

/** Return what would be written for what, so that the text fits the smaller alphabet; nothing if it would not fit. */
export function substitutions(text, alphabet) {
  const found = new Map();
  for (const letter of text) {
    const plain = plainLetter(letter, alphabet);
    if (plain === null) return new Map();
    if (plain !== letter) found.set(letter, plain);
  }
  return found;
}

function plainLetter(letter, alphabet) {
  const fits = (text) => [...text].every((each) => alphabet.basic.includes(each) || alphabet.extended.includes(each));
  const mark = alphabet.plain[letter] ?? letter;
  if (fits(mark)) return mark;
  const stripped = letter.normalize("NFKD").replace(/\p{M}/gu, "");
  return stripped && [...stripped].every((each) => alphabet.basic.includes(each)) ? stripped : null;
}

function shown(letter) {
  return /[\p{C}\p{Z}]/u.test(letter) ? `U+${letter.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}` : letter;
}

function money(amount, currency, language) {
  const digits = amount >= 1 ? 2 : 4;
  const format = { minimumFractionDigits: digits, maximumFractionDigits: digits };
  return `${new Intl.NumberFormat(language, format).format(amount)} ${currency}`;
}

function cost(segments, { prices, recipients, language, unknown, elsewhere, unknownFor }) {
  if (recipients === null) {
    const each = prices.map(([code, amount, currency]) => `+${code}: ${money(amount * segments, currency, language)}`);
    return each.length ? [...each, elsewhere].join(", ") : unknown;
  }
  const known = new Map(prices.map(([code, amount, currency]) => [code, { amount: Number(amount), currency }]));
  const sums = new Map();
  let [without, everybody] = [0, 0];
  for (const [code, count] of Object.entries(recipients)) {
    everybody += count;
    const price = known.get(code);
    if (price) sums.set(price.currency, (sums.get(price.currency) ?? 0) + price.amount * segments * count);
    else without += count;
  }
  const words = [...sums].map(([currency, amount]) => money(amount, currency, language));
  if (!words.length) return unknown;
  if (without) words.push(unknownFor.replace("%(unknown)s", without).replace("%(everybody)s", everybody));
  return words.join(", ");
}

function start(box) {
  const field = document.getElementById(box.dataset.field);
  const settings = JSON.parse(box.dataset.smsCounter);
  const place = (name) => box.querySelector(`[data-show="${name}"]`);
  const show = (name, text) => { place(name).textContent = text; };
  const source = () => (box.dataset.source ? document.querySelector(box.dataset.source) : null);
  const words = () => oneLine(source()?.textContent ?? field.value);
  const draw = () => {
    const text = words();
    const counted = measure(text, settings);
    const changes = counted.isGsm ? new Map() : substitutions(text, settings);
    show("segments", counted.segments);
    show("characters", counted.characters);
    show("left", counted.left);
    show("alphabet", counted.isGsm ? "GSM-7" : "UCS-2");
    show("cost", cost(counted.segments, settings));
    show("forcing", counted.forcing.map(shown).join(" "));
    show("changes", [...changes].map(([old, plain]) => `${shown(old)} → ${plain}`).join(", "));
    place("why").hidden = counted.isGsm;
    place("offer").hidden = changes.size === 0;
  };
  place("press").hidden = true;
  field.addEventListener("input", draw);
  box.querySelector('[data-do="plain"]').addEventListener("click", (event) => {
    event.preventDefault();
    const changes = substitutions(words(), settings);
    field.value = [...field.value].map((letter) => changes.get(letter) ?? letter).join("");
    field.focus();
    field.dispatchEvent(new Event("input", { bubbles: true })); // a preview is drawn anew, and counted
  });
  // A preview that was drawn anew is another element: what holds it is watched.
  const pane = source()?.parentElement;
  if (pane) new MutationObserver(draw).observe(pane, { childList: true, subtree: true, characterData: true });
  draw();
}

if (typeof document !== "undefined") document.querySelectorAll("[data-sms-counter]").forEach(start);
