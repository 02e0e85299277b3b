// The interface's words: JSON made from the same catalogues as the website's. A text is a string, or its plural forms by
// the categories of Intl.PluralRules. %(name)s stands for a value.

const RTL = new Set(["ar", "fa", "he", "ku", "ps", "ckb", "sd", "ug", "ur", "yi"]);
export const LANGUAGES = Object.keys(document.body.dataset)
  .filter((name) => name.startsWith("texts"))
  .map((name) => name.slice("texts".length).toLowerCase());

let words = {};
let current = "en";
let plurals = new Intl.PluralRules("en");

export const language = () => current;
export const direction = (code) => (RTL.has(code?.split("-")[0]) ? "rtl" : "ltr");

// What was chosen here, else the phone's own languages, else the account's.
export function preferredLanguage(chosen, ofAccount) {
  const wanted = [chosen, ...navigator.languages.map((code) => code.split("-")[0].toLowerCase()), ofAccount];
  return wanted.find((code) => LANGUAGES.includes(code)) ?? "en";
}

export async function loadTexts(code) {
  const answer = await fetch(document.body.dataset[`texts${code[0].toUpperCase()}${code.slice(1)}`]);
  if (!answer.ok) throw new Error(`texts ${code}: ${answer.status}`);
  words = await answer.json();
  current = code;
  plurals = new Intl.PluralRules(code);
  document.documentElement.lang = code;
  document.documentElement.dir = direction(code);
}

const fill = (text, values) => text.replace(/%\((\w+)\)s/g, (_, name) => values[name] ?? "");

export function t(key, values = {}) {
  const text = words[key];
  if (typeof text !== "string") throw new Error(`no text called ${key}`);
  return fill(text, values);
}

// A name and what it says, with the language's own colon.
export const labelled = (label, what) => t("labelled", { label, what });

// The text for a number of things: many("attention_banner", 3) → "3 records need attention".
export function many(key, count, values = {}) {
  const forms = words[key];
  if (typeof forms !== "object") throw new Error(`no plural text called ${key}`);
  return fill(forms[plurals.select(count)] ?? forms.other, { count: number(count), ...values });
}

// What staff wrote in several languages, in the interface's language if they did.
export function pick(texts, code = current) {
  return texts?.[code] ?? texts?.en ?? Object.values(texts ?? {})[0] ?? "";
}

// Labels stand alone here, where elsewhere they are words in a sentence.
export const capital = (words) => words.charAt(0).toLocaleUpperCase(current) + words.slice(1);

// A language's name in that language, as its speakers look for it.
export function languageName(code) {
  try {
    const name = new Intl.DisplayNames([code], { type: "language" }).of(code);
    return name.charAt(0).toLocaleUpperCase(code) + name.slice(1);
  } catch {
    return code; // not a language the phone knows a name for
  }
}

export const number = (value) => new Intl.NumberFormat(current).format(value);
const moment = (value, options) => new Intl.DateTimeFormat(current === "en" ? "en-GB" : current, options).format(new Date(value));
export const time = (value) => moment(value, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
export const day = (value) => moment(value, { weekday: "long", day: "numeric", month: "long" });
export const dayAndHour = (value) => moment(value, { weekday: "long", day: "numeric", month: "long", hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
export const dayAndTime = (value) => moment(value, { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
