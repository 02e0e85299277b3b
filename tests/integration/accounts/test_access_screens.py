"""Organisations, members and the audit trail in the staff area: who sees and does what."""

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.enums import Role
from accounts.models import Membership, Organisation, User
from core.models import AuditEntry
from tests.factories.accounts import make_member, make_organisation, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("territories")]
EVERYBODY = ("ada", "ben", "cleo", "dan", "eva", "finn", "gul", "hana", "ivo")


def membership_of(user):
    return Membership.objects.get(user=user)


@pytest.mark.parametrize(
    ("address", "allowed"),
    [
        ("/staff/organisations/", {"ada", "ben", "dan", "finn", "gul", "hana"}),
        ("/staff/organisations/results/", {"ada", "ben", "dan", "finn", "gul", "hana"}),
        ("/staff/organisations/new/", {"ada", "hana"}),
        ("/staff/memberships/", {"ada", "ben", "dan", "gul", "hana"}),
        ("/staff/memberships/new/", {"ada", "ben", "dan", "hana"}),
        ("/staff/audit/", {"gul", "hana"}),
        ("/staff/audit/results/", {"gul", "hana"}),
        ("/staff/audit/?export=csv", {"gul", "hana"}),
    ],
)
def test_screens_open_for_the_roles_they_are_for_and_are_403_for_others(cast, address, allowed):
    answers = {who: signed_in(cast[who]).get(address).status_code for who in EVERYBODY}

    assert answers == {who: 200 if who in allowed else 403 for who in EVERYBODY}


def test_wagtails_users_groups_and_reports_are_for_administrators(cast):
    home = {who: signed_in(cast[who]).get("/staff/").content.decode() for who in ("ada", "ben", "gul", "hana")}

    for who, page in home.items():
        assert ("/staff/reports/" in page) is (who == "hana"), who
        assert ("/staff/users/" in page) is (who == "hana"), who
        assert ("/staff/audit/" in page) is (who in ("gul", "hana")), who
    for who in ("ada", "ben", "gul"):
        assert signed_in(cast[who]).get("/staff/users/").status_code == 302
        assert signed_in(cast[who]).get("/staff/groups/").status_code == 302


class TestOrganisations:
    @pytest.mark.parametrize(
        ("who", "names"),
        [
            ("ada", {"Lead", "Partner"}),
            ("ben", {"Partner"}),
            ("dan", {"Elsewhere"}),
            ("finn", {"Lead", "Partner"}),
            ("gul", {"Lead", "Partner"}),
            ("hana", {"Lead", "Partner", "Elsewhere"}),
        ],
    )
    def test_list_shows_ones_own_and_for_the_coalitions_roles_the_partners(self, cast, who, names):
        page = signed_in(cast[who]).get("/staff/organisations/")

        assert {row.name for row in page.context["object_list"]} == names

    @pytest.mark.parametrize("kind", ["edit", "delete", "history", "usage"])
    def test_another_coalitions_organisation_is_404(self, cast, kind):
        for who in ("ada", "ben", "gul"):
            address = f"/staff/organisations/{kind}/{cast.elsewhere.pk}/"
            assert signed_in(cast[who]).get(address, follow=True).status_code == 404
            assert signed_in(cast[who]).post(address, {"name": "x", "slug": "x"}, follow=True).status_code in (404, 405)
        cast.elsewhere.refresh_from_db()
        assert cast.elsewhere.name == "Elsewhere"

    @pytest.mark.parametrize(
        ("who", "status"), [("ada", 200), ("ben", 200), ("finn", 403), ("gul", 403), ("eva", 404), ("cleo", 403)]
    )
    def test_a_partner_is_edited_by_its_manager_and_its_coordinator_only(self, cast, who, status):
        answer = signed_in(cast[who]).get(f"/staff/organisations/edit/{cast.partner.pk}/", follow=True)
        assert answer.status_code == status

    def test_nobody_but_administrators_deletes_an_organisation(self, cast):
        for who in ("ada", "ben"):
            assert signed_in(cast[who]).post(f"/staff/organisations/delete/{cast.partner.pk}/").status_code == 403
        assert Organisation.objects.filter(pk=cast.partner.pk).exists()

    def test_adding_one_makes_it_a_partner_of_ones_own(self, cast):
        form = {"name": "New", "slug": "new", "country": "FR", "website": "new.example.org"}

        signed_in(cast.ada).post("/staff/organisations/new/", form)

        new = Organisation.objects.get(slug="new")
        assert list(new.led_by.all()) == [cast.lead]
        assert new.website == "https://new.example.org"
        assert AuditEntry.objects.get(action="accounts.organisation.created", target=f"accounts.organisation:{new.pk}")

    def test_editing_saves_and_names_the_changed_fields_in_the_audit_trail(self, cast):
        form = {"name": "Partner", "slug": "partner", "country": "NL"}

        signed_in(cast.ben).post(f"/staff/organisations/edit/{cast.partner.pk}/", form)

        cast.partner.refresh_from_db()
        assert cast.partner.country == "NL"
        assert AuditEntry.objects.get(action="accounts.organisation.changed").details == {"fields": ["country"]}

    @pytest.mark.parametrize(
        "form",
        [
            {"name": "", "slug": "x"},
            {"name": "x", "slug": "lead"},
            {"name": "x", "slug": "not a slug"},
            {"name": "x", "slug": "x", "country": "ZZ"},
            {"name": "x", "slug": "x", "website": "javascript:alert(1)"},
            {"name": "x\x00", "slug": "x"},
        ],
    )
    def test_bad_input_is_shown_beside_the_field(self, cast, form):
        answer = signed_in(cast.ada).post("/staff/organisations/new/", form)

        assert answer.status_code == 200
        assert answer.context["form"].errors
        assert Organisation.objects.count() == 3

    def test_list_costs_the_same_with_one_and_with_three_rows(self, cast):
        def cost(client):
            client.get("/staff/organisations/")
            with CaptureQueriesContext(connection) as queries:
                client.get("/staff/organisations/")
            return len(queries)

        few = cost(signed_in(cast.ben))
        make_organisation("p2", led_by=cast.lead)
        make_organisation("p3", led_by=cast.lead)
        assert cost(signed_in(cast.ada)) <= few + 1  # the coordinator's menu asks for page permissions


class TestMembers:
    @pytest.mark.parametrize(
        ("who", "people"),
        [
            ("ada", {"ada", "ben", "cleo", "eva", "finn", "gul"}),
            ("ben", {"ben", "cleo"}),
            ("dan", {"dan"}),
            ("gul", {"ada", "ben", "cleo", "eva", "finn", "gul"}),
        ],
    )
    def test_list_shows_members_of_the_organisations_one_manages(self, cast, who, people):
        page = signed_in(cast[who]).get("/staff/memberships/")

        assert {row.user.first_name.lower() for row in page.context["object_list"]} == people

    def test_inviting_through_the_form_makes_the_account_and_writes(self, cast, django_capture_on_commit_callbacks):
        form = {"email": "nia@example.org", "organisation": cast.partner.pk, "role": "mobiliser"}

        with django_capture_on_commit_callbacks(execute=True):
            signed_in(cast.ben).post("/staff/memberships/new/", form)

        assert membership_of(User.objects.get(email="nia@example.org")).organisation == cast.partner
        assert [message.to for message in mail.outbox] == [["nia@example.org"]]

    def test_the_form_offers_only_what_one_may_give(self, cast):
        form = signed_in(cast.ben).get("/staff/memberships/new/").context["form"]

        offered = [value for value, _ in form.fields["role"].choices if value]
        assert offered == ["partner_manager", "organiser", "mobiliser"]
        assert list(form.fields["organisation"].queryset) == [cast.partner]

    @pytest.mark.parametrize(
        ("role", "where", "field"),
        [
            ("coordinator", "partner", "role"),
            ("mobiliser", "lead", "organisation"),
            ("mobiliser", "elsewhere", "organisation"),
            ("king", "partner", "role"),
        ],
    )
    def test_a_forged_form_gives_no_more(self, cast, role, where, field):
        form = {"email": "nia@example.org", "organisation": getattr(cast, where).pk, "role": role}

        answer = signed_in(cast.ben).post("/staff/memberships/new/", form)

        assert field in answer.context["form"].errors
        assert not User.objects.filter(email="nia@example.org").exists()

    def test_another_organisations_membership_is_404_and_a_higher_role_403(self, cast):
        client = signed_in(cast.ben)
        boss = make_member("boss", cast.partner, Role.COORDINATOR)

        for kind in ("edit", "delete"):
            for other in (cast.dan, cast.ada):
                address = f"/staff/memberships/{kind}/{membership_of(other).pk}/"
                assert client.get(address, follow=True).status_code == 404
                assert client.post(address, follow=True).status_code == 404
            assert client.get(f"/staff/memberships/{kind}/{membership_of(boss).pk}/").status_code == 403
            assert client.post(f"/staff/memberships/{kind}/{membership_of(boss).pk}/").status_code == 403
        assert membership_of(boss).role == "coordinator"

    def test_changing_and_ending_a_membership(self, cast):
        client = signed_in(cast.ben)
        cleo = membership_of(cast.cleo)

        client.post(f"/staff/memberships/edit/{cleo.pk}/", {"role": "organiser", "organisation": cast.lead.pk})

        cleo.refresh_from_db()
        assert (cleo.role, cleo.organisation) == ("organiser", cast.partner)
        client.post(f"/staff/memberships/delete/{cleo.pk}/")
        assert not cast.cleo.memberships.exists()

    def test_the_last_coordinator_stays_and_the_screen_says_why(self, cast):
        client = signed_in(cast.ada)
        mine = membership_of(cast.ada)

        answer = client.post(f"/staff/memberships/delete/{mine.pk}/", follow=True)
        assert "last coordinator" in answer.content.decode()
        answer = client.post(f"/staff/memberships/edit/{mine.pk}/", {"role": "analyst"})

        assert "last coordinator" in answer.content.decode()
        assert membership_of(cast.ada).role == "coordinator"

    def test_rights_end_with_the_membership_at_the_next_request(self, cast):
        client = signed_in(cast.ben)
        assert client.get("/staff/memberships/").status_code == 200

        signed_in(cast.ada).post(f"/staff/memberships/delete/{membership_of(cast.ben).pk}/")

        assert "/account/login/" in client.get("/staff/memberships/").headers["Location"]

    def test_list_costs_the_same_with_one_and_with_three_rows(self, cast):
        client = signed_in(cast.dan)
        client.get("/staff/memberships/")
        with CaptureQueriesContext(connection) as one:
            client.get("/staff/memberships/")
        for name in ("one", "two"):
            make_member(name, cast.elsewhere, Role.MOBILISER)

        with CaptureQueriesContext(connection) as three:
            page = client.get("/staff/memberships/")

        assert len(page.context["object_list"]) == 3
        assert len(three) == len(one)


class TestAuditTrail:
    def test_entries_are_listed_newest_first_with_names_in_a_steady_number_of_queries(self, cast):
        client = signed_in(cast.gul)
        client.get("/staff/audit/")
        with CaptureQueriesContext(connection) as before:
            client.get("/staff/audit/")
        for name in ("p2", "p3"):
            signed_in(cast.ada).post("/staff/organisations/new/", {"name": name, "slug": name})

        with CaptureQueriesContext(connection) as after:
            page = client.get("/staff/audit/")

        rows = page.context["object_list"]
        assert [row.pk for row in rows] == sorted((row.pk for row in rows), reverse=True)
        assert rows[0].who == "Ada"
        assert len(after) <= len(before) + 1  # one query for all names

    @pytest.mark.parametrize(
        ("query", "actions"),
        [
            ("action=accounts.organisation", {"accounts.organisation.created"}),
            ("action=nothing", set()),
            ("at_from=2100-01-01", set()),
            ("target=core.nothing:1", set()),
        ],
    )
    def test_entries_are_filtered(self, cast, query, actions):
        page = signed_in(cast.gul).get(f"/staff/audit/?{query}")

        assert {row.action for row in page.context["object_list"]} == actions

    def test_entries_are_filtered_by_person(self, cast):
        signed_in(cast.ada).post("/staff/organisations/new/", {"name": "n", "slug": "n"})

        page = signed_in(cast.gul).get(f"/staff/audit/?actor={cast.ada.pk}")

        assert [row.actor for row in page.context["object_list"]] == [f"user:{cast.ada.pk}"]

    def test_a_bad_filter_is_no_error(self, cast):
        assert signed_in(cast.gul).get("/staff/audit/?at_from=gestern&actor=x&p=99").status_code in (200, 404)

    def test_an_export_is_itself_audited(self, cast):
        rows = AuditEntry.objects.count()

        answer = signed_in(cast.gul).get("/staff/audit/?export=csv")

        content = b"".join(answer.streaming_content).decode()
        assert len(content.strip().splitlines()) == rows + 1
        entry = AuditEntry.objects.get(action="core.audit.exported")
        assert (entry.actor, entry.details) == (f"user:{cast.gul.pk}", {"rows": rows, "filters": []})


def test_screen_of_members_has_the_name_its_menu_has(cast):
    client = signed_in(cast["ada"])

    home, screen = (client.get(address).content.decode() for address in ("/staff/", "/staff/memberships/"))

    assert "Members and roles" in home
    assert "Members and roles" in screen
    assert "Memberships" not in home + screen


def test_history_of_an_organisation_is_its_audit_trail(cast):
    client = signed_in(cast["ada"])
    client.post(f"/staff/organisations/edit/{cast.partner.pk}/", {"name": "Renamed", "slug": "partner"})

    page = client.get(f"/staff/organisations/history/{cast.partner.pk}/")

    assert page.status_code == 200
    assert "Organisation changed" in page.content.decode()


@pytest.mark.parametrize("address", ["/staff/failwhale/", "/staff/organisations/usage/1/"])
def test_screens_of_wagtail_that_serve_nobody_here_are_not_found(cast, address):
    assert signed_in(cast["hana"]).get(address).status_code == 404
