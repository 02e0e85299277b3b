// Tells wagtail-localize's editor where the choosers are; the page names the addresses on this script's element.
window.chooserUrls ??= { ...document.currentScript.dataset };
