// Betters an initiative's page where scripts run: sorting without a new page, and charts saved as PNG.
// Without it, the links in the table's head ask the server, and SVG and CSV can be saved all the same.

const SCALE = 2;

async function savePng(button) {
    const response = await fetch(button.dataset.png);
    if (!response.ok) {
        throw new Error(`The chart could not be fetched: ${response.status}`);
    }
    const image = new Image();
    image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(await response.text())}`;
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = image.naturalWidth * SCALE;
    canvas.height = image.naturalHeight * SCALE;
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    const link = document.createElement("a");
    link.href = canvas.toDataURL("image/png");
    link.download = button.dataset.png.split("/").pop().split("?")[0].replace(/\.svg$/, ".png");
    link.click();
}

function sortRows(table, index, link) {
    const head = link.closest("th");
    const sorted = head.getAttribute("aria-sort");
    const falls = sorted ? sorted === "ascending" : head.dataset.kind !== "text";
    const body = table.tBodies[0];
    const collator = new Intl.Collator(document.documentElement.lang || undefined);
    const rows = [...body.rows].sort((one, other) => {
        const a = one.cells[index].dataset.value;
        const b = other.cells[index].dataset.value;
        const order = head.dataset.kind === "text" ? collator.compare(a, b) : Number(a) - Number(b);
        return falls ? -order : order;
    });
    body.append(...rows);
    for (const cell of table.tHead.rows[0].cells) {
        cell.removeAttribute("aria-sort");
    }
    head.setAttribute("aria-sort", falls ? "descending" : "ascending");
    history.replaceState(null, "", link.href);
}

for (const button of document.querySelectorAll("button[data-png]")) {
    button.hidden = false;
    button.addEventListener("click", () => savePng(button));
}

for (const table of document.querySelectorAll("table[data-sortable]")) {
    table.tHead.addEventListener("click", (event) => {
        const link = event.target.closest("a");
        if (!link || event.ctrlKey || event.metaKey || event.shiftKey) {
            return;
        }
        event.preventDefault();
        sortRows(table, link.closest("th").cellIndex, link);
    });
}
