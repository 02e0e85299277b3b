// A tap on the attendance sheet without losing one's place. Without this script the form posts and the page comes anew.
document.addEventListener("submit", async (event) => {
  const form = event.target.closest("[data-tap]");
  const button = event.submitter;
  if (!form || !button) return;
  event.preventDefault();
  if (form.dataset.busy) return;
  form.dataset.busy = "1";
  const body = new FormData(form);
  body.append(button.name, button.value);
  try {
    const answer = await fetch(form.action || location.href, { method: "POST", body, credentials: "same-origin" });
    if (!answer.ok) throw new Error(String(answer.status));
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const fresh = page.querySelector("[data-work]");
    if (!fresh || page.querySelector(".messages .error")) throw new Error("refused");
    const again = `#${form.closest(".work-row").id} [value="${button.value}"]`;
    document.querySelector("[data-work]").replaceWith(fresh);
    document.querySelector(again)?.focus();
  } catch {
    // Whatever went wrong is said by the page itself: send the form the plain way.
    delete form.dataset.busy;
    const hidden = document.createElement("input");
    Object.assign(hidden, { type: "hidden", name: button.name, value: button.value });
    form.append(hidden);
    form.submit();
  }
});
