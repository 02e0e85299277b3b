"""Whatever somebody calls themselves and whatever is typed into the script editor: no crash, and nothing is lost."""

import csv
from datetime import timedelta
from html.parser import HTMLParser
from io import BytesIO, StringIO
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from cms.models import VolunteerPage
from core.ttl_cache import clear_ttl_caches
from people.models import Submission
from people.tokens import CONFIRM, sign_uuid
from tests.factories.fieldwork import make_script
from tests.factories.staff import World, browse
from tests.factories.trainings import make_curriculum, make_volunteer
from tests.factories.volunteers import make_volunteer_page
from volunteers.certificate_paper import certificate_pdf
from volunteers.models import Certificate, Volunteer

pytestmark = pytest.mark.django_db

HOSTILE = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
NAMES = [
    "=HYPERLINK(1) Ann", "Ann\x00", "Ann\r\nBcc: all@example.org", "\u202eAnn", "\u200fآمنة بنت سعيد\u200e",
    "👩🏽\u200d🦽 Zoë", "Z" + "\u0301" * 140, "𝔄𝔫𝔫", "<script>alert(1)</script> Ann", "{{ 7*7 }} {% load x %} Ann",
    "%s %(name)s Ann", "Ann\\'; DROP TABLE x; --", "\uff41\uff4e\uff4e", "A" * 151, "ﷺ" * 150, "Ann\ud800", "\ufeffAnn",
    "ß" * 150, "İ" * 150, "한국어 이름", "\u2028Ann",
]  # fmt: skip


def sendable(value: str) -> str:
    """Browsers cannot send half a surrogate pair; what stands for it can be sent."""
    return value.encode("utf-8", "replace").decode()


@pytest.fixture
def page(ours: World) -> VolunteerPage:
    made = make_volunteer_page(ours.campaign)
    clear_ttl_caches()
    return made


def taken(page: VolunteerPage, name: str, **told: Any) -> Volunteer | None:
    """Apply with a name and press the link; None where the form came back with what was typed."""
    number = Submission.objects.count()
    form = {"full_name": name, "email": f"a{number}@example.org", "languages": ["fr"], "heard_through": name, **told}
    client = Client(REMOTE_ADDR=f"192.0.2.{number % 250}")
    answer = client.post(reverse("volunteer", args=[page.pk]), form)
    assert answer.status_code in (303, 422), answer.status_code
    if answer.status_code == 422:
        assert Submission.objects.count() == number
        assert answer.context["form"]["full_name"].value() == name  # what was typed is kept
        return None
    submission = Submission.objects.latest("pk")
    path = reverse("confirm", args=[sign_uuid(submission.public_id, CONFIRM)])
    assert client.get(path).status_code == 200
    welcome = client.post(path, follow=True)
    assert welcome.status_code == 200
    return Volunteer.objects.select_related("supporter").latest("pk")


@settings(HOSTILE, max_examples=10)
@given(name=st.one_of(st.sampled_from(NAMES), st.text(min_size=1, max_size=160)))
@example(name=NAMES[0])
@example(name=NAMES[6])
@example(name=NAMES[18])
def test_any_name_is_refused_kept_in_the_form_or_goes_all_the_way(page: VolunteerPage, ours: World, name: str) -> None:
    volunteer = taken(page, sendable(name))
    if volunteer is None:
        return
    kept = volunteer.supporter.full_name
    assert kept == " ".join(sendable(name).split())
    assert kept.isprintable() or not any(ord(character) < 32 for character in kept)
    staff = browse(ours.coordinator)
    for address in ("staff_volunteers:index", "staff_volunteers:pipeline"):
        assert staff.get(reverse(address)).status_code == 200
    assert staff.get(reverse("staff_supporters:inspect", args=[volunteer.supporter_id])).status_code == 200
    lines = list(csv.reader(StringIO(staff.get(reverse("staff_volunteers:export")).getvalue().decode("utf-8-sig"))))
    assert kept in {line[2].removeprefix("'") for line in lines}
    assert Client().get(reverse("volunteer_calendar", args=[volunteer.calendar_key])).status_code == 200


@pytest.mark.parametrize(
    ("name", "is_tagged"),
    [
        ("Łukasz Ñandú Ωμέγα", True),
        ("آمنة بنت سعيد", True),
        ('#read("/etc/passwd") $sum$ *Ann*', True),
        ("\ufeffAnn", True),
        ("한국어 이름 አማርኛ", None),  # as the machine has letters for them or not
        ("\U0010fffd 👩🏽\u200d🦽", False),
    ],
)
def test_every_name_gets_its_certificate_and_stands_there_as_words(
    ours: World, name: str, is_tagged: bool | None
) -> None:
    certificate = Certificate(
        code="ABCDEFGHJKMN", curriculum=make_curriculum(ours), volunteer=make_volunteer(ours, name),
        issued_date=timezone.localdate(), valid_until=timezone.localdate() + timedelta(days=9),
    )  # fmt: skip
    drawn = certificate_pdf(certificate)
    text = "".join(each.extract_text() for each in PdfReader(BytesIO(drawn)).pages)
    assert "root:" not in text
    assert "ABCD" in text
    assert is_tagged is None or (b"pdfuaid" in drawn) == is_tagged
    if name.isascii():
        assert "".join(name.split()) in "".join(text.split())


class Fields(HTMLParser):
    """What a browser would post of the editor's form, without pressing a button."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.values: dict[str, str] = {}
        self._name = self._select = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        name = told.get("name") or ""
        if tag == "input" and name.startswith("q"):
            self.values[name] = told.get("value") or ""
        elif tag == "textarea" and name.startswith("q"):
            self.values[name], self._name = "", name
        elif tag == "select" and name.startswith("q"):
            self._select = name
        elif tag == "option" and self._select and "selected" in told:
            self.values[self._select] = told.get("value") or ""

    def handle_endtag(self, tag: str) -> None:
        self._name = "" if tag == "textarea" else self._name
        self._select = "" if tag == "select" else self._select

    def handle_data(self, data: str) -> None:
        if self._name:
            self.values[self._name] += data


WORDS = st.one_of(
    st.sampled_from(
        ["", "\0", "Ça va ?", "</textarea><script>", "{{ 7*7 }}", "م\u200fن", "\u202e", '[[[{"a":', "x" * 9_000]
    ),
    st.text(max_size=40),
)
NEXT = st.sampled_from(["+", "=", "", "a", "b", "gone", "[]", "9" * 400])
OPTIONS = st.lists(st.tuples(WORDS, NEXT), max_size=4)
QUESTIONS = st.lists(st.tuples(WORDS, st.sampled_from(["choice", "text", "{}"]), NEXT, OPTIONS), max_size=4)


def posted(questions: list[tuple[str, str, str, list[tuple[str, str]]]]) -> dict[str, str]:
    form: dict[str, str] = {}
    for index, (words, kind, target, options) in enumerate(questions):
        form |= {f"q{index}-key": "abcd"[index], f"q{index}-kind": kind, f"q{index}-next": target}
        form[f"q{index}-text-en"] = form[f"q{index}-text-ar"] = sendable(words)
        for place, (answer, goes) in enumerate(options):
            own = f"q{index}-o{place}-"
            form |= {f"{own}key": f"o{place}", f"{own}text-en": sendable(answer), f"{own}next": goes}
    return form


@HOSTILE
@given(
    questions=QUESTIONS, button=st.sampled_from(["preview", "publish", "add-question", "down:0", "remove:99", "x:y"])
)
def test_script_editor_never_breaks_and_gives_back_every_word(
    ours: World, questions: list[tuple[str, str, str, list[tuple[str, str]]]], button: str
) -> None:
    url = reverse("staff_scripts:questions", args=[make_script(ours).pk])
    staff, form = browse(ours.coordinator), posted(questions)
    answer = staff.post(url, {**form, "do": button})
    assert answer.status_code in (200, 302, 422)
    if answer.status_code == 302:
        return
    shown = sorted(clean(value) for name, value in Fields(answer.content.decode()).values.items() if "-text-" in name)
    typed = [clean(value) for name, value in form.items() if "-text-" in name]
    assert [words for words in shown if words] == sorted(words for words in typed if words)


def clean(words: str) -> str:
    """What of ``words`` can be written at all: controls are left out, a line's end is one sign."""
    kept = "".join(each for each in words if each in "\t\n\r" or not (ord(each) < 32 or ord(each) == 127))
    return kept.replace("\r\n", "\n").replace("\r", "\n")
