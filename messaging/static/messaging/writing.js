// The editor of texts: inserts at the cursor and shows the mail while it is written. Everything works without it.
"use strict";

const form = document.querySelector("[data-writing]");

if (form) {
    let field = null;
    let asked = 0;
    let timer = 0;

    for (const tools of form.querySelectorAll("[data-scripted]")) tools.hidden = false;
    for (const button of form.querySelectorAll("[data-unscripted]")) button.hidden = true;

    const fieldToWriteIn = () => field || form.querySelector("textarea[data-words], input[data-words]");

    // Puts words in the place of what is chosen; with ``after``, around it.
    const put = (target, before, after = "", fallback = "") => {
        const { selectionStart: start, selectionEnd: end, value } = target;
        const chosen = after ? value.slice(start, end) || fallback : "";
        target.focus();
        // execCommand keeps the field's own "undo", which setting the value would lose.
        const words = before + chosen + after;
        if (!document.execCommand("insertText", false, words)) target.setRangeText(words, start, end, "end");
        const at = start + before.length;
        if (after) target.setSelectionRange(at, at + chosen.length);
        target.dispatchEvent(new Event("input", { bubbles: true }));
    };

    const wrap = (marks) => put(fieldToWriteIn(), marks, marks, "…");

    const link = () => {
        const target = fieldToWriteIn();
        put(target, "[", "](https://)", "…");
        const at = target.value.indexOf("](https://)", target.selectionStart) + 10;
        if (at > 9) target.setSelectionRange(at, at);
    };

    const list = () => {
        const target = fieldToWriteIn();
        const chosen = target.value.slice(target.selectionStart, target.selectionEnd);
        put(target, chosen ? chosen.split("\n").map((line) => `- ${line}`).join("\n") : "\n- ");
    };

    const show = async () => {
        const number = ++asked;
        const look = form.querySelector("[name=look]:checked");
        const answer = await fetch(form.action, {
            method: "POST",
            body: new FormData(form),
            headers: { "X-Preview": "1" },
        });
        if (!answer.ok || number !== asked) return;
        const pane = form.querySelector("[data-preview]");
        pane.innerHTML = await answer.text();
        if (look) {
            const same = pane.querySelector(`[name=look][value="${look.value}"]`);
            if (same) same.checked = true;
        }
    };

    form.addEventListener("focusin", (event) => {
        if (event.target.matches("[data-words]")) field = event.target;
    });
    form.addEventListener("input", (event) => {
        if (event.target.name === "look") return;
        clearTimeout(timer);
        timer = setTimeout(show, 400);
    });
    form.addEventListener("click", (event) => {
        const button = event.target.closest("button[type=button]");
        if (!button) return;
        const target = fieldToWriteIn();
        if (!target) return;
        if (button.dataset.insert) put(target, button.dataset.insert);
        else if (button.dataset.wrap) wrap(button.dataset.wrap);
        else if ("link" in button.dataset) link();
        else if ("list" in button.dataset) list();
    });
    form.addEventListener("keydown", (event) => {
        if (!(event.ctrlKey || event.metaKey) || event.altKey || !event.target.matches("textarea[data-words]")) return;
        if (form.querySelector("#sms")) return;
        const act = { b: () => wrap("**"), i: () => wrap("*"), k: link }[event.key.toLowerCase()];
        if (!act) return;
        event.preventDefault();
        act();
    });
}
