// A button that copies a text and tells the server that it was taken. Without it the text is selected by hand.

const token = document.querySelector("[data-toolkit-token] input")?.value;
const status = document.querySelector("[data-toolkit-status]");

async function write(field) {
  if (navigator.clipboard) return navigator.clipboard.writeText(field.value);
  field.select();
  return document.execCommand("copy") ? undefined : Promise.reject(new Error("copying is not allowed"));
}

for (const button of document.querySelectorAll("[data-toolkit-copy]")) {
  const field = document.getElementById(button.dataset.toolkitCopy);
  const label = button.innerHTML;
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      await write(field);
    } catch {
      field.focus();
      field.select();
      return;
    }
    button.textContent = button.dataset.copied;
    if (status) status.textContent = button.dataset.copied;
    setTimeout(() => { button.innerHTML = label; if (status) status.textContent = ""; }, 2500);
    // A count that is lost on the way is not worth a word to who has the text.
    fetch(button.dataset.counts, { method: "POST", headers: { "X-CSRFToken": token }, keepalive: true }).catch(() => {});
  });
}
