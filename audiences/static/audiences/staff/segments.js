// Lists of boxes to tick: their words follow what is ticked, long ones can be searched, Escape closes them.
(() => {
  const words = (pick) => {
    const shown = pick.querySelector("[data-chosen]");
    const chosen = [...pick.querySelectorAll("input:checked + span")].map((each) => each.textContent);
    shown.textContent = chosen.join(", ") || shown.dataset.blank;
    pick.querySelector("summary").setAttribute("aria-label", `${shown.dataset.label}: ${shown.textContent}`);
  };
  const found = (search) => {
    const wanted = search.value.trim().toLocaleLowerCase();
    for (const label of search.parentElement.querySelectorAll("label")) {
      label.hidden = !label.textContent.toLocaleLowerCase().includes(wanted);
    }
  };
  const ready = () => {
    for (const search of document.querySelectorAll("[data-search][hidden]")) search.hidden = false;
  };
  document.addEventListener("change", (event) => {
    const pick = event.target.closest(".seg-pick");
    if (pick && event.target.type === "checkbox") words(pick);
    // Another organisation has other petitions, events and campaigns to choose from.
    if (event.target.name === "organisation") event.target.form.requestSubmit(document.getElementById("seg-again"));
  });
  document.addEventListener("input", (event) => {
    if (event.target.matches("[data-search]")) found(event.target);
  });
  document.addEventListener("keydown", (event) => {
    const pick = event.target.closest(".seg-pick[open]");
    if (!pick) return;
    if (event.key === "Enter" && event.target.matches("[data-search]")) event.preventDefault();
    if (event.key === "Escape") {
      event.stopPropagation(); // on phones Wagtail's menu would take the focus
      pick.open = false;
      pick.querySelector("summary").focus();
    }
  }, true);
  document.addEventListener("click", (event) => {
    for (const pick of document.querySelectorAll(".seg-pick[open]")) if (!pick.contains(event.target)) pick.open = false;
  });
  document.addEventListener("htmx:afterSettle", ready);
  ready();
})();
