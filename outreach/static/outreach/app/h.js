// Builds elements: h("button", { class: "chip", onclick: act, "aria-pressed": "true" }, "words", otherElement).
// Words are always text, never HTML.

export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== undefined && value !== null) element.setAttribute(name, value);
  }
  element.append(...children.flat(3).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

const SVG = "http://www.w3.org/2000/svg";

// Drawn on a field of 24 × 24, by strokes of the text's own colour.
const PATHS = {
  informed: "M4 5h16v11H10l-4 4v-4H4zM8 9h8M8 12h5",
  interested: "M12 20s-7.5-4.6-7.5-10A4.2 4.2 0 0 1 12 7.4 4.2 4.2 0 0 1 19.5 10c0 5.4-7.5 10-7.5 10z",
  pledged: "M4 12.5l5 5L20 6.5",
  already_registered: "M6 3h9l4 4v14H6zM14 3v5h5M9 15l2 2 4-4",
  not_eligible: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM5.7 5.7l12.6 12.6",
  refused: "M6 6l12 12M18 6L6 18",
  nobody: "M5 21V4h11v17M3 21h18M12.5 12.5v.5M16 8h3v13",
  log: "M12 5v14M5 12h14",
  records: "M8 6h12M8 12h12M8 18h12M4 6h.01M4 12h.01M4 18h.01",
  agenda: "M4 6h16v14H4zM4 10h16M8 3v5M16 3v5",
  settings: "M4 7h10M18 7h2M4 17h2M10 17h10M16 5v4M8 15v4",
  qr: "M4 4h6v6H4zM14 4h6v6h-6zM4 14h6v6H4zM14 14h2v2h-2zM18 18h2v2h-2zM18 14h2M14 18v2",
  door: "M13 4h6v16h-6M3 12h11M10 8l4 4-4 4",
  camera: "M4 8h4l2-3h4l2 3h4v11H4zM12 16.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7z",
  undo: "M9 7L4 12l5 5M4 12h10a5 5 0 0 1 5 5v1",
  person: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.5 21c.5-4 3.5-6.5 7.5-6.5s7 2.5 7.5 6.5",
  warning: "M12 4L2.8 20h18.4zM12 10v5M12 17.5v.1",
  close: "M6 6l12 12M18 6L6 18",
  open: "M6 9l6 6 6-6",
  online: "M5 12.5a10 10 0 0 1 14 0M8 15.5a6 6 0 0 1 8 0M12 19v.1",
  offline: "M5 12.5a10 10 0 0 1 14 0M8 15.5a6 6 0 0 1 8 0M12 19v.1M4 4l16 16",
};

export function icon(name) {
  const drawing = document.createElementNS(SVG, "svg");
  for (const [key, value] of Object.entries({ viewBox: "0 0 24 24", "aria-hidden": "true", focusable: "false", class: "icon" })) {
    drawing.setAttribute(key, value);
  }
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", PATHS[name] ?? PATHS.informed);
  drawing.append(path);
  return drawing;
}

// A choice of one or several: a button that says whether it is pressed.
export function chip(words, { pressed, onclick, ...attributes }) {
  return h("button", { type: "button", class: "chip", "aria-pressed": String(Boolean(pressed)), onclick, ...attributes }, words);
}

export function button(words, onclick, attributes = {}) {
  return h("button", { type: "button", class: "button", onclick, ...attributes }, words);
}
