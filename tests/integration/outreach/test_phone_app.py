"""The phone app's frame: the same for everybody, kept by caches, light, and right under production's static files."""

import gzip
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.test import Client

from config.checks import PRODUCTION
from outreach import app_files
from outreach.app_files import addresses, app_version, module_address, modules
from tests.factories.accounts import make_user

LIMIT = 150_000


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    """Forget which files the version was made of: tests change the storage under it."""
    yield
    app_files.app_version.cache_clear()


def test_page_is_the_same_for_everybody_and_starts_no_session(client: Client, db: None) -> None:
    anonymous = client.get("/m/")
    client.force_login(make_user("cleo"), backend="django.contrib.auth.backends.ModelBackend")
    signed_in = client.get("/m/")
    assert (anonymous.status_code, anonymous.content) == (200, signed_in.content)
    for answer in (anonymous, signed_in):
        assert not answer.cookies
        assert "Cookie" not in answer["Vary"]
        assert answer["Cache-Control"] == "public, no-cache"
    assert client.get("/m/", headers={"If-None-Match": anonymous["ETag"]}).status_code == 304


def test_page_obeys_the_strict_policy(client: Client) -> None:
    answer = client.get("/m/")
    page = answer.content.decode()
    assert "unsafe" not in answer["Content-Security-Policy"]
    assert not re.search(r"<style|\sstyle=|<script(?![^>]*\ssrc=)|\son[a-z]+=\"", page)
    assert module_address("main.js") in page
    assert f'data-version="{app_version()}"' in page


@pytest.mark.parametrize("query", ["", "?plain"])
def test_worker_keeps_every_file_and_every_file_is_there(client: Client, query: str) -> None:
    answer = client.get(f"/m/sw.js{query}")
    script = answer.content.decode()
    listed = json.loads(re.search(r"ADDRESSES = (\[.*?\]);", script, re.S)[1])  # type: ignore[index]
    assert listed == addresses()
    assert ("import {" in script) == (not query)
    for address in listed:
        if address.startswith(django_settings.STATIC_URL):
            assert finders.find(address.removeprefix(django_settings.STATIC_URL)), address
        else:
            assert client.get(address)["Cache-Control"] == "public, max-age=31536000, immutable"


def test_module_of_another_version_is_not_here(client: Client, db: None) -> None:
    here = module_address("main.js")
    assert client.get(here).status_code == 200
    assert client.get(here.replace(app_version(), "0" * 12)).status_code == 404
    assert client.get(here.replace("main.js", "../app_views.py")).status_code == 404


def test_modules_import_only_what_is_served(client: Client) -> None:
    for name, packed in modules().items():
        folder = Path(name).parent
        for wanted in re.findall(r"from \"(\.[^\"]+)\"", packed.body.decode()):
            target = (Path("/") / folder / wanted).resolve().relative_to("/").as_posix()
            assert target in modules(), f"{name} imports {wanted}"


def test_any_change_is_another_version(monkeypatch: pytest.MonkeyPatch) -> None:
    before = app_version()
    changed = {**modules(), "main.js": app_files.pack(modules()["main.js"].body + b"\n")}
    monkeypatch.setattr(app_files, "modules", lambda: changed)
    app_version.cache_clear()
    assert app_version() != before


def test_first_visit_weighs_less_than_150_kb(client: Client) -> None:
    """Page, worker, manifest and everything the worker keeps, each once, gzipped as it is served (fonts are packed)."""
    sizes = {}
    for address in ["/m/", "/m/sw.js", "/m/manifest.webmanifest?lang=en", *addresses()]:
        if address.startswith(django_settings.STATIC_URL):
            body = Path(str(finders.find(address.removeprefix(django_settings.STATIC_URL)))).read_bytes()
            sizes[address] = len(body if address.endswith((".woff2", ".png")) else gzip.compress(body, 6))
        else:
            answer = client.get(address, headers={"Accept-Encoding": "gzip"})
            assert answer["Content-Encoding"] == "gzip"
            sizes[address] = len(answer.content)
    headers = 600 * len(sizes)  # about what each answer says around its body
    assert sum(sizes.values()) + headers < LIMIT, sizes


@pytest.mark.parametrize(("language", "direction"), [("en", "ltr"), ("fr", "ltr"), ("nl", "ltr"), ("ar", "rtl")])
def test_manifest_speaks_the_language_asked_for(client: Client, language: str, direction: str) -> None:
    answer = client.get(f"/m/manifest.webmanifest?lang={language}")
    manifest = answer.json()
    assert answer["Content-Type"] == "application/manifest+json"
    assert (manifest["lang"], manifest["dir"], manifest["scope"]) == (language, direction, "/m/")
    assert {icon["purpose"] for icon in manifest["icons"]} == {"any", "maskable"}
    for icon in manifest["icons"]:
        assert finders.find(icon["src"].removeprefix(django_settings.STATIC_URL))


def test_texts_exist_for_the_sites_languages_only(client: Client, db: None) -> None:
    assert client.get("/m/texts/ar.json").json()["undo"]
    assert client.get("/m/texts/xx.json").status_code == 404


def test_production_names_hashed_files_and_the_same_modules(client: Client, settings: Any, tmp_path: Path) -> None:
    assert PRODUCTION["DJANGO_SETTINGS_MODULE"] == "config.settings.production"
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = {
        **settings.STORAGES, "staticfiles": {"BACKEND": "config.static_storage.QuickManifestStaticFilesStorage"}
    }  # fmt: skip
    call_command("collectstatic", interactive=False, verbosity=0)
    app_version.cache_clear()
    page = client.get("/m/").content.decode()
    assert re.search(r"outreach/app\.[0-9a-f]{12}\.css", page)
    for address in addresses():
        if address.startswith(django_settings.STATIC_URL):
            assert (tmp_path / address.removeprefix(django_settings.STATIC_URL)).exists()
            assert re.search(r"\.[0-9a-f]{12}\.\w+$", address)
        else:
            assert client.get(address).status_code == 200
