// "Select all" on the page that sends a page or snippet to be translated.
const all = document.querySelector('[name="select_all"]');

all?.addEventListener("change", () => {
    for (const locale of document.querySelectorAll('[name="locales"]')) {
        locale.checked = all.checked;
    }
});
