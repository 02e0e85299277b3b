// Starts Wagtail's widgets from the data that cms/staff_widgets.py writes beside them: Wagtail itself writes scripts
// into the page, which our policy forbids. Only what is named here can be started, whatever the data say.
(() => {
    const DATA = 'script[type="application/json"][data-start]';

    // A panel goes on to use a form it added at once, before an observer has told of it.
    const startingAtOnce = (Panel) =>
        class extends Panel {
            addForm(...told) {
                super.addForm(...told);
                startWithin(this.formContainer.get(0));
            }
        };

    const STARTS = {
        DateInput: ({ id, options }) => window.initDateChooser(id, options),
        TimeInput: ({ id, options }) => window.initTimeChooser(id, options),
        DateTimeInput: ({ id, options }) => window.initDateTimeChooser(id, options),
        InlinePanel: ({ options }) => new (startingAtOnce(window.InlinePanel))(options),
        MultipleChooserPanel: ({ options }) => new (startingAtOnce(window.MultipleChooserPanel))(options),
        Chooser: ({ id, options }) => new window.Chooser(id, options),
        PageChooser: ({ id, options }) => new window.PageChooser(id, options),
        ImageChooser: ({ id, options }) => new window.ImageChooser(id, options),
        DocumentChooser: ({ id, options }) => new window.DocumentChooser(id, options),
        SnippetChooser: ({ id, options }) => new window.SnippetChooser(id, options),
        TaskChooser: ({ id }) => window.createTaskChooser(id),
    };

    // Each is started once: its data leave the page, so that one moved to another place is not started anew.
    function start(data) {
        const begin = STARTS[data.dataset.start];
        data.remove();
        try {
            if (!begin) {
                throw new Error(`Nothing starts a widget of the kind ${data.dataset.start}`);
            }
            begin(JSON.parse(data.textContent));
        } catch (error) {
            reportError(error); // one that fails keeps no other from starting
        }
    }

    function startWithin(root) {
        if (root.matches?.(DATA)) {
            start(root);
            return;
        }
        root.querySelectorAll(DATA).forEach(start);
    }

    // This script is deferred: the page is whole, and neither Stimulus nor anybody else has looked at it yet.
    startWithin(document);
    new MutationObserver((changes) => {
        for (const { addedNodes } of changes) {
            for (const node of addedNodes) {
                if (node.nodeType === Node.ELEMENT_NODE && node.isConnected) {
                    startWithin(node);
                }
            }
        }
    }).observe(document.documentElement, { childList: true, subtree: true });
})();
