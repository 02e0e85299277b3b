// Makes the petition's form nicer. Without it the form works just as well: nothing here is needed to sign.

const form = document.querySelector("[data-sign]");
const PATIENCE = 5000; // milliseconds a press of the button waits for the proof of work
const FRESH = 15 * 60 * 1000; // a challenge is valid for 20 minutes

document.querySelector("[data-focus]")?.focus();

if (form) {
  const button = form.querySelector("[type=submit]");
  const label = button.textContent;
  const status = form.querySelector("[data-status]");
  const slowLane = form.querySelector("[data-slow-lane]");
  let isBusy = false;
  let proof = null;
  let provedAt = 0;

  function say(text) {
    status.textContent = text;
    status.hidden = !text;
  }

  function rest() {
    isBusy = false;
    button.removeAttribute("aria-disabled");
    button.textContent = label;
  }

  function solve(task) {
    return new Promise((resolve, reject) => {
      const worker = new Worker(form.dataset.workerUrl);
      worker.onmessage = ({ data }) => {
        worker.terminate();
        resolve(data.number);
      };
      worker.onerror = () => {
        worker.terminate();
        reject(new Error("the proof of work could not be made"));
      };
      worker.postMessage({
        salt: task.salt,
        challenge: task.challenge,
        max: task.max_number ?? task.maxNumber ?? task.maxnumber ?? 1e6,
      });
    });
  }

  async function prove() {
    const answer = await fetch(form.dataset.challengeUrl, { credentials: "omit", cache: "no-store" });
    if (!answer.ok) return;
    const { algorithm, challenge, salt, signature, ...limits } = await answer.json();
    if (algorithm !== "SHA-256") return;
    const number = await solve({ challenge, salt, ...limits });
    if (number === null) return;
    form.elements.altcha.value = btoa(JSON.stringify({ algorithm, challenge, number, salt, signature }));
    provedAt = Date.now();
    if (slowLane) {
      slowLane.hidden = true;
      say(form.dataset.ready);
    }
  }

  // A proof that cannot be made (no network, no worker) is not needed either: the server then asks for a short wait.
  function startProof() {
    if (!form.dataset.challengeUrl || !form.elements.altcha) return;
    if (proof && (!provedAt || Date.now() - provedAt < FRESH)) return;
    provedAt = 0;
    proof = prove().catch(() => { proof = null; });
  }

  form.addEventListener("focusin", startProof);
  if (slowLane) startProof();

  form.addEventListener("input", ({ target }) => {
    if (target.getAttribute("aria-invalid") === "true" && target.validity.valid) {
      target.removeAttribute("aria-invalid");
      const errors = document.getElementById(`${target.id}_error`);
      if (errors) errors.hidden = true;
    }
  });

  form.addEventListener("submit", async (event) => {
    if (isBusy) {
      event.preventDefault();
      return;
    }
    if (navigator.onLine === false) {
      event.preventDefault();
      say(form.dataset.offline);
      return;
    }
    isBusy = true;
    say("");
    button.setAttribute("aria-disabled", "true");
    button.textContent = form.dataset.busy;
    startProof();
    if (proof && !provedAt) {
      event.preventDefault();
      await Promise.race([proof, new Promise((resolve) => { setTimeout(resolve, PATIENCE); })]);
      HTMLFormElement.prototype.submit.call(form);
    }
  });

  // Back from the next page, or from a connection that failed: the button works again.
  window.addEventListener("pageshow", rest);
  window.addEventListener("online", () => say(""));
}

for (const menu of document.querySelectorAll("[data-menu]")) {
  menu.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });
}
