// Draws an area on the map of communes: corners are clicked, or set with a cross that the arrow keys move; the form's
// text holds them as GeoJSON. Without this script the text is pasted.

const SNAP = 7; // units of the view box: a click so near to a corner of another outline takes that corner
const DIGITS = 6;
const STEP = 12; // units an arrow key moves the cross; a twelfth of it with the shift key
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

const svg = document.querySelector("[data-draw]");
const text = document.querySelector("[data-outline]");

if (svg && text) {
    const frame = Object.fromEntries(
        ["west", "north", "across", "down"].map((name) => [name, Number(svg.dataset[name])]),
    );
    const drawn = svg.querySelector("[data-drawn]");
    const marks = svg.querySelector("[data-corners]");
    const tools = document.querySelector("[data-tools]");
    const said = tools.querySelector("[data-said]");
    const known = [...svg.querySelectorAll(".commune, .area, .area-free")].flatMap(cornersOfPath);
    const cross = svg.querySelector("[data-cross]");
    const shapes = [...svg.querySelectorAll(".area, .area-free, .commune")];
    const { width, height } = svg.viewBox.baseVal;
    let at = [width / 2, height / 2];
    let corners = read(text.value);

    const toMap = ([longitude, latitude]) => [
        (longitude - frame.west) * frame.across,
        (frame.north - latitude) * frame.down,
    ];
    const toEarth = ([x, y]) => [
        Number((frame.west + x / frame.across).toFixed(DIGITS)),
        Number((frame.north - y / frame.down).toFixed(DIGITS)),
    ];

    function cornersOfPath(path) {
        return [...path.getAttribute("d").matchAll(/([\d.-]+) ([\d.-]+)/g)].map((pair) => [
            Number(pair[1]),
            Number(pair[2]),
        ]);
    }

    function read(value) {
        try {
            const found = JSON.parse(value);
            const ring = (found.geometry ?? found.features?.[0]?.geometry ?? found).coordinates[0];
            const [first, last] = [ring[0], ring[ring.length - 1]];
            const isClosed = ring.length > 1 && first[0] === last[0] && first[1] === last[1];
            return (isClosed ? ring.slice(0, -1) : ring).map(([x, y]) => [x, y]);
        } catch {
            return []; // nothing readable yet; the server says what is wrong with it
        }
    }

    function snap(point) {
        let best = point;
        let nearest = SNAP;
        for (const corner of known) {
            const distance = Math.hypot(corner[0] - point[0], corner[1] - point[1]);
            if (distance < nearest) {
                nearest = distance;
                best = corner;
            }
        }
        return best;
    }

    function show() {
        const points = corners.map(toMap);
        drawn.setAttribute("d", points.length ? `M${points.map((point) => point.join(" ")).join("L")}Z` : "");
        marks.replaceChildren(
            ...points.map(([x, y]) => {
                const mark = document.createElementNS("http://www.w3.org/2000/svg", "circle");
                mark.setAttribute("class", "corner");
                mark.setAttribute("cx", x);
                mark.setAttribute("cy", y);
                mark.setAttribute("r", 3.5);
                return mark;
            }),
        );
        said.textContent = corners.length ? `${said.dataset.some}${corners.length}` : said.dataset.none;
    }

    function write() {
        text.value = corners.length
            ? JSON.stringify({ type: "Polygon", coordinates: [[...corners, corners[0]]] })
            : "";
        text.dispatchEvent(new Event("change", { bubbles: true }));
        show();
    }

    function add(point) {
        corners.push(toEarth(snap(point)));
        write();
    }

    function remove() {
        corners.pop();
        write();
    }

    function move([right, down], step) {
        at = [Math.min(Math.max(at[0] + right * step, 0), width), Math.min(Math.max(at[1] + down * step, 0), height)];
        cross.setAttribute("transform", `translate(${at.join(" ")})`);
        const under = shapes.find((shape) => shape.isPointInFill(new DOMPoint(...at)));
        said.textContent = under?.querySelector("title")?.textContent ?? said.dataset.outside;
    }

    svg.addEventListener("focus", () => move([0, 0], 0));
    svg.addEventListener("keydown", (event) => {
        if (event.altKey || event.ctrlKey || event.metaKey) return;
        if (event.key in ARROWS) move(ARROWS[event.key], event.shiftKey ? STEP / 12 : STEP);
        else if (event.key === "Enter" || event.key === " ") add(at);
        else if (event.key === "Backspace") remove();
        else return;
        event.preventDefault();
    });
    svg.addEventListener("click", (event) => {
        const matrix = svg.getScreenCTM();
        if (!matrix) return;
        const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(matrix.inverse());
        add([point.x, point.y]);
    });
    tools.querySelector("[data-undo]").addEventListener("click", remove);
    tools.querySelector("[data-clear]").addEventListener("click", () => {
        corners = [];
        write();
    });
    text.addEventListener("input", () => {
        corners = read(text.value);
        show();
    });
    tools.hidden = false;
    svg.setAttribute("tabindex", "0"); // only now: without this script there is nothing to do on it
    svg.setAttribute("role", "application");
    show();
}

// Another effort has other communes and other areas.
const effort = document.querySelector("select[name=effort]");
effort?.addEventListener("change", () => {
    if (effort.value) location.search = `?effort=${encodeURIComponent(effort.value)}`;
});
