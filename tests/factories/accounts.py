"""The fixed cast: Ada leads the coalition, Ben manages a partner of it, Cleo and others work there, Dan is outside.

Import the fixtures you need; ``cast`` makes all of them.
"""

from dataclasses import dataclass

import pytest
from allauth.account.models import EmailAddress
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.test import Client

from accounts.actions.memberships import grant_membership
from accounts.actions.organisations import create_organisation
from accounts.enums import Role
from accounts.models import Organisation, User


@dataclass(frozen=True)
class Cast:
    """Everybody and the three organisations they work for."""

    lead: Organisation
    partner: Organisation
    elsewhere: Organisation
    ada: User  # coordinator of lead
    ben: User  # partner manager of partner
    cleo: User  # mobiliser of partner
    dan: User  # partner manager of elsewhere
    eva: User  # organiser of lead
    finn: User  # analyst of lead
    gul: User  # data-protection officer of lead
    hana: User  # superuser
    ivo: User  # an account without any role

    def __getitem__(self, name: str) -> User:
        return getattr(self, name)


def make_user(name: str, *, is_superuser: bool = False) -> User:
    """Make a user ``<name>@example.org`` without a password, its address proven."""
    make = User.objects.create_superuser if is_superuser else User.objects.create_user
    user = make(f"{name}@example.org", first_name=name.capitalize())
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=True)
    return user


def make_organisation(slug: str, *, led_by: Organisation | None = None) -> Organisation:
    return create_organisation(by="test", slug=slug, name=slug.capitalize(), country="BE", led_by=led_by)


def make_member(name: str, organisation: Organisation, role: Role) -> User:
    user = make_user(name)
    grant_membership(user=user, organisation=organisation, role=role, by="test")
    return User.objects.get(pk=user.pk)


@pytest.fixture
def cast(db: None) -> Cast:
    lead = make_organisation("lead")
    partner = make_organisation("partner", led_by=lead)
    elsewhere = make_organisation("elsewhere")
    return Cast(
        lead=lead,
        partner=partner,
        elsewhere=elsewhere,
        ada=make_member("ada", lead, Role.COORDINATOR),
        ben=make_member("ben", partner, Role.PARTNER_MANAGER),
        cleo=make_member("cleo", partner, Role.MOBILISER),
        dan=make_member("dan", elsewhere, Role.PARTNER_MANAGER),
        eva=make_member("eva", lead, Role.ORGANISER),
        finn=make_member("finn", lead, Role.ANALYST),
        gul=make_member("gul", lead, Role.DATA_PROTECTION_OFFICER),
        hana=make_user("hana", is_superuser=True),
        ivo=make_user("ivo"),
    )


def signed_in(user: User) -> Client:
    """Return a client in which ``user`` is signed in."""
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


class NoMailServer(BaseEmailBackend):
    """A mail server that is down."""

    def send_messages(self, email_messages: list[EmailMessage]) -> int:
        raise ConnectionRefusedError("no mail server here")
