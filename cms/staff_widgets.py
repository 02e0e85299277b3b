"""Wagtail's widgets started without scripts inside the page, which the staff area's policy forbids.

Where Wagtail writes ``<script>new PageChooser("id", {…})</script>``, we write the same as data beside the widget, and
``static/cms/js/staff_start.js`` starts what it knows by name, on load and when more of the page comes later. Templates
that do so stand in ``cms/templates/wagtailadmin`` and ``wagtail_localize``; choosers are drawn by Python, and their one
method is replaced here. ``tests/architecture/test_inline_scripts.py`` notices when Wagtail changes its own.
"""

import json
from typing import Any

from django.forms.renderers import BaseRenderer
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from wagtail.admin.widgets import BaseChooser
from wagtail.admin.widgets.workflows import AdminTaskChooser

# As Django's json_script: nothing in the data can end the element it stands in.
_ESCAPED = {ord(">"): "\\u003E", ord("<"): "\\u003C", ord("&"): "\\u0026"}


def start_data(kind: str, options: Any, *, id_: str = "") -> SafeString:
    """Return the data by which staff_start.js starts a widget of this kind; no browser runs it.

    Quotes stay as they are, because Wagtail numbers the forms it adds by replacing ``__prefix__`` up to the next one.
    """
    text = json.dumps({"id": id_, "options": options}).translate(_ESCAPED)
    return format_html(
        '<script type="application/json" data-start="{}">{}</script>',
        kind,
        mark_safe(text),  # noqa: S308 - escaped above for the element it stands in
    )


def render_chooser(
    widget: BaseChooser,
    name: str,
    value: Any,
    attrs: dict[str, Any] | None = None,
    renderer: BaseRenderer | None = None,
) -> SafeString:
    """Draw a chooser as ``BaseChooser.render`` does, its script replaced by data."""
    id_ = (attrs or {})["id"]
    value_data = widget.get_value_data(value)
    drawn = mark_safe(widget.render_html(name, value_data, attrs))  # noqa: S308 - a template's answer
    kind = "TaskChooser" if isinstance(widget, AdminTaskChooser) else widget.js_constructor
    return drawn + start_data(kind, widget.get_js_init_options(id_, name, value_data), id_=id_)


def replace_chooser_scripts() -> None:
    """Have every chooser of Wagtail drawn without a script inside the page."""
    BaseChooser.render = render_chooser
