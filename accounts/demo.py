"""The demo's organisations and logins: all of them invented, marked as generated, never loaded in production."""

from dataclasses import dataclass

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.actions.memberships import grant_membership
from accounts.actions.organisations import create_organisation
from accounts.enums import Role
from accounts.models import Organisation, User

BY = "accounts.demo"
LEAD = "welcoming-europe-coalition"
BEN_WORKS_FOR = "open-doors-brussels"
DAN_WORKS_FOR = "quiet-harbour-foundation"


class NotADemoError(Exception):
    """Somebody tried to load demo logins into an installation that is not a demo."""


@dataclass(frozen=True)
class DemoLogin:
    """One of the demo's logins: ``role`` is empty for the administrator, ``sees`` says what they may see."""

    email: str
    first_name: str
    last_name: str
    role: Role | None
    organisation: str
    sees: str | Promise

    @property
    def title(self) -> str | Promise:
        return self.role.label if self.role else _("administrator")


DEMO_LOGINS: tuple[DemoLogin, ...] = (
    DemoLogin(
        "ada.coordinator@demo.example", "Ada", "Lindqvist", Role.COORDINATOR, LEAD,
        _("Everything of the campaign: pages, petitions, partners, figures."),
    ),
    DemoLogin(
        "ben.partner@demo.example", "Ben", "Okafor", Role.PARTNER_MANAGER, BEN_WORKS_FOR,
        _("One partner organisation: its own people and figures."),
    ),
    DemoLogin(
        "cleo.mobiliser@demo.example", "Cleo", "Marchetti", Role.MOBILISER, BEN_WORKS_FOR,
        _("The phone app at /m/ and her own page: mobilisers have no staff area."),
    ),
    DemoLogin(
        "dan.other-organisation@demo.example", "Dan", "Novak", Role.PARTNER_MANAGER, DAN_WORKS_FOR,
        _("An organisation outside the coalition: nothing of the others."),
    ),
    DemoLogin(
        "eva.organiser@demo.example", "Eva", "Peeters", Role.ORGANISER, LEAD, _("The staff area for planning events."),
    ),
    DemoLogin(
        "finn.analyst@demo.example", "Finn", "Dubois", Role.ANALYST, LEAD,
        _("Dashboards and figures without personal data."),
    ),
    DemoLogin(
        "gul.dpo@demo.example", "Gül", "Aydın", Role.DATA_PROTECTION_OFFICER, LEAD,
        _("Consents, requests and the audit trail."),
    ),
    DemoLogin("admin@demo.example", "Hana", "Admin", None, "", _("Everything, and the settings of the site.")),
)  # fmt: skip

# Eighteen countries, like the coalition of 2018; the names are invented and mean nobody.
PARTNERS: tuple[tuple[str, str, str], ...] = (
    ("BE", BEN_WORKS_FOR, "Open Doors Brussels"),
    ("BE", "neighbours-of-the-canal", "Neighbours of the Canal"),
    ("AT", "offene-stube-linz", "Offene Stube Linz"),
    ("BG", "dobar-den-sofia", "Dobar Den Sofia"),
    ("CY", "island-welcome-table", "Island Welcome Table"),
    ("CZ", "spolu-u-stolu", "Spolu u stolu"),
    ("DE", "haus-der-ankunft", "Haus der Ankunft"),
    ("DE", "nordlicht-begegnung", "Nordlicht Begegnung"),
    ("DK", "naboskab-aarhus", "Naboskab Aarhus"),
    ("ES", "puerta-azul", "Puerta Azul"),
    ("FI", "yhteinen-poyta", "Yhteinen pöytä"),
    ("FR", "la-table-commune", "La Table commune"),
    ("FR", "passerelles-du-rhone", "Passerelles du Rhône"),
    ("GR", "anoichti-avli", "Anoichti Avli"),
    ("HU", "nyitott-udvar", "Nyitott Udvar"),
    ("IE", "tides-of-welcome", "Tides of Welcome"),
    ("IT", "cortile-aperto", "Cortile Aperto"),
    ("NL", "de-lange-tafel", "De Lange Tafel"),
    ("PL", "otwarte-podworko", "Otwarte Podwórko"),
    ("PT", "mesa-larga", "Mesa Larga"),
    ("SE", "langbord-malmo", "Långbord Malmö"),
)


@transaction.atomic
def load_demo_accounts() -> tuple[DemoLogin, ...]:
    """Make the demo's organisations and logins and return the logins. A second call changes nothing.

    Raises NotADemoError outside the demo: one of the logins is an administrator's.
    """
    if not settings.DEMO_MODE:
        raise NotADemoError("demo logins are loaded with the demo's settings only")
    lead = _organisation(LEAD, "Welcoming Europe Coalition", "BE", led_by=None)
    organisations = {LEAD: lead, DAN_WORKS_FOR: _organisation(DAN_WORKS_FOR, "Quiet Harbour Foundation", "LU", None)}
    for country, slug, name in PARTNERS:
        organisations[slug] = _organisation(slug, name, country, led_by=lead)
    for login in DEMO_LOGINS:
        user = _user(login)
        if login.role:
            grant_membership(user=user, organisation=organisations[login.organisation], role=login.role, by=BY)
    return DEMO_LOGINS


def _organisation(slug: str, name: str, country: str, led_by: Organisation | None) -> Organisation:
    return create_organisation(
        by=BY,
        slug=slug,
        name=f"{name} (demo)",
        country=country,
        led_by=led_by,
        is_generated=True,
        website=f"https://{slug}.demo.example/",
        privacy_url=f"https://{slug}.demo.example/privacy",
        contact_email=f"privacy@{slug}.demo.example",
        postal_address=f"{name}\nDemo Street 1\n1000 Demo Town",
    )


def _user(login: DemoLogin) -> User:
    names = {"first_name": login.first_name, "last_name": login.last_name}
    user = User.objects.filter(email=login.email).first()
    if user is None:
        make = User.objects.create_user if login.role else User.objects.create_superuser
        user = make(login.email, **names)
    EmailAddress.objects.get_or_create(user=user, email=user.email, defaults={"primary": True, "verified": True})
    return user
