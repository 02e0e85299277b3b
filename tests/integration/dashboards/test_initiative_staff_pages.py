import json
from datetime import date
from decimal import Decimal

import pytest
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from model_bakery import baker

from accounts.models import Membership, Organisation, Role, User
from campaigns.models import Campaign, DeadlineKind, Initiative, ProgressSnapshot, SetAside
from core.models import AuditEntry
from tests.factories.initiatives import add_reading, make_initiative, register_answer

pytestmark = pytest.mark.django_db
BASE = "/staff/dashboards/initiatives/"


def member(name, role, organisation):
    user = User.objects.create_user(email=f"{name}@example.org", is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="access_admin"))
    if role:
        Membership.objects.create(user=user, organisation=organisation, role=role)
    return user


@pytest.fixture
def organisation():
    return baker.make(Organisation)


@pytest.fixture
def ada(organisation):
    return member("ada", Role.COORDINATOR, organisation)


@pytest.fixture
def cleo(organisation):
    return member("cleo", Role.MOBILISER, organisation)


@pytest.fixture
def dan():
    return member("dan", Role.COORDINATOR, baker.make(Organisation))


@pytest.fixture
def initiative():
    made = make_initiative()
    add_reading(made, date(2025, 3, 1), {"DE": 1_000, "GR": 30_000})
    return made


def link_to(initiative, organisation):
    Initiative.objects.update(campaign=baker.make(Campaign, organisation=organisation))


def upload(client, **fields):
    return client.post(f"{BASE}import/", fields)


def json_file(answer):
    return SimpleUploadedFile("register.json", json.dumps(answer).encode())


def test_index_and_detail_are_seen_by_any_member(client, initiative, cleo):
    client.force_login(cleo)
    index = client.get(BASE).content.decode()
    assert initiative.registration_number in index
    assert "Import an initiative" not in index
    detail = client.get(f"{BASE}{initiative.pk}/").content.decode()
    assert "31,000" in detail
    assert "Latest readings" in detail
    assert "planning/" not in detail


def test_pages_are_refused_without_any_membership(client, initiative):
    client.force_login(member("nobody", None, None))
    for path in ("", f"{initiative.pk}/", f"{initiative.pk}/total.svg", "import/"):
        response = client.get(f"{BASE}{path}")
        assert response.status_code == 302, path
        assert "31,000" not in response.content.decode()


def test_pages_send_the_public_to_the_sign_in(client, initiative):
    response = client.get(f"{BASE}{initiative.pk}/")
    assert response.status_code == 302
    assert "login" in response["Location"]


def test_campaigns_initiative_is_404_for_outsiders(client, initiative, organisation, ada, dan):
    link_to(initiative, organisation)
    client.force_login(dan)
    for path in ("", "planning/", "total.svg", "countries.csv"):
        # A missing page outside a language's tree is looked for inside it, and is missing there as well.
        assert client.get(f"{BASE}{initiative.pk}/{path}", follow=True).status_code == 404
    client.force_login(ada)
    assert client.get(f"{BASE}{initiative.pk}/").status_code == 200


def test_charts_and_tables_are_saved_also_when_not_public(client, initiative, cleo):
    Initiative.objects.update(is_public=False)
    client.force_login(cleo)
    assert client.get(f"{BASE}{initiative.pk}/tiles.svg")["Content-Type"].startswith("image/svg+xml")
    assert client.get(f"{BASE}{initiative.pk}/countries.csv").status_code == 200


def test_insider_without_the_right_changes_nothing(client, initiative, cleo):
    client.force_login(cleo)
    snapshot = initiative.snapshots.get()
    attempts = [
        client.get(f"{BASE}import/"),
        client.get(f"{BASE}{initiative.pk}/planning/"),
        client.post(f"{BASE}{initiative.pk}/readings/{snapshot.pk}/set-aside/", {"reason": "x"}),
    ]
    # Wagtail answers "no permission" by sending people to its front page with a message.
    assert [response.status_code for response in attempts] == [302, 302, 302]
    assert not SetAside.objects.exists()


def test_import_register_file_is_looked_at_first_then_applied(client, ada):
    client.force_login(ada)
    looked = upload(client, kind="register", file=json_file(register_answer()))
    assert looked.status_code == 200
    assert not Initiative.objects.exists()
    assert looked.context["report"].total == 150
    applied = upload(client, kind="apply", plan=looked.context["plan"])
    initiative = Initiative.objects.get()
    assert applied["Location"] == f"{BASE}{initiative.pk}/"
    assert initiative.snapshots.get().total == 150
    assert AuditEntry.objects.get(action="campaigns.initiative.imported").actor == f"user:{ada.pk}"
    upload(client, kind="apply", plan=looked.context["plan"])
    assert ProgressSnapshot.objects.count() == 1


def test_import_counts_file_is_applied_to_its_initiative(client, initiative, ada):
    client.force_login(ada)
    table = SimpleUploadedFile("counts.csv", b"country;statements_of_support\nEL;31000\nDE;1200\n")
    looked = upload(client, kind="counts", initiative=initiative.pk, as_of="2025-04-01", counts=table)
    upload(client, kind="apply", plan=looked.context["plan"])
    assert initiative.snapshots.latest("as_of_date").counts == {"GR": 31_000, "DE": 1_200}


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"kind": "register", "file": SimpleUploadedFile("a.json", b"{")}, "This is not JSON"),
        ({"kind": "register", "file": SimpleUploadedFile("a.json", b"\xff\xfe\x00")}, "not UTF-8"),
        ({"kind": "register"}, "This field is required"),
        (
            {"kind": "counts", "as_of": "2025-04-01", "counts": SimpleUploadedFile("a.csv", b"country,x\nDE,1\n")},
            "statements_of_support",
        ),
        (
            {
                "kind": "counts",
                "as_of": "2025-04-01",
                "counts": SimpleUploadedFile("a.csv", b"country,statements_of_support\nDE,-1\n"),
            },
            "Line 2, column 2",
        ),
    ],
)
def test_import_of_a_bad_file_says_what_is_wrong(client, initiative, ada, fields, words):
    client.force_login(ada)
    for value in fields.values():
        if hasattr(value, "seek"):
            value.seek(0)
    response = upload(client, **({"initiative": initiative.pk} if fields["kind"] == "counts" else {}), **fields)
    assert response.status_code == 422
    assert words in response.content.decode()
    assert ProgressSnapshot.objects.count() == 1


@pytest.mark.parametrize("plan", ["", "tampered", "e30:1:x"])
def test_import_apply_of_a_changed_plan_is_refused(client, ada, plan):
    client.force_login(ada)
    assert upload(client, kind="apply", plan=plan)["Location"] == f"{BASE}import/"
    assert not Initiative.objects.exists()


def planning(**changes):
    return {
        "is_public": "on",
        "default_validity_rate": "0.80",
        "deadline_collection_end": "2025-08-31",
        "rate_DE": "0.9",
    } | changes


def test_planning_stores_deadlines_and_rates(client, initiative, ada):
    client.force_login(ada)
    assert client.get(f"{BASE}{initiative.pk}/planning/").status_code == 200
    response = client.post(f"{BASE}{initiative.pk}/planning/", planning())
    assert response.status_code == 302
    initiative.refresh_from_db()
    assert initiative.default_validity_rate == Decimal("0.80")
    assert initiative.validity_estimates.get().rate == Decimal("0.9")
    assert initiative.deadlines.get().due_date == date(2025, 8, 31)
    assert initiative.deadlines.get().kind == DeadlineKind.COLLECTION_END


@pytest.mark.parametrize(
    "changes", [{"default_validity_rate": "0"}, {"default_validity_rate": "1.2"}, {"rate_DE": "-1"}, {"rate_FR": "x"}]
)
def test_planning_refuses_shares_that_cannot_be_and_keeps_what_was_typed(client, initiative, ada, changes):
    client.force_login(ada)
    response = client.post(f"{BASE}{initiative.pk}/planning/", planning(**changes))
    assert response.status_code == 422
    assert "2025-08-31" in response.content.decode()
    assert not initiative.validity_estimates.exists()


def test_planning_of_another_organisations_campaign_cannot_be_chosen(client, initiative, ada):
    client.force_login(ada)
    foreign = baker.make(Campaign, organisation=baker.make(Organisation))
    response = client.post(f"{BASE}{initiative.pk}/planning/", planning(campaign=foreign.pk))
    assert response.status_code == 422
    initiative.refresh_from_db()
    assert initiative.campaign is None


def test_set_aside_and_restore_a_reading(client, initiative, ada):
    client.force_login(ada)
    snapshot = initiative.snapshots.get()
    url = f"{BASE}{initiative.pk}/readings/{snapshot.pk}/"
    client.post(f"{url}set-aside/", {"reason": ""})
    assert not SetAside.objects.exists()
    client.post(f"{url}set-aside/", {"reason": "typed wrongly"})
    assert SetAside.objects.get().by == ada
    assert "typed wrongly" in client.get(f"{BASE}{initiative.pk}/").content.decode()
    client.post(f"{url}restore/")
    assert not SetAside.objects.exists()
    assert client.get(f"{url}restore/").status_code == 405


def test_detail_query_count_is_at_most_30_and_independent_of_readings(
    client, initiative, organisation, ada, django_assert_max_num_queries
):
    link_to(initiative, organisation)
    client.force_login(ada)
    client.get(f"{BASE}{initiative.pk}/")
    with django_assert_max_num_queries(30) as few:
        client.get(f"{BASE}{initiative.pk}/")
    for day in range(1, 28):
        add_reading(initiative, date(2025, 2, day), {"DE": day})
    with django_assert_max_num_queries(30) as many:
        client.get(f"{BASE}{initiative.pk}/")
    assert len(many) == len(few)


def test_index_query_count_is_the_same_for_one_and_three_initiatives(
    client, initiative, ada, django_assert_max_num_queries
):
    client.force_login(ada)
    client.get(BASE)
    with django_assert_max_num_queries(30) as one:
        client.get(BASE)
    for number in ("ECI(2024)000011", "ECI(2024)000012"):
        add_reading(make_initiative(number), date(2025, 3, 1), {"DE": 5})
    with django_assert_max_num_queries(30) as three:
        client.get(BASE)
    assert len(three) == len(one)
