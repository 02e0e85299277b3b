import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.db import IntegrityError, transaction

from accounts.actions.memberships import (
    LastCoordinatorError,
    MayNotGrantError,
    MembershipError,
    change_membership,
    grant_membership,
    invite_member,
    revoke_membership,
)
from accounts.enums import Role
from accounts.models import Membership, User
from core.models import AuditEntry
from tests.factories.accounts import make_member

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _mail(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


def membership_of(user):
    return Membership.objects.get(user=user)


class TestGrant:
    def test_grant_membership_gives_the_roles_rights_and_is_audited(self, cast):
        membership = grant_membership(user=cast.ivo, organisation=cast.partner, role=Role.ORGANISER, by=cast.ben)

        assert User.objects.get(pk=cast.ivo.pk).may_enter_staff_area
        entry = AuditEntry.objects.get(
            action="accounts.membership.granted", target=f"accounts.membership:{membership.pk}"
        )
        assert entry.actor == f"user:{cast.ben.pk}"
        assert entry.details["role"] == "organiser"
        assert cast.ivo.email not in str(entry.details)

    def test_grant_membership_twice_returns_the_first(self, cast):
        first = grant_membership(user=cast.ivo, organisation=cast.partner, role=Role.ORGANISER, by=cast.ben)
        entries = AuditEntry.objects.count()

        assert grant_membership(user=cast.ivo, organisation=cast.partner, role=Role.ORGANISER, by=cast.ben) == first
        assert AuditEntry.objects.count() == entries

    @pytest.mark.parametrize(
        ("who", "where", "role"),
        [
            ("ada", "elsewhere", Role.MOBILISER),  # a coordinator reaches her coalition only
            ("ben", "partner", Role.COORDINATOR),  # nobody gives more than the own role allows
            ("ben", "partner", Role.DATA_PROTECTION_OFFICER),
            ("ben", "lead", Role.MOBILISER),  # a partner does not reach its leader
            ("dan", "partner", Role.MOBILISER),
            ("cleo", "partner", Role.MOBILISER),
            ("eva", "lead", Role.MOBILISER),
            ("finn", "lead", Role.MOBILISER),
            ("gul", "lead", Role.DATA_PROTECTION_OFFICER),
            ("ivo", "lead", Role.MOBILISER),
        ],
    )
    def test_grant_membership_beyond_ones_rights_is_refused(self, cast, who, where, role):
        with pytest.raises(MayNotGrantError):
            grant_membership(user=cast.ivo, organisation=getattr(cast, where), role=role, by=cast[who])
        assert not cast.ivo.memberships.exists()

    @pytest.mark.parametrize(
        ("who", "where", "role"),
        [
            ("ada", "lead", Role.COORDINATOR),
            ("ada", "partner", Role.PARTNER_MANAGER),
            ("ben", "partner", Role.MOBILISER),
            ("hana", "elsewhere", Role.COORDINATOR),
        ],
    )
    def test_grant_membership_within_ones_rights_works(self, cast, who, where, role):
        grant_membership(user=cast.ivo, organisation=getattr(cast, where), role=role, by=cast[who])
        assert cast.ivo.memberships.get().role == role

    def test_grant_membership_by_nobody_or_the_dismissed_is_refused(self, cast):
        with pytest.raises(MayNotGrantError):
            grant_membership(user=cast.ivo, organisation=cast.lead, role=Role.MOBILISER, by=None)
        cast.ada.is_active = False
        with pytest.raises(MayNotGrantError):
            grant_membership(user=cast.ivo, organisation=cast.lead, role=Role.MOBILISER, by=cast.ada)

    def test_the_database_refuses_a_second_and_an_unknown_role(self, cast):
        with pytest.raises(IntegrityError), transaction.atomic():
            Membership.objects.create(user=cast.ada, organisation=cast.lead, role=Role.COORDINATOR)
        with pytest.raises(IntegrityError), transaction.atomic():
            Membership.objects.create(user=cast.ada, organisation=cast.lead, role="king")


class TestInvite:
    def invite(self, cast, **changes):
        fields = {"email": "New@Example.org ", "organisation": cast.partner, "role": Role.MOBILISER, "by": cast.ben}
        return invite_member(**{**fields, **changes})

    def test_invite_member_makes_an_account_without_password_and_writes_to_it(
        self,
        cast,
        django_capture_on_commit_callbacks,
    ):
        with django_capture_on_commit_callbacks(execute=True):
            membership = self.invite(cast, first_name="Nia")

        assert membership.user.email == "new@example.org"
        assert not membership.user.has_usable_password()
        assert EmailAddress.objects.filter(user=membership.user, primary=True).exists()
        (message,) = mail.outbox
        assert message.to == ["new@example.org"]
        assert "Hello Nia" in message.body
        assert "/account/login/" in message.body
        assert "Partner" in message.subject

    def test_invite_member_twice_writes_once(self, cast, django_capture_on_commit_callbacks):
        with django_capture_on_commit_callbacks(execute=True):
            first = self.invite(cast)
            again = self.invite(cast, email="NEW@example.org", first_name="Other")

        assert again == first
        assert again.user.first_name == ""
        assert len(mail.outbox) == 1

    def test_invite_member_that_is_refused_leaves_no_account_and_no_mail(
        self,
        cast,
        django_capture_on_commit_callbacks,
    ):
        with django_capture_on_commit_callbacks(execute=True), pytest.raises(MayNotGrantError):
            self.invite(cast, role=Role.COORDINATOR)

        assert not User.objects.filter(email="new@example.org").exists()
        assert mail.outbox == []

    def test_invite_member_whose_mail_fails_still_has_the_role(
        self,
        cast,
        settings,
        django_capture_on_commit_callbacks,
    ):
        settings.EMAIL_BACKEND = "tests.factories.accounts.NoMailServer"

        with django_capture_on_commit_callbacks(execute=True):
            self.invite(cast)

        assert Membership.objects.filter(user__email="new@example.org").exists()

    def test_invite_member_with_line_breaks_in_names_sends_a_clean_mail(
        self,
        cast,
        django_capture_on_commit_callbacks,
    ):
        cast.partner.name = "Partner\r\nBcc: everybody@example.org"
        with django_capture_on_commit_callbacks(execute=True):
            self.invite(cast)

        assert mail.outbox[0].recipients() == ["new@example.org"]
        assert "\n" not in mail.outbox[0].subject


class TestChange:
    def test_change_membership_moves_the_rights(self, cast):
        change_membership(membership=membership_of(cast.cleo), role=Role.ORGANISER, territory=None, by=cast.ben)

        cleo = User.objects.get(pk=cast.cleo.pk)
        assert cleo.roles == {"organiser"}
        assert cleo.may_enter_staff_area
        assert AuditEntry.objects.get(action="accounts.membership.changed").details["was"] == "mobiliser"

    def test_change_membership_twice_is_audited_once(self, cast):
        for _ in range(2):
            change_membership(membership=membership_of(cast.cleo), role=Role.ORGANISER, territory=None, by=cast.ben)

        assert AuditEntry.objects.filter(action="accounts.membership.changed").count() == 1

    def test_change_membership_of_the_last_coordinator_is_refused(self, cast):
        with pytest.raises(LastCoordinatorError):
            change_membership(membership=membership_of(cast.ada), role=Role.ANALYST, territory=None, by=cast.hana)
        assert membership_of(cast.ada).role == Role.COORDINATOR

    def test_change_membership_upwards_by_a_partner_manager_is_refused(self, cast):
        with pytest.raises(MayNotGrantError):
            change_membership(membership=membership_of(cast.ben), role=Role.COORDINATOR, territory=None, by=cast.ben)

    def test_change_membership_into_a_role_already_held_is_refused(self, cast):
        grant_membership(user=cast.cleo, organisation=cast.partner, role=Role.ORGANISER, by=cast.ben)
        mobiliser = Membership.objects.get(user=cast.cleo, role=Role.MOBILISER)

        with pytest.raises(MembershipError, match="already"):
            change_membership(membership=mobiliser, role=Role.ORGANISER, territory=None, by=cast.ben)


class TestRevoke:
    def test_revoke_membership_takes_the_rights_and_keeps_the_account(self, cast):
        membership = membership_of(cast.ben)

        revoke_membership(membership=membership, by=cast.ada)

        ben = User.objects.get(pk=cast.ben.pk)
        assert not ben.may_enter_staff_area
        assert ben.is_active
        assert AuditEntry.objects.get(action="accounts.membership.revoked").details["user"] == ben.pk

    def test_revoke_membership_twice_is_audited_once(self, cast):
        membership = membership_of(cast.ben)
        revoke_membership(membership=membership, by=cast.ada)
        membership.pk = membership.pk or 999_999

        revoke_membership(membership=membership, by=cast.ada)

        assert AuditEntry.objects.filter(action="accounts.membership.revoked").count() == 1

    def test_revoke_membership_keeps_rights_another_role_still_gives(self, cast):
        grant_membership(user=cast.ben, organisation=cast.partner, role=Role.ORGANISER, by=cast.ada)

        revoke_membership(membership=Membership.objects.get(user=cast.ben, role=Role.ORGANISER), by=cast.ada)

        assert User.objects.get(pk=cast.ben.pk).has_perm("accounts.add_membership")

    def test_revoke_membership_of_the_last_coordinator_is_refused_even_for_administrators(self, cast):
        with pytest.raises(LastCoordinatorError):
            revoke_membership(membership=membership_of(cast.ada), by=cast.hana)

        second = make_member("second", cast.lead, Role.COORDINATOR)
        second.is_active = False
        second.save(update_fields=["is_active"])
        with pytest.raises(LastCoordinatorError):
            revoke_membership(membership=membership_of(cast.ada), by=cast.hana)

        second.is_active = True
        second.save(update_fields=["is_active"])
        revoke_membership(membership=membership_of(cast.ada), by=second)
        assert not cast.ada.memberships.exists()

    def test_revoke_membership_of_another_organisation_is_refused(self, cast):
        with pytest.raises(MayNotGrantError):
            revoke_membership(membership=membership_of(cast.ben), by=cast.dan)
