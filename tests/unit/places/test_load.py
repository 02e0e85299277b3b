from dataclasses import replace

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import IntegrityError, transaction

from core.models import AuditEntry
from places import shipped
from places.actions.load import load_places
from places.geojson import read_boundaries
from places.models import Postcode, Territory

pytestmark = pytest.mark.django_db


def test_load_places_on_an_empty_database_makes_the_whole_tree():
    report = load_places()

    assert (report.created, report.updated, report.unchanged) == (50 + 24, 0, 0)
    assert Territory.objects.eu().count() == 27
    assert Territory.objects.countries().count() == 28
    assert Territory.objects.regions_of("BE").count() == 3
    assert Territory.objects.brussels_communes().count() == 19
    assert list(Territory.objects.communes_of("BE")) == list(Territory.objects.brussels_communes())
    ixelles = Territory.objects.get(code="NIS 21009")
    assert (ixelles.parent.code, ixelles.parent.parent.code) == ("BE-BRU", "BE")


def test_load_places_twice_changes_nothing_and_is_audited_once():
    load_places()
    before = list(Territory.objects.order_by("pk").values())

    report = load_places()

    assert (report.created, report.updated, report.unchanged) == (0, 0, 74)
    assert list(Territory.objects.order_by("pk").values()) == before
    assert AuditEntry.objects.filter(action="places.territories.loaded").count() == 1


def test_load_places_with_a_changed_name_updates_that_row_only():
    load_places()
    rows = [
        replace(row, names={**row.names, "en": "Czech Republic"}) if row.code == "CZ" else row
        for row in shipped.territories()
    ]

    report = load_places(territories=rows)

    assert (report.created, report.updated) == (0, 1)
    assert Territory.objects.get(code="CZ").name_in("en") == "Czech Republic"


def test_load_places_with_parents_after_children_finds_them():
    load_places(territories=list(reversed(shipped.territories())))

    assert Territory.objects.get(code="NIS 21001").parent.code == "BE-BRU"


def test_load_places_when_a_main_commune_moves_replaces_it():
    load_places()
    swapped = [replace(row, is_main=not row.is_main) if row.code == "1050" else row for row in shipped.postcodes()]

    report = load_places(postcodes=swapped)

    assert (report.created, report.updated) == (0, 2)
    assert Postcode.objects.get(code="1050", is_main=True).territory.code == "NIS 21004"
    assert load_places(postcodes=swapped).updated == 0


def test_load_places_when_a_postcode_is_withdrawn_removes_it():
    load_places()

    load_places(postcodes=[row for row in shipped.postcodes() if row.code != "1130"])

    assert not Postcode.objects.filter(code="1130").exists()


def test_load_places_leaves_the_operators_outline_alone():
    load_places()
    own = {"type": "Polygon", "coordinates": [[[4, 50], [5, 50], [5, 51], [4, 50]]]}
    Territory.objects.filter(code="BE").update(outline=own, has_own_outline=True, outline_source="Ours, CC0")

    report = load_places()

    assert (report.created, report.updated) == (0, 0)
    assert Territory.objects.get(code="BE").outline == own


def test_load_places_that_fails_leaves_nothing():
    broken = [replace(row, parent="XX") if row.code == "NIS 21019" else row for row in shipped.territories()]

    with pytest.raises(KeyError), transaction.atomic():
        load_places(territories=broken)

    assert not Territory.objects.exists()


def test_postcode_with_two_main_communes_is_refused_by_the_database(territories):
    with pytest.raises(IntegrityError), transaction.atomic():
        Postcode.objects.filter(code="1050").update(is_main=True)


def test_every_shipped_territory_has_a_name_in_every_interface_language_a_source_and_a_sound_outline():
    for row in shipped.territories():
        assert {language for language, _ in settings.LANGUAGES} <= set(row.names), row.code
        assert all(row.names.values()), row.code
        assert row.source, row.code
        assert row.outline_source, row.code
        document = {"type": "Feature", "properties": {"code": row.code}, "geometry": row.outline}
        content = shipped.json.dumps({"type": "FeatureCollection", "features": [document]}).encode()
        assert read_boundaries(content, code_property="code") == {row.code: row.outline}


def test_every_shipped_outline_lies_in_europe_and_is_light():
    for row in shipped.territories():
        outline = row.outline
        polygons = outline["coordinates"] if outline["type"] == "MultiPolygon" else [outline["coordinates"]]
        for x, y in (position for polygon in polygons for ring in polygon for position in ring):
            assert -12 < x < 35, row.code
            assert 34 < y < 72, row.code
    assert (shipped.DATA / "outlines.json").stat().st_size < 150_000


def test_load_places_command_reports_counts(capsys):
    call_command("load_places")
    call_command("load_places")

    first, second = capsys.readouterr().out.splitlines()
    assert first.endswith("74 created, 0 updated, 0 as they were.")
    assert second.endswith("0 created, 0 updated, 74 as they were.")
