// Shows a form or a count of this site on another website, inside a shadow root: no frame, no cookie, no request to
// anybody else. Where it cannot, a plain link stands in its place. How to put it there: docs/embedding.md.
(() => {
  "use strict";
  const script = document.currentScript;
  if (!script || script.carillon) return;
  script.carillon = true;
  const { carillonPetition, carillonPledge, carillonCounter, source = "", into, preview } = script.dataset;
  const base = new URL(".", script.src).href; // …/embed/
  const isCount = Boolean(carillonCounter);
  const widget = carillonPetition ? `petition-${carillonPetition}` : carillonPledge ? `pledge-${carillonPledge}` : carillonCounter;
  const language = (script.dataset.language || script.closest("[lang]")?.lang || navigator.language || "en").slice(0, 2);
  const LINK = { en: "Open the form", fr: "Ouvrir le formulaire", nl: "Open het formulier", ar: "افتح الاستمارة" };
  const PATIENCE = 15 * 60 * 1000; // milliseconds a solved task is good for
  if (!widget) return;

  const CSS = `
:host{all:initial!important;display:block!important;max-inline-size:36em!important;color-scheme:light!important;
font:medium/1.5 system-ui,"Segoe UI",Roboto,"Noto Sans",Arial,sans-serif!important;color:#1b2140!important;margin-block:1em!important}
*,*::before,*::after{box-sizing:border-box}
.c{background:#fffdf8;border:1px solid #dfd5c0;border-radius:12px;padding:1.25em;overflow-wrap:anywhere}
h2{font-size:1.35em;line-height:1.25;margin:0 0 .6em}h3{font-size:1.1em;margin:1.2em 0 .4em}
h2:focus,.e:focus{outline:none}p{margin:0 0 .8em}.s{font-size:.9em;color:#565a70}
.f{margin:0 0 1em;padding:0;border:0;min-inline-size:0}label,legend{display:block;font-weight:600;padding:0;margin:0 0 .25em}
.k{display:grid;grid-template-columns:auto 1fr;gap:0 .6em;align-items:start}.k label{font-weight:400;margin:0}.k>*:nth-child(n+3){grid-column:2}
.o{font-weight:400;color:#565a70}.h{display:block;font-size:.9em;color:#565a70;margin:0 0 .3em}
input,select,textarea{font:inherit;color:inherit;background:#fff;border:1px solid #817a6c;border-radius:8px;padding:.55em .7em;inline-size:100%;min-block-size:2.75em;margin:0}
input[type=checkbox],input[type=radio]{inline-size:1.35em;min-block-size:0;block-size:1.35em;padding:0;margin:.1em 0 0;accent-color:#a83a12}
:focus-visible{outline:3px solid #1b2140;outline-offset:2px}
[aria-invalid=true]{border-color:#a5123c;border-width:2px}ul.x{list-style:none;margin:0 0 .3em;padding:0;color:#a5123c;font-weight:600}
.e{border:2px solid #a5123c;border-radius:8px;padding:.8em 1em;margin:0 0 1em}.e ul{margin:.4em 0 0;padding-inline-start:1.2em}
.n{background:#fcefc9;border-radius:8px;padding:.7em 1em}
button{font:inherit;font-weight:700;color:#fff;background:#a83a12;border:0;border-radius:999px;padding:.75em 1.4em;inline-size:100%;min-block-size:3em;cursor:pointer;margin:.4em 0 .9em}
button:hover{background:#8a2d0b}button[aria-disabled=true]{background:#565a70}a{color:#8a2d0b}
.t{position:absolute;inline-size:1px;block-size:1px;overflow:hidden;clip-path:inset(50%)}
ol{padding-inline-start:1.4em;margin:0 0 1em}progress{inline-size:100%;block-size:.8em;accent-color:#a83a12}.b{font-size:1.5em;font-weight:700;margin:0}
[hidden]{display:none}`;

  // --- The link, wherever the form cannot be ------------------------------------------------------------------------

  const before = script.previousElementSibling;
  const ours = (node) => node && (node.matches(`a[href^="${new URL("/", base).href}"]`) || node.querySelector(`a[href^="${new URL("/", base).href}"]`));
  let link = ours(before) ? before : null;
  let host = null;

  function showLink() {
    if (host) host.replaceWith(link || makeLink());
    else if (!link || !link.isConnected) place(link || makeLink());
  }

  function makeLink() {
    const query = new URLSearchParams({ ...(source && { s: source }), lang: language });
    link = add(document.createElement("p"), "a", { href: `${base}go/${widget}?${query}`, text: LINK[language] || LINK.en }).parentNode;
    return link;
  }

  function place(node) {
    const target = into && document.querySelector(into);
    if (target) target.append(node);
    else if (document.body && document.body.contains(script)) script.after(node);
  }

  // --- Small things --------------------------------------------------------------------------------------------------

  function add(parent, tag, { text, ...attributes } = {}) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (value !== undefined && value !== null && value !== false) node.setAttribute(name, value === true ? "" : value);
    }
    if (text) node.textContent = text;
    parent.append(node);
    return node;
  }

  function ask(path, body) {
    const plain = { credentials: "omit", mode: "cors", referrerPolicy: "no-referrer" };
    if (!body) return fetch(base + path, plain);
    const headers = { "Content-Type": "application/json" };
    return fetch(base + path, { ...plain, method: "POST", headers, body: JSON.stringify(body), cache: "no-store" });
  }

  async function load(name) {
    const answer = await ask(`v1/${widget}/${language}/${name}.json${source ? `?s=${encodeURIComponent(source)}` : ""}`);
    if (!answer.ok) throw new Error(`Carillon: ${answer.status}`);
    return answer.json();
  }

  function open(told) {
    host = document.createElement(isCount ? "carillon-count" : "carillon-form");
    const root = host.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet(); // a constructed sheet is no inline style: the website's policy lets it be
    sheet.replaceSync(CSS);
    root.adoptedStyleSheets = [sheet];
    if (link && link.isConnected) link.replaceWith(host);
    else place(host);
    return add(root, "section", { class: "c", lang: told.language || language, dir: told.dir });
  }

  // --- A task for the machine, never for the person: the number whose SHA-256 with the salt is asked for ----------------

  const primes = [];
  for (let n = 2; primes.length < 64; n += 1) if (primes.every((prime) => n % prime)) primes.push(n);
  const fraction = (value) => ((value - Math.floor(value)) * 2 ** 32) | 0;
  const START = primes.slice(0, 8).map((prime) => fraction(Math.sqrt(prime)));
  const ROUND = primes.map((prime) => fraction(Math.cbrt(prime)));
  const words32 = new Int32Array(64);

  function compress(state, block, offset) {
    for (let i = 0; i < 16; i += 1) words32[i] = block.getInt32(offset + i * 4);
    for (let i = 16; i < 64; i += 1) {
      const x = words32[i - 15];
      const y = words32[i - 2];
      const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
      const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
      words32[i] = (words32[i - 16] + s0 + words32[i - 7] + s1) | 0;
    }
    let [a, b, c, d, e, f, g, h] = state;
    for (let i = 0; i < 64; i += 1) {
      const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
      const t1 = (h + s1 + ((e & f) ^ (~e & g)) + ROUND[i] + words32[i]) | 0;
      const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
      const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      h = g; g = f; f = e; e = (d + t1) | 0; d = c; c = b; b = a; a = (t1 + t2) | 0;
    }
    [a, b, c, d, e, f, g, h].forEach((sum, i) => { state[i] = (state[i] + sum) | 0; });
  }

  function sha256(text) {
    const bytes = new TextEncoder().encode(text);
    const padded = new DataView(new ArrayBuffer(((bytes.length + 8) >> 6 << 6) + 64));
    bytes.forEach((byte, i) => padded.setUint8(i, byte));
    padded.setUint8(bytes.length, 0x80);
    padded.setUint32(padded.byteLength - 4, bytes.length * 8);
    const state = START.slice();
    for (let offset = 0; offset < padded.byteLength; offset += 64) compress(state, padded, offset);
    return state;
  }

  async function solve(task) {
    const { algorithm, challenge, salt, signature } = task;
    const most = task.max_number ?? task.maxNumber ?? task.maxnumber ?? 1e6;
    if (algorithm !== "SHA-256") return "";
    const wanted = challenge.match(/.{8}/g).map((hex) => parseInt(hex, 16) | 0);
    for (let number = 0, pause = Date.now(); number <= most; number += 1) {
      const state = sha256(salt + number);
      if (wanted.every((word, i) => word === state[i])) return btoa(JSON.stringify({ algorithm, challenge, number, salt, signature }));
      if (Date.now() - pause > 12) { // the page stays quick meanwhile
        await new Promise((resolve) => { setTimeout(resolve, 4); });
        pause = Date.now();
      }
    }
    return "";
  }

  // --- The form ---------------------------------------------------------------------------------------------------------

  function drawField(parent, field, told) {
    const { name, type, label, help, required, attrs, privacy } = field;
    const id = `c-${name}`;
    const isBox = type === "checkbox";
    const isRadio = type === "radio";
    const box = add(parent, isRadio ? "fieldset" : "div", { class: isBox ? "f k" : "f" });
    const common = { ...attrs, name, id, required: required && !isRadio, "aria-describedby": help ? `${id}-h` : null };
    const input = () => {
      if (type === "textarea") return add(box, "textarea", common);
      if (type !== "country" && type !== "select") return add(box, "input", { ...common, type, ...(isBox && { value: "on" }) });
      const select = add(box, "select", common);
      const options = type === "country" ? [["", told.words.choose], ...told.countries] : field.options;
      for (const [value, text] of options) add(select, "option", { value, text });
      return select;
    };
    if (isBox) input();
    const title = add(box, isRadio ? "legend" : "label", { for: isRadio ? null : id, text: label });
    if (required) add(title, "span", { "aria-hidden": "true", text: " *" });
    else if (!isBox) add(title, "span", { class: "o", text: ` ${told.words.optional}` });
    if (help) add(box, "span", { class: "h", id: `${id}-h`, text: help });
    if (privacy) outside(add(box, "span", { class: "h" }), privacy, told);
    add(box, "ul", { class: "x", id: `${id}-e`, hidden: true });
    if (isRadio) {
      if (help) box.setAttribute("aria-describedby", `${id}-h`);
      field.options.forEach(([value, text], i) => {
        const row = add(box, "div", { class: "k" });
        add(row, "input", { type, name, value, id: `${id}-${i}`, checked: value === field.value });
        add(row, "label", { for: `${id}-${i}`, text });
      });
    } else if (!isBox) input();
  }

  function outside(parent, { url, text }, told) {
    const anchor = add(parent, "a", { href: url, target: "_blank", rel: "noopener", text });
    add(anchor, "span", { class: "t", text: ` ${told.words.new_tab}` });
  }

  function drawForm(told) {
    const box = open(told);
    const { words } = told;
    box.setAttribute("aria-labelledby", "c-title");
    add(box, "h2", { id: "c-title", tabindex: "-1", text: told.heading });
    if (told.explanation) add(box, "p", { text: told.explanation });
    if (told.partner) add(box, "p", { class: "s", text: told.partner });
    if (!told.open) {
      add(box, "p", { class: "n", text: told.closed });
      add(add(box, "p"), "a", { href: told.page_url, text: told.title });
      return;
    }
    const form = add(box, "form", { novalidate: true, method: "post" });
    const summary = add(form, "div", { class: "e", role: "alert", tabindex: "-1", hidden: true });
    add(form, "p", { class: "s", text: words.needed });
    for (const { heading, fields } of told.sections) {
      if (heading) add(form, "h3", { text: heading });
      for (const field of fields) drawField(form, field, told);
    }
    const trap = add(form, "div", { class: "t", "aria-hidden": "true" });
    add(trap, "label", { for: "c-trap", text: words.leave });
    add(trap, "input", { id: "c-trap", name: told.trap, tabindex: "-1", autocomplete: "off" });
    const status = add(form, "p", { role: "status", "aria-live": "polite" });
    const button = add(form, "button", { type: "submit", text: told.button });
    for (const text of told.after) add(form, "p", { class: "s", text });
    if (told.privacy.url) outside(add(form, "p", { class: "s" }), told.privacy, told);
    run({ told, box, form, summary, status, button });
  }

  function run({ told, box, form, summary, status, button }) {
    const { words } = told;
    const root = form.getRootNode();
    let pass = null; // {token, proof, at}
    let isBusy = false;

    function say(text) {
      status.textContent = text;
      status.className = text ? "n" : "";
    }

    async function fetchPass(again) {
      const answer = await ask("v1/token", { widget, language: told.language, source, again });
      const { token, challenge, error } = await answer.json();
      if (!token) throw Object.assign(new Error(error), { reason: error });
      return { token, at: Date.now(), proof: solve(challenge).catch(() => "") };
    }

    // The token comes with the first touch: whoever only reads the page asks for nothing.
    function prepare(again = false) {
      if (!pass || again) {
        pass = fetchPass(again);
        pass.catch(({ reason }) => {
          pass = null;
          if (reason === "host" || reason === "origin") showLink(); // this website may not show the form
        });
      }
      return pass;
    }

    function clear() {
      summary.hidden = true;
      summary.replaceChildren();
      for (const list of form.querySelectorAll(".x")) list.hidden = true;
      for (const input of form.querySelectorAll("[aria-invalid]")) input.removeAttribute("aria-invalid");
    }

    function showErrors({ title, fields, all }) {
      clear();
      add(summary, "strong", { text: title });
      const list = add(summary, "ul");
      for (const text of all) add(list, "li", { text });
      for (const [name, texts] of Object.entries(fields)) {
        const errors = root.getElementById(`c-${name}-e`);
        const inputs = [...form.querySelectorAll(`[name="${name}"]`)];
        const label = errors?.parentNode.querySelector("label,legend")?.firstChild.textContent || "";
        for (const text of texts) {
          const item = add(list, "li");
          if (!inputs.length) { item.textContent = text; continue; }
          const jump = add(item, "a", { href: "#", text: `${label}: ${text}` });
          jump.addEventListener("click", (event) => { event.preventDefault(); inputs[0].focus(); });
        }
        if (!errors) continue;
        errors.replaceChildren();
        for (const text of texts) add(errors, "li", { text });
        errors.hidden = false;
        for (const input of inputs) {
          input.setAttribute("aria-invalid", "true");
          input.setAttribute("aria-describedby", [`c-${name}-e`, root.getElementById(`c-${name}-h`) && `c-${name}-h`].filter(Boolean).join(" "));
        }
      }
      summary.hidden = false;
      summary.focus();
    }

    function showSent(sent) {
      box.replaceChildren();
      const heading = add(box, "h2", { id: "c-title", tabindex: "-1", text: sent.heading });
      add(box, "p", { role: "status", text: sent.lead });
      const steps = add(box, "ol");
      for (const text of sent.steps) add(steps, "li", { text });
      outside(add(box, "p", { class: "s" }), { url: sent.again_url, text: sent.again }, told);
      heading.focus();
    }

    // A page that was slow, a token that grew old, a task to be solved first: the person presses once all the same.
    async function send(extra = {}, tries = 0) {
      const held = await prepare();
      const proof = await Promise.race([held.proof, "waiting"]);
      const answers = { ...Object.fromEntries(new FormData(form)), ...(proof && proof !== "waiting" && { altcha: proof }), ...extra };
      const answer = await ask("v1/send", { token: held.token, answers });
      const heard = await answer.json();
      if (heard.sent) return showSent(heard.sent);
      if (heard.errors) return showErrors(heard.errors);
      if (["token", "old", "used"].includes(heard.error) && tries < 2) {
        await prepare(true);
        return send({}, tries + 1);
      }
      if (heard.wait && tries < 3) {
        say(words.wait);
        const isFresh = Date.now() - held.at < PATIENCE;
        if (isFresh && tries === 0 && proof === "waiting" && await held.proof) return send({}, tries + 1);
        await new Promise((resolve) => { setTimeout(resolve, (heard.wait.seconds + 1) * 1000); });
        return send({ wait_token: heard.wait.token }, tries + 1);
      }
      if (heard.error === "host" || heard.error === "origin") return showLink();
      return fail();
    }

    // What is left where all fails: the form's own page, beside what was typed.
    function fail() {
      say(words.failed);
      add(status, "br");
      add(status, "a", { href: told.page_url, target: "_blank", rel: "noopener", text: words.on_site });
    }

    if (preview === undefined) form.addEventListener("focusin", () => prepare().catch(() => {}), { once: true });
    form.addEventListener("input", ({ target }) => {
      const errors = root.getElementById(`c-${target.name}-e`);
      if (errors && target.validity.valid) {
        errors.hidden = true;
        for (const input of form.querySelectorAll(`[name="${target.name}"]`)) input.removeAttribute("aria-invalid");
      }
    });
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      if (isBusy) return;
      if (preview !== undefined) { say(words.preview); return; }
      if (navigator.onLine === false) { say(words.offline); return; }
      isBusy = true;
      say("");
      button.setAttribute("aria-disabled", "true");
      button.textContent = words.busy;
      try {
        await send();
        if (status.textContent === words.wait) say("");
      } catch (error) {
        fail();
      }
      isBusy = false;
      button.removeAttribute("aria-disabled");
      button.textContent = told.button;
    });
  }

  // --- The count -----------------------------------------------------------------------------------------------------------

  function drawCount(told) {
    const box = open(told);
    const show = (now) => {
      const text = add(document.createDocumentFragment(), "p", { class: "b", text: now.text });
      box.replaceChildren(text);
      if (now.count !== null && now.goal) add(box, "progress", { max: now.goal, value: now.count, "aria-label": now.text });
      if (now.goal_text || now.as_of) add(box, "p", { class: "s", text: [now.goal_text, now.as_of].filter(Boolean).join(" · ") });
      add(add(box, "p"), "a", { href: now.page_url, text: now.link });
    };
    show(told);
    setInterval(() => {
      if (!document.hidden) load("count").then(show).catch(() => {});
    }, 60_000);
  }

  if (!("adoptedStyleSheets" in Document.prototype)) {
    showLink();
    return;
  }
  load(isCount ? "count" : "form").then(isCount ? drawCount : drawForm).catch(() => showLink());
})();
