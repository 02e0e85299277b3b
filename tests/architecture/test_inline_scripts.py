"""Nothing we run writes a script or a style sheet into a page, and a newer Wagtail that does so is noticed here.

A hash that differs: read what changed in the original, bring our template of the same name (cms/templates) or
cms/staff_widgets.py up to it, then write the new hash.
"""

import ast
import hashlib
import importlib.util
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import get_template
from django.template.utils import get_app_template_dirs
from wagtail.admin.widgets import BaseChooser
from wagtail.admin.widgets.workflows import AdminTaskChooser

ROOT = Path(settings.BASE_DIR)
STARTED = set(re.findall(r"^ {8}(\w+): \(", (ROOT / "static/cms/js/staff_start.js").read_text(), re.M))
# A script that is no file and no data, a style sheet, a handler in an attribute, an address that is a script.
INLINE = re.compile(
    r"<script\b(?![^>]*\b(?:src=|type=\"application/json\"))|<style\b|\son[a-z]+=[\"'{]|[\"']\s*javascript:",
    re.IGNORECASE,
)
# Ours that are read elsewhere than under the site's policy: a letter, a file to keep, a picture made once.
OURS_ELSEWHERE = {
    "messaging/templates/messaging/base.html",
    "rights/templates/rights/copy.html",
    "tools/social_card.html",
}
# What others write so, with the hash of what ours was made from.
REPLACED = {
    "wagtail_localize/admin/edit_translation.html": "52b849c00b09876c",
    "wagtail_localize/admin/submit_translation.html": "f11cd525d207f37c",
    "wagtail_localize/admin/update_translations.html": "793d659d6195ce34",
    "wagtailadmin/panels/inline_panel.html": "195bb0b199edb062",
    "wagtailadmin/panels/multiple_chooser_panel.html": "673bc9b26ca95c03",
    "wagtailadmin/widgets/date_input.html": "2557f7a4fd543d7c",
    "wagtailadmin/widgets/datetime_input.html": "479d8ddeaa73d2fd",
    "wagtailadmin/widgets/time_input.html": "536917c544a13563",
}
NO_PAGE = {"wagtailadmin/notifications/base.html"}  # a letter
PACKAGES = ("wagtail", "wagtail_localize", "allauth", "django_altcha", "modelcluster", "taggit", "csp")
# Where others' Python speaks of scripts, and what of it: the chooser we replace, and what writes none into our pages.
IN_PYTHON = {
    "wagtail/admin/widgets/chooser.py",
    "wagtail/admin/rich_text/converters/db_html.py",  # a remark
    "allauth/socialaccount/providers/shopify/views.py",  # not installed
    "csp/utils.py",  # a template tag nobody here uses
}
RENDER_CHOOSER = "4428cb640b4c8355"


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def installed(package: str) -> Path:
    spec = importlib.util.find_spec(package)
    assert spec
    assert spec.origin
    return Path(spec.origin).parent


def others_templates() -> dict[str, Path]:
    folders = [Path(folder) for folder in get_app_template_dirs("templates")]
    others = [folder for folder in folders if not folder.resolve().is_relative_to(ROOT) or ".venv" in folder.parts]
    assert len(others) > 10
    return {str(path.relative_to(folder)): path for folder in others for path in folder.rglob("*.html")}


def test_our_templates_write_none() -> None:
    ours = [path for path in ROOT.rglob("*.html") if not {".venv", "var", "vendor"} & set(path.relative_to(ROOT).parts)]
    assert len(ours) > 300
    found = {str(path.relative_to(ROOT)) for path in ours if INLINE.search(path.read_text())}
    assert found == OURS_ELSEWHERE


def test_templates_of_others_that_write_one_are_replaced() -> None:
    found = {name for name, path in others_templates().items() if INLINE.search(path.read_text())}
    assert found - NO_PAGE == set(REPLACED)
    for name in REPLACED:
        assert Path(get_template(name).origin.name).is_relative_to(ROOT / "cms" / "templates"), name


@pytest.mark.parametrize("name", REPLACED)
def test_what_we_replaced_is_still_what_it_was(name: str) -> None:
    assert digest(others_templates()[name].read_text()) == REPLACED[name]


def test_python_of_others_writes_none_but_the_chooser_we_replace() -> None:
    found = set()
    for package in PACKAGES:
        folder = installed(package)
        for path in folder.rglob("*.py"):
            name = path.relative_to(folder.parent)
            if not {"test", "tests"} & set(name.parts) and "<script" in path.read_text():
                found.add(str(name))
    assert found == IN_PYTHON


def test_chooser_is_drawn_by_wagtail_as_when_we_replaced_it() -> None:
    source = (installed("wagtail") / "admin/widgets/chooser.py").read_text()
    tree = next(node for node in ast.parse(source).body if getattr(node, "name", "") == "BaseChooser")
    wanted = ("render", "render_js_init")
    parts = [ast.get_source_segment(source, part) or "" for part in tree.body if getattr(part, "name", "") in wanted]
    assert len(parts) == 2
    assert digest("".join(parts)) == RENDER_CHOOSER


def _choosers(kind: type[BaseChooser] = BaseChooser) -> set[type[BaseChooser]]:
    return {kind}.union(*(_choosers(child) for child in kind.__subclasses__()))


def test_every_chooser_can_be_started() -> None:
    choosers = _choosers()
    assert len(choosers) >= 6
    assert {chooser for chooser in choosers if "render" in vars(chooser)} == {BaseChooser}
    assert {chooser for chooser in choosers if "render_js_init" in vars(chooser)} == {BaseChooser, AdminTaskChooser}
    assert {chooser.js_constructor for chooser in choosers} <= STARTED


def test_every_kind_a_template_names_can_be_started() -> None:
    templates = (ROOT / "cms/templates").rglob("*.html")
    named = {kind for path in templates for kind in re.findall(r'start_widget "(\w+)"', path.read_text())}
    assert named == {"DateInput", "TimeInput", "DateTimeInput", "InlinePanel", "MultipleChooserPanel"}
    assert named <= STARTED


@pytest.mark.parametrize(
    "text",
    [
        "<script>x()</script>",
        '<script type="text/javascript">',
        "<style>",
        '<a onclick="x()">',
        "<a href='javascript:x()'>",
    ],
)
def test_what_is_looked_for_is_found(text: str) -> None:
    assert INLINE.search(text)
