import json

import pytest
from django.core.management import CommandError, call_command

from core.models import AuditEntry
from places.actions.boundaries import replace_outlines
from places.actions.load import load_places
from places.geojson import BoundariesError, read_boundaries
from places.models import Territory

SQUARE = [[[4.3, 50.8], [4.4, 50.8], [4.4, 50.9], [4.3, 50.8]]]


def feature(code="NIS 21009", coordinates=None, kind="Polygon", **properties):
    geometry = {"type": kind, "coordinates": SQUARE if coordinates is None else coordinates}
    return {"type": "Feature", "properties": {"code": code, **properties}, "geometry": geometry}


def collection(*features):
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def test_read_boundaries_of_a_sound_file_gives_geometries_by_prefixed_code():
    content = b"\xef\xbb\xbf" + collection(feature(21009), feature(21010, [SQUARE, SQUARE], kind="MultiPolygon"))

    found = read_boundaries(content, code_property="code", code_prefix="NIS ")

    assert list(found) == ["NIS 21009", "NIS 21010"]
    assert found["NIS 21009"] == {"type": "Polygon", "coordinates": SQUARE}


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"\xff\xfe", "not UTF-8"),
        (b"", "not JSON: line 1, column 1"),
        (b'{"type": ', "not JSON"),
        (b"[" * 200_000, "nested too deeply"),
        (b"[1, 2]", "not a GeoJSON FeatureCollection"),
        (b'{"type": "FeatureCollection"}', "no features"),
        (b'{"type": "FeatureCollection", "features": []}', "no features"),
        (b'{"type": "FeatureCollection", "features": [NaN]}', "NaN"),
        (collection(feature(), 7), "Feature 1: it is not a Feature"),
        (collection(feature(code=None)), "Feature 0: it has no property 'code'"),
        (collection(feature(code=True)), "Feature 0: it has no property 'code'"),
        (collection(feature(code=" ")), "Feature 0: it has no property 'code'"),
        (collection(feature(), feature()), "Feature 1: the code NIS 21009 comes a second time"),
        (collection(feature(kind="Point", coordinates=[4, 50])), "geometry is Point"),
        (collection({**feature(), "geometry": None}), "geometry is nothing"),
        (collection(feature(coordinates=[])), "hold no rings"),
        (collection(feature(coordinates=[[]])), "hold no positions"),
        (collection(feature(coordinates=[[["a", "b"]]])), "is not a position"),
        (collection(feature(coordinates=[[[True, False]]])), "is not a position"),
        (collection(feature(coordinates=[[[4.3]]])), "is not a position"),
        (collection(feature(coordinates=[[[150_000, 170_000]]])), "out of range: longitude and latitude"),
        (collection(feature(coordinates=[SQUARE[0][:3]])), "fewer than four positions"),
        (collection(feature(coordinates=[[[0, 0], [0, 1], [1, 1], [1, 0]]])), "does not end where it began"),
        (collection(feature(kind="MultiPolygon", coordinates="x")), "hold no polygons"),
    ],
)
def test_read_boundaries_of_a_bad_file_says_where_and_why(content, reason):
    with pytest.raises(BoundariesError) as refused:
        read_boundaries(content, code_property="code")
    assert reason in str(refused.value)


@pytest.mark.django_db
class TestReplaceOutlines:
    @pytest.fixture(autouse=True)
    def _places(self):
        load_places()

    def test_replace_outlines_twice_changes_once_and_audits_once(self):
        outlines = read_boundaries(collection(feature()), code_property="code")

        first = replace_outlines(outlines=outlines, source="City, CC0", by="test")
        second = replace_outlines(outlines=outlines, source="City, CC0", by="test")

        assert (first.replaced, second.replaced, second.unchanged) == (("NIS 21009",), (), ("NIS 21009",))
        ixelles = Territory.objects.get(code="NIS 21009")
        assert ixelles.outline["coordinates"] == SQUARE
        assert ixelles.outline_source == "City, CC0"
        assert AuditEntry.objects.get(action="places.outlines.replaced").details == {"codes": ["NIS 21009"]}

    def test_replace_outlines_on_a_dry_run_writes_nothing(self):
        before = Territory.objects.get(code="NIS 21009").outline
        outlines = read_boundaries(collection(feature()), code_property="code")

        report = replace_outlines(outlines=outlines, source="x", by="test", dry_run=True)

        assert report.replaced == ("NIS 21009",)
        assert Territory.objects.get(code="NIS 21009").outline == before
        assert not AuditEntry.objects.filter(action="places.outlines.replaced").exists()

    def test_replace_outlines_with_an_unknown_code_is_refused_whole(self):
        outlines = read_boundaries(collection(feature(), feature("NIS 99999")), code_property="code")

        with pytest.raises(BoundariesError, match="1 of 2 codes name no territory we know: NIS 99999"):
            replace_outlines(outlines=outlines, source="x", by="test")
        assert not Territory.objects.filter(has_own_outline=True).exists()

        report = replace_outlines(outlines=outlines, source="x", by="test", skip_unknown=True)
        assert (report.replaced, report.unknown) == (("NIS 21009",), ("NIS 99999",))

    def test_replace_outlines_with_no_known_code_is_refused_even_when_skipping(self):
        with pytest.raises(BoundariesError, match="1 of 1 codes"):
            replace_outlines(
                outlines=read_boundaries(collection(feature("1")), code_property="code"),
                source="x",
                by="test",
                skip_unknown=True,
            )

    def test_load_boundaries_command_reports_and_refuses(self, tmp_path, capsys):
        file = tmp_path / "b.geojson"
        file.write_bytes(collection(feature(21009)))
        options = {"code_property": "code", "code_prefix": "NIS ", "source": "City, CC0"}

        call_command("load_boundaries", file, **options, dry_run=True)
        call_command("load_boundaries", file, **options)

        out = capsys.readouterr().out.splitlines()
        assert out[0].startswith("1 outlines would be replaced")
        assert out[1].startswith("1 outlines replaced")
        file.write_bytes(b"{")
        with pytest.raises(CommandError, match="not JSON"):
            call_command("load_boundaries", file, **options)
        with pytest.raises(CommandError, match="cannot be read"):
            call_command("load_boundaries", tmp_path / "none.geojson", **options)
