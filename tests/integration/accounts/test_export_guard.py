"""No export of people without a fresh proof, and none too large without a second person, wherever it is asked for."""

import re
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.core import mail
from django.test import Client
from django.urls import URLPattern, get_resolver, reverse
from django.utils import timezone
from pytest_django import Settings

from accounts.models import ExportRequest, ExportTaken, User
from audiences.actions.segments import create_segment
from audiences.models import Segment
from campaigns.enums import PartnerRole
from core.staff_exports import CsvExportView
from tests.factories.staff import World, browse

pytestmark = pytest.mark.django_db
WHY = "Letters to the ministry, as agreed."

# Exports of people by address; who adds one names it here and in core/test_every_export.
PEOPLE = {
    "staff/registrations/export/",
    "staff/pledges/export/",
    "staff/segments/export/<int:pk>/",
    "staff/signatures/export/",
    "staff/volunteers/export/",
}
# Files a person gets of themselves, tables of figures, and the audit trail, which holds no citizen.
NO_PEOPLE = re.compile(r"^en/|\.csv$|^staff/audit/|^staff/dashboards/")


def walk(patterns: Any, before: str = "") -> Any:
    for pattern in patterns:
        here = f"{before}{pattern.pattern}"
        if isinstance(pattern, URLPattern):
            yield here, pattern.callback
        else:
            yield from walk(pattern.url_patterns, here)


def subclasses(view: type) -> set[type]:
    return {each for child in view.__subclasses__() for each in (child, *subclasses(child))}


def export_addresses() -> set[str]:
    found = {
        here
        for here, callback in walk(get_resolver().url_patterns)
        if not callback.__module__.startswith(("wagtail.", "allauth.")) and "export" in here
    }
    # The lists of requests and of partners, and files that were guarded when they were asked for.
    screens = re.compile(r"^staff/exports/|^staff/partner-exports/(<int:pk>/)?$|^staff/partner-exports/files/")
    return {here for here in found if not NO_PEOPLE.search(here) and not screens.search(here)}


def urls(world: World) -> dict[str, str]:
    if not Segment.objects.exists():
        create_segment(
            organisation=world.lead, campaign=world.campaign, name="All", rule={"all": []}, by="tests",
            at=timezone.now(),
        )  # fmt: skip
    return {each: "/" + each.replace("<int:pk>", str(Segment.objects.get().pk)) for each in PEOPLE}


def test_every_export_of_people_is_known_here() -> None:
    assert export_addresses() == PEOPLE | {"staff/partner-exports/<int:pk>/export/"}  # see coalition's own tests


def test_every_csv_export_view_takes_its_rows_for_people() -> None:
    views = subclasses(CsvExportView)
    assert len(views) >= 4
    assert not [view for view in views if view.holds_no_people]  # type: ignore[attr-defined]
    assert not [view for view in views if view.get is not CsvExportView.get]  # type: ignore[attr-defined]


@pytest.mark.parametrize("address", sorted(PEOPLE))
def test_export_asks_for_a_fresh_proof_first(ours: World, settings: Settings, address: str) -> None:
    settings.REAUTHENTICATION_SECONDS = 900
    url = urls(ours)[address]
    response = browse(ours.coordinator).get(f"{url}?q=x")
    assert response.status_code == 302
    assert response["Location"].startswith(reverse("account_confirm"))


@pytest.mark.parametrize("address", sorted(PEOPLE))
def test_export_above_the_size_asks_for_a_second_person(ours: World, settings: Settings, address: str) -> None:
    settings.EXPORT_APPROVAL_ROWS = -1
    response: Any = browse(ours.coordinator).get(urls(ours)[address])
    assert response.status_code == 200
    assert not response.streaming
    assert "This export needs a second person" in response.content.decode()
    assert not ExportTaken.objects.exists()


@pytest.mark.parametrize("address", sorted(PEOPLE))
def test_export_below_the_size_leaves(ours: World, address: str) -> None:
    response: Any = browse(ours.coordinator).get(urls(ours)[address])
    assert response.streaming
    assert ExportTaken.objects.filter(user=ours.coordinator).count() == 1


@pytest.mark.parametrize("address", sorted(PEOPLE))
def test_looking_at_the_headers_takes_nothing(ours: World, address: str) -> None:
    assert browse(ours.coordinator).head(urls(ours)[address]).status_code == 405


def code_in_mail() -> str:
    found = re.search(r"code: (\S+)", str(mail.outbox[-1].body))
    assert found
    return found.group(1)


@pytest.fixture
def late(ours: World, settings: Settings) -> Client:
    """The coordinator, signed in too long ago."""
    settings.REAUTHENTICATION_SECONDS = 900
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    return browse(ours.coordinator)


def test_code_by_mail_leads_back_to_the_very_export_with_its_filters(late: Client, ours: World) -> None:
    ours.sign()
    export = f"{reverse('staff_signatures:export')}?status=confirmed"
    confirm = late.get(export)["Location"]
    assert late.get(confirm).status_code == 200
    late.post(confirm, {"action": "send"})
    assert mail.outbox[-1].to == [ours.coordinator.email]
    done: Any = late.post(confirm, {"action": "code", "code": code_in_mail()})
    assert done.status_code == 302
    page = late.get(done["Location"]).content.decode()
    assert 'content="0; url=/staff/signatures/export/?status=confirmed"' in page
    file: Any = late.get(export)
    assert file.streaming
    assert b"Nina" in file.getvalue()


def test_wrong_code_is_said_and_the_fourth_try_is_not_heard(late: Client) -> None:
    confirm = reverse("account_confirm")
    late.post(confirm, {"action": "send"})
    for _ in range(3):
        assert late.post(confirm, {"action": "code", "code": "WRONG1"}).status_code == 422
    assert late.post(confirm, {"action": "code", "code": code_in_mail()}).status_code == 422


def test_code_of_somebody_else_or_used_twice_is_worth_nothing(late: Client, ours: World) -> None:
    confirm = reverse("account_confirm")
    late.post(confirm, {"action": "send"})
    code = code_in_mail()
    other = browse(ours.dpo)
    other.post(confirm, {"action": "send"})
    assert other.post(confirm, {"action": "code", "code": code}).status_code == 422
    assert late.post(confirm, {"action": "code", "code": code}).status_code == 302
    assert late.post(confirm, {"action": "code", "code": code}).status_code == 422


def test_who_has_a_second_factor_cannot_choose_the_code_by_mail(late: Client, ours: World) -> None:
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    TOTP.activate(ours.coordinator, generate_totp_secret())
    confirm = reverse("account_confirm")
    assert reverse("mfa_reauthenticate") in late.get(confirm).content.decode()
    late.post(confirm, {"action": "send"})
    assert mail.outbox == []


def test_app_code_leads_back(late: Client, ours: World) -> None:
    from allauth.mfa.totp.internal import auth

    secret = auth.generate_totp_secret()
    auth.TOTP.activate(ours.coordinator, secret)
    confirm = late.get(reverse("staff_signatures:export"))["Location"]
    page = late.get(confirm).content.decode()
    [link] = re.findall(r'href="([^"]*reauthenticate/\?next=[^"]*)"', page)
    counter = next(iter(auth.yield_hotp_counters_from_time()))
    code = auth.format_hotp_value(auth.hotp_value(secret, counter))
    done: Any = late.post(link.replace("&amp;", "&"), {"code": code})
    assert done["Location"].startswith(reverse("account_confirm_done"))
    assert late.get(reverse("staff_signatures:export")).streaming


@pytest.mark.parametrize(
    "following", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "/\\evil.example"]
)
def test_proof_leads_nowhere_else(late: Client, following: str) -> None:
    page = late.get(f"{reverse('account_confirm')}?{urlencode({'next': following})}").content.decode()
    assert "evil" not in page
    assert (
        "javascript:"
        not in late.get(f"{reverse('account_confirm_done')}?{urlencode({'next': following})}").content.decode()
    )


def test_one_click_is_there_in_the_demo_only(late: Client, settings: Settings, ours: World) -> None:
    confirm = reverse("account_confirm")
    User.objects.filter(pk=ours.coordinator.pk).update(email="ada.coordinator@demo.example")
    late.post(confirm, {"action": "demo"})
    assert late.get(reverse("staff_signatures:export")).status_code == 302
    settings.DEMO_MODE = True
    assert late.post(confirm, {"action": "demo"}).status_code == 302
    assert late.get(reverse("staff_signatures:export")).streaming


def test_large_export_from_question_to_file(ours: World, settings: Settings) -> None:
    settings.EXPORT_APPROVAL_ROWS = 1
    for number in range(2):
        ours.sign(f"Nina {number}")
    ada, gul = browse(ours.coordinator), browse(ours.dpo)
    export = f"{reverse('staff_signatures:export')}?q=Secret+Name&status=confirmed"
    assert ada.post(export, {"reason": "short"}).status_code == 422
    asked: Any = ada.post(export, {"reason": WHY})
    row = ExportRequest.objects.get()
    assert asked["Location"] == reverse("staff_exports:show", args=[row.pk])
    assert (row.people, "Secret" in row.filters, "confirmed" in row.filters.lower()) == (2, False, True)
    assert WHY in gul.get(asked["Location"]).content.decode()
    assert "Large exports that wait for you" in gul.get(reverse("wagtailadmin_home")).content.decode()
    assert "You asked already" in ada.get(export).content.decode()
    assert ada.post(asked["Location"], {"decision": "approve"}).status_code == 403
    assert gul.post(asked["Location"], {"decision": "approve"}).status_code == 302
    page = ada.get(asked["Location"]).content.decode()
    assert reverse("staff_signatures:export") in page
    file: Any = ada.get(row.address)
    assert file.streaming
    assert file.getvalue().count(b"Nina") == 2
    assert not ada.get(row.address).streaming


def test_request_of_others_is_not_there(ours: World, theirs: World, settings: Settings) -> None:
    settings.EXPORT_APPROVAL_ROWS = -1
    browse(ours.coordinator).post(reverse("staff_signatures:export"), {"reason": WHY})
    show = reverse("staff_exports:show", args=[ExportRequest.objects.get().pk])
    for user in (theirs.dpo, theirs.coordinator, ours.analyst, ours.manager):
        assert browse(user).get(show).status_code == 404
        assert browse(user).post(show, {"decision": "approve"}).status_code == 404


def test_organisation_that_left_gets_nothing_for_its_approval(ours: World, settings: Settings) -> None:
    settings.EXPORT_APPROVAL_ROWS = 0
    ours.partnership.role = PartnerRole.LEAD
    ours.partnership.save()
    ours.consent(ours.sign(partnership=ours.partnership), ours.partner)
    ben = browse(ours.manager)
    ben.post(reverse("staff_signatures:export"), {"reason": WHY})
    browse(ours.dpo).post(reverse("staff_exports:show", args=[ExportRequest.objects.get().pk]), {"decision": "approve"})
    ours.partnership.left_at = timezone.now() - timedelta(minutes=1)
    ours.partnership.save()
    answer: Any = ben.get(reverse("staff_signatures:export"))
    assert (answer.status_code, answer.streaming) == (403, False)
    assert b"Nina" not in answer.content
