"""How a partner's rows are written and read: many chunks, the same numbers and digests, nobody erased meanwhile."""

from datetime import datetime

import pytest

from coalition import export_rows
from coalition.export_enums import PartnerExportStatus
from coalition.export_rows import Lines, is_out_of_date, write_down
from coalition.models import HandedOver, PartnerExport
from core.hashing import keyed_hash
from tests.factories.partner_exports import Keyring, consenting, give_key
from tests.factories.staff import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def export(ours: World, at: datetime, monkeypatch: pytest.MonkeyPatch) -> PartnerExport:
    """A whole file of three people, in chunks of two."""
    monkeypatch.setattr(export_rows, "CHUNK", 2)
    for name in ("One", "Two", "Three"):
        consenting(ours, name, at)
    return another(ours, at)


def another(world: World, at: datetime, **columns: bool) -> PartnerExport:
    PartnerExport.objects.update(status=PartnerExportStatus.READY)
    key = give_key(world, Keyring(), at)
    return PartnerExport.objects.create(partnership=world.partnership, key=key, is_whole=True, asked_at=at, **columns)


def test_rows_keep_number_and_first_file_when_they_are_seen_again(
    ours: World, export: PartnerExport, at: datetime
) -> None:
    write_down(export, at)
    before = list(HandedOver.objects.order_by("pk").values_list("pk", "point", "digest"))
    write_down(export, at)
    again = another(ours, at)
    write_down(again, at)
    assert list(HandedOver.objects.order_by("pk").values_list("pk", "point", "digest")) == before
    assert set(HandedOver.objects.values_list("given", "seen", "taken_back")) == {(export.pk, again.pk, None)}
    assert len(before) == 3


def test_copy_changes_nothing_but_who_was_copied(ours: World, export: PartnerExport, at: datetime) -> None:
    write_down(export, at)
    consenting(ours, "Four", at)
    copy = another(ours, at, is_copy=True)
    write_down(copy, at)
    rows = list(HandedOver.objects.order_by("pk").values_list("seen", "copied", "held"))
    assert rows == [(export.pk, copy.pk, None)] * 3 + [(copy.pk, copy.pk, None)]
    assert list(HandedOver.objects.filter(seen=copy).values_list("digest", "told")) == [("", "")]


def test_digest_is_the_one_that_partners_were_told_before(export: PartnerExport, at: datetime) -> None:
    write_down(export, at)
    row = HandedOver.objects.select_related("point__supporter").earliest("pk")
    assert row.point is not None
    person = row.point.supporter
    texts = (person.full_name, person.language, person.residence_country, person.postcode)
    assert row.digest == keyed_hash("handed-over", row.point.as_typed, *texts)


def test_who_is_erased_while_lines_are_read_has_none(export: PartnerExport, at: datetime) -> None:
    write_down(export, at)
    lines = Lines(export, at)
    pieces = iter(lines)
    head, first = next(pieces), next(pieces)
    HandedOver.objects.filter(pk=HandedOver.objects.latest("pk").pk).update(point=None)
    rest = b"".join(pieces)
    assert (head.count(b"\r\n"), first.count(b"\r\n"), rest, lines.people) == (1, 2, b"", 2)
    assert is_out_of_date(export, at)
