// Words and looks of the effort's choices, for every screen that names them.

import { app, effort, efforts } from "./store.js";
import { capital, languageName, pick } from "./texts.js";

const LIVELY = new Set(["informed", "interested", "pledged"]);

export const tone = (key) => (LIVELY.has(key) ? "lively" : "calm");
const effortOf = (id) => efforts().find((one) => one.id === id) ?? effort();

export const outcomeLabel = (key, id) => capital(pick(effortOf(id)?.outcomes.find((one) => one.key === key)?.label) || key || "");
export const communeLabel = (code, id) => pick(effortOf(id)?.communes?.find((one) => one.code === code)?.name) || code || "";
export const areaLabel = (area, id) => effortOf(id)?.areas?.find((one) => one.id === area)?.name ?? "";
export const barrierLabel = (key, id) => capital(pick(effortOf(id)?.barriers?.find((one) => one.key === key)?.label) || key);

// "Français · Ixelles", as far as known.
export const whereLabel = ({ language, commune, area, effort: id }) => (
  [language && languageName(language), (area && areaLabel(area, id)) || (commune && communeLabel(commune, id))].filter(Boolean).join(" · ")
);

export const userRows = () => app.rows.filter((row) => row.user === app.session.user);

// The chains of one person, newest first: what this phone has, with what the server knows of other phones.
export function chains() {
  const found = new Map();
  const add = (root, word, row) => {
    const chain = found.get(root) ?? { root, words: [], rows: [] };
    chain.words.push(word);
    if (row) chain.rows.push(row);
    found.set(root, chain);
  };
  for (const row of userRows()) add(row.root, { ...row.record, has_person: Boolean(row.record.person) || row.had_person }, row);
  for (const word of app.state?.content.recent ?? []) {
    if (!found.get(word.root)?.words.some(({ id }) => id === word.id)) add(word.root, word);
  }
  // Chains are ordered by what the phones' clocks said, as on the server; `at` of what another phone sent is put right.
  const said = (word) => word.device_at ?? word.at;
  const latest = (one, other) => (Date.parse(said(one)) - Date.parse(said(other))) || (one.id < other.id ? -1 : 1);
  return [...found.values()].map(({ root, words, rows }) => {
    words.sort(latest);
    const last = words.at(-1);
    rows.sort((one, other) => latest(one.record, other.record));
    return {
      root,
      last,
      at: said(last),
      began: words[0].at,
      effort: last.effort,
      row: rows.at(-1),
      has_person: words.some((word) => word.has_person),
      status: rows.some(({ status }) => status === "attention") ? "attention"
        : rows.some(({ status }) => status === "waiting") ? "waiting" : "done",
    };
  }).sort((one, other) => Date.parse(other.began) - Date.parse(one.began));
}
