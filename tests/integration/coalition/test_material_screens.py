"""The staff screens of materials: the list, one material with its languages, what is put up, and the downloads."""

import threading
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from campaigns.models import Campaign
from coalition.actions.material_downloads import count_download
from coalition.actions.materials import NotOfThisKindError
from coalition.models import Material, MaterialVersion
from coalition.viewsets.material_forms import MaterialForm
from core.models import AuditEntry
from tests.factories.files import PDF, office, zipped
from tests.factories.materials import make_material, put_up, upload
from tests.factories.staff import World, browse
from tests.threads import run_at_once

pytestmark = pytest.mark.django_db
INDEX = "staff_materials:index"


def page_of(material: Material) -> str:
    return reverse("staff_materials:material", args=[material.pk])


def told(world: World, **more: Any) -> dict[str, Any]:
    return {"campaign": world.campaign.pk, "title": "Flyer", "kind": "flyer", "position": 10, **more}


def errors(answer: Any, field: str) -> str:
    return " ".join(answer.context["form"].errors.get(field, []))


def test_coordinator_adds_a_material_and_puts_it_up_in_a_language(ours: World) -> None:
    ada = browse(ours.coordinator)
    add = reverse("staff_materials:add")
    answer = ada.post(add, told(ours, for_countries=["BE", "FR"], for_roles=["organiser"]))
    material = Material.objects.get()
    assert (answer["Location"], material.countries, material.roles) == (page_of(material), ",BE,FR,", ",organiser,")
    assert "put up in no language yet" in ada.get(page_of(material)).content.decode()
    ada.post(page_of(material), {"do": "put_up", "language": "pl", "file": upload("ulotka.pdf")})
    version = MaterialVersion.objects.get()
    assert (version.language, version.file_name, version.uploaded_by) == ("pl", "ulotka.pdf", ours.coordinator)
    page = ada.get(page_of(material)).content.decode()
    assert "ulotka.pdf" in page
    assert "English, Français" in page, "the languages it lacks"
    assert AuditEntry.objects.filter(action="coalition.material.created").count() == 1
    ada.post(page_of(material), {"do": "take_back", "row": version.pk})
    assert not MaterialVersion.objects.offered().exists()


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("flyer.pdf", b"<html><script>alert(1)</script>", "another kind"),
        ("logo.svg", b"<svg/>", "are not taken"),
        ("letter.docx", office(**{"word/vbaProject.bin": b"x"}), "macros"),
        ("all.zip", zipped({"../a.txt": b"a"}), "written elsewhere"),
        ("flyer.pdf", b"", "empty"),
        ("a" * 160 + ".pdf", PDF, "longer than"),
    ],
)
def test_hostile_file_is_refused_next_to_its_field(ours: World, name: str, content: bytes, said: str) -> None:
    material = make_material(ours)
    answer = browse(ours.coordinator).post(
        page_of(material), {"do": "put_up", "language": "fr", "file": upload(name, content)}
    )
    assert answer.status_code == 422
    assert said in errors(answer, "file")
    assert answer.context["form"]["language"].value() == "fr", "what was chosen stays"
    assert not MaterialVersion.objects.exists()


def test_text_to_copy_is_typed_and_replaced(ours: World) -> None:
    material, ada = make_material(ours, kind="text"), browse(ours.coordinator)
    for text in ("Sign: {link}", "Sign now: {link}"):
        assert ada.post(page_of(material), {"do": "put_up", "language": "en", "text": text}).status_code == 302
    empty = ada.post(page_of(material), {"do": "put_up", "language": "en", "text": " "})
    assert (empty.status_code, bool(errors(empty, "text"))) == (422, True)
    assert [version.text for version in MaterialVersion.objects.offered()] == ["Sign now: {link}"]
    assert "Replaced or taken back" in ada.get(page_of(material)).content.decode()


def test_retired_material_is_not_put_up_before_it_is_brought_back(ours: World) -> None:
    material, ada = make_material(ours), browse(ours.coordinator)
    ada.post(page_of(material), {"do": "retire"})
    answer = ada.post(page_of(material), {"do": "put_up", "language": "en", "file": upload()})
    assert answer.status_code == 422
    assert "changed this material meanwhile" in errors(answer, "__all__")
    ada.post(page_of(material), {"do": "bring_back"})
    assert ada.post(page_of(material), {"do": "put_up", "language": "en", "file": upload()}).status_code == 302


def test_file_becomes_no_text_once_it_is_put_up(ours: World) -> None:
    material, ada = make_material(ours), browse(ours.coordinator)
    edit = reverse("staff_materials:edit", args=[material.pk])
    put_up(material)
    refused = ada.post(edit, told(ours, kind="text"))
    assert "A file cannot become a text" in errors(refused, "kind")
    other = Campaign.objects.create(title="other", slug="other", organisation=ours.lead)
    assert ada.post(edit, told(ours, kind="poster", title="Poster", campaign=other.pk)).status_code == 302
    material.refresh_from_db()
    assert (material.kind, material.title, material.campaign) == ("poster", "Poster", ours.campaign)


def test_who_only_reads_changes_nothing(ours: World) -> None:
    material = make_material(ours)
    version = put_up(material)
    assert "Put it up" in browse(ours.coordinator).get(page_of(material)).content.decode()
    for user in (ours.analyst, ours.dpo):
        client = browse(user)
        assert "Put it up" not in client.get(page_of(material)).content.decode()
        for posted in ({"do": "retire"}, {"do": "take_back", "row": version.pk}, {"do": "put_up", "language": "fr"}):
            assert client.post(page_of(material), posted).status_code == 403
    assert list(MaterialVersion.objects.offered()) == [version]


def test_partner_and_another_coalition_see_none_of_it(ours: World, theirs: World) -> None:
    material = make_material(ours)
    version = put_up(material)
    other = make_material(theirs)
    file = reverse("staff_materials:downloads_file", args=[ours.campaign.pk])
    assert browse(ours.manager).get(page_of(material)).status_code == 403
    assert browse(ours.manager).get(file).status_code == 403
    stranger = browse(theirs.coordinator)
    assert stranger.get(page_of(material)).status_code == 404
    assert stranger.get(file).status_code == 404
    for posted in ({"do": "retire"}, {"do": "take_back", "row": version.pk}):
        assert stranger.post(page_of(material), posted).status_code == 404
        assert stranger.post(page_of(other), {**posted, "row": version.pk}).status_code in (302, 404)
    assert list(MaterialVersion.objects.offered()) == [version]
    assert [row.pk for row in stranger.get(reverse(INDEX)).context["object_list"]] == [other.pk]


def test_list_is_searched_and_narrowed(ours: World) -> None:
    flyer, poster = make_material(ours, "Summer flyer"), make_material(ours, "Poster", "poster")
    put_up(flyer, "fr")
    put_up(poster, "pl")
    ada = browse(ours.coordinator)

    def found(**asked: Any) -> set[str]:
        return {row.title for row in ada.get(reverse(INDEX), asked).context["object_list"]}

    assert found() == {"Summer flyer", "Poster"}
    assert found(q="summer") == found(kind="flyer") == found(language="fr") == found(lacks="pl") == {"Summer flyer"}
    assert found(campaign=ours.campaign.pk, state="retired") == set()
    assert "Polski" in ada.get(reverse(INDEX)).content.decode()


def test_queries_of_list_and_page_do_not_grow(ours: World) -> None:
    ada = browse(ours.coordinator)
    first = make_material(ours)
    counts: list[list[int]] = []
    for languages in (("en",), ("fr", "pl")):
        for language in languages:
            put_up(first, language)
            count_download(
                version=put_up(make_material(ours), language), partnership=ours.partnership, at=timezone.now()
            )
        counts.append([])
        for url in (reverse(INDEX), page_of(first), reverse("staff_materials:downloads")):
            ada.get(url)
            with CaptureQueriesContext(connection) as queries:
                ada.get(url)
            counts[-1].append(len(queries))
    assert counts[0] == counts[1]


def test_downloads_are_shown_by_partner_language_and_version_and_leave_as_a_file(ours: World) -> None:
    version = put_up(make_material(ours), "fr")
    for partnership in (ours.partnership, ours.partnership, None):
        count_download(version=version, partnership=partnership, at=timezone.now())
    ada = browse(ours.coordinator)

    def shown(by: str) -> list[tuple[str, int]]:
        page = ada.get(reverse("staff_materials:downloads"), {"by": by}).context["page"]
        return [(line.label, line.count) for line in page]

    assert shown("partner") == [("ours partner", 2), ("the lead's own people", 1)]
    assert shown("language") == [("Français", 3)]
    assert shown("version") == [("Flyer · Français · 1", 3)]
    answer: Any = ada.get(reverse("staff_materials:downloads_file", args=[ours.campaign.pk]))
    lines = answer.getvalue().decode().splitlines()
    assert [line.split(",")[:7] for line in lines[1:]] == [
        ["Flyer", "flyer", "fr", "1", "", "", "1"],
        ["Flyer", "flyer", "fr", "1", "ours partner", "", "2"],
    ]
    assert AuditEntry.objects.filter(action="coalition.material_downloads.exported").count() == 1


def test_numbers_that_are_none_are_not_there(ours: World) -> None:
    material, ada = make_material(ours), browse(ours.coordinator)
    for row in ("", "x", "²", "9" * 30):
        answer: HttpResponse = ada.post(page_of(material), {"do": "take_back", "row": row})  # type: ignore[assignment]
        assert answer.status_code == 404


@pytest.mark.django_db(transaction=True)
def test_file_put_up_while_the_material_becomes_a_text_waits_and_is_refused(
    ours: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    material, ada, outcome = make_material(ours), browse(ours.coordinator), list[Any]()
    clean_kind = MaterialForm.clean_kind

    has_begun = threading.Event()

    def put_up_at_once() -> None:
        has_begun.set()
        outcome.extend(run_at_once(lambda: put_up(material)))

    other = threading.Thread(target=put_up_at_once)

    def and_then_somebody_puts_up_a_file(form: MaterialForm) -> str:
        kind = clean_kind(form)
        other.start()
        assert has_begun.wait(60)
        other.join(timeout=0.5)
        return kind

    monkeypatch.setattr(MaterialForm, "clean_kind", and_then_somebody_puts_up_a_file)
    assert ada.post(reverse("staff_materials:edit", args=[material.pk]), told(ours, kind="text")).status_code == 302
    other.join(timeout=60)
    assert isinstance(outcome[0], NotOfThisKindError)
    assert not MaterialVersion.objects.exists()
