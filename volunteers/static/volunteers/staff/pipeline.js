// Dragging a card into another column: a convenience beside the buttons, which do the same.

let dragged = null;

document.addEventListener("dragstart", (event) => {
  dragged = event.target.closest?.("[data-move-url]") ?? null;
  if (!dragged) return;
  dragged.classList.add("is-dragged");
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", dragged.dataset.card);
});

function columnUnder(event) {
  const column = dragged && event.target.closest?.("[data-stage]");
  return column && column !== dragged.closest("[data-stage]") ? column : null;
}

function mark(column) {
  for (const each of document.querySelectorAll(".is-target")) each.classList.toggle("is-target", each === column);
  column?.classList.add("is-target");
}

document.addEventListener("dragover", (event) => {
  const column = columnUnder(event);
  mark(column);
  if (column) event.preventDefault();
});

document.addEventListener("drop", (event) => {
  const column = columnUnder(event);
  if (!column) return;
  event.preventDefault();
  window.htmx.ajax("POST", dragged.dataset.moveUrl, {
    source: dragged,
    target: "#board",
    swap: "outerHTML",
    values: { stage: column.dataset.stage },
  });
});

document.addEventListener("dragend", () => {
  dragged?.classList.remove("is-dragged");
  dragged = null;
  mark(null);
});
