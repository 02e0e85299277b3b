// Adds the phone's own share sheet and a copy button; the links and the field work without it.

const share = document.querySelector("[data-share]");

if (share) {
  const { url, text, copied } = share.dataset;
  const status = share.querySelector("[data-share-status]");
  const native = share.querySelector("[data-native]");
  const copy = share.querySelector("[data-copy]");
  const field = share.querySelector("input[readonly]");

  if (navigator.share) {
    native.hidden = false;
    native.querySelector("button").addEventListener("click", () => {
      navigator.share({ text, url }).catch((error) => {
        if (error.name !== "AbortError") native.hidden = true;
      });
    });
  }

  async function write() {
    if (navigator.clipboard) return navigator.clipboard.writeText(url);
    field.select();
    return document.execCommand("copy") ? undefined : Promise.reject(new Error("copying is not allowed"));
  }

  const label = copy.textContent;
  copy.hidden = false;
  copy.addEventListener("click", async () => {
    try {
      await write();
    } catch {
      field.focus();
      field.select();
      return;
    }
    copy.textContent = copied;
    status.textContent = copied;
    setTimeout(() => { copy.textContent = label; }, 2500);
  });
  field.addEventListener("focus", () => field.select());
}
