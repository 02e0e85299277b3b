// Small conveniences of the staff screens; everything works without them.

// A copy button says that it copied.
document.addEventListener("w-clipboard:copied", (event) => {
  const button = event.target.closest("[data-copied]");
  if (!button || button.dataset.label) return;
  button.dataset.label = button.innerHTML;
  button.textContent = button.dataset.copied;
  setTimeout(() => {
    button.innerHTML = button.dataset.label;
    delete button.dataset.label;
  }, 1500);
});

// Comments: J and K go down and up, A shows, H hides the comment that has the focus.
document.addEventListener("keydown", (event) => {
  const list = document.querySelector("[data-comments]");
  if (!list || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, textarea, select, [contenteditable]")) return;
  const cards = [...list.querySelectorAll("[data-comment]")];
  const here = cards.findIndex((card) => card.contains(document.activeElement));
  const key = event.key.toLowerCase();
  if (key === "j" || key === "k") {
    const next = cards[Math.min(Math.max(here + (key === "j" ? 1 : -1), 0), cards.length - 1)];
    if (next) next.focus();
  } else if ((key === "a" || key === "h") && here >= 0) {
    cards[here].querySelector(`[data-key="${key}"]`)?.click();
  } else {
    return;
  }
  event.preventDefault();
});

// After a decision the page comes back: the focus goes to the next comment, so that the keys keep working.
document.addEventListener("DOMContentLoaded", () => {
  const first = document.querySelector("[data-comments][data-decided] [data-comment]");
  if (first) first.focus();
});
