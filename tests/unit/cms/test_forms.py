"""The sign form: what it refuses and says so beside the field, what it keeps, what it hands on."""

import json

import pytest
from django.utils import translation
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from campaigns.models import Petition
from cms.forms import SignForm, country_choices
from cms.petition_spec import PetitionSpec
from people.actions.submissions import Intake, accept_submission
from people.canonical import canonical_email
from people.enums import Channel, Purpose
from people.models import Submission
from tests.factories.campaigns import make_partnership
from tests.factories.cms import make_petition
from tests.factories.forms import ALL_GOOD, ASKS_ALL, fill_in, make_spec
from tests.factories.people import make_consent_text, make_organisation

pytestmark = pytest.mark.django_db
PLAIN = "This contains characters that cannot be shown. Please write it without them."


@pytest.fixture
def petition() -> Petition:
    return make_petition(**ASKS_ALL)


@pytest.fixture
def spec(petition: Petition) -> PetitionSpec:
    return make_spec(petition)


def intake(form: SignForm) -> Intake:
    assert form.is_valid(), form.errors
    return form.intake(kind="petition-signature", address_hash="abc")


def test_form_filled_in_well_becomes_an_intake(petition: Petition, spec: PetitionSpec) -> None:
    found = intake(fill_in(spec, **ALL_GOOD, source="poster"))
    assert (found.target_id, found.target_title, found.email) == (petition.pk, "Open the doors", "ada@example.org")
    assert (found.phone, found.source, found.address_hash) == ("+32 470 12 34 56", "poster", "abc")
    assert (found.locale, found.needs_confirmation) == ("en", True)
    told = {name: ALL_GOOD[name] for name in ("full_name", "nationality", "residence_country", "postcode", "comment")}
    page = {
        "page_id": 7,
        "campaign_name": petition.campaign.title,
        "organisation_name": petition.campaign.organisation.name,
    }
    assert found.payload == {**page, **told}


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("full_name", "", "This field is required."),
        ("full_name", "   ", "This field is required."),
        ("full_name", "A" * 151, "Ensure this value has at most 150 characters (it has 151)."),
        ("full_name", "Ada\x1b[2J", PLAIN),
        ("full_name", "Ada\u202egro", PLAIN),
        ("full_name", "Ada\ue000", PLAIN),
        ("full_name", "Ada\ufffe", PLAIN),
        ("full_name", "Ada\r\nBcc: all@example.org", "Please write this on one line."),
        ("full_name", "Ada\u2028Lovelace", "Please write this on one line."),
        ("email", "", "This field is required."),
        ("email", "ada", "Enter a valid email address."),
        ("email", "ada@example", "Enter a valid email address."),
        ("email", "ada@example.org\nBcc: all@example.org", "Enter a valid email address."),
        ("email", "ada@example.org, ben@example.org", "Enter a valid email address."),
        ("email", "ada\x7f@example.org", "Enter a valid email address."),
        ("email", "a" * 250 + "@example.org", "Ensure this value has at most 254 characters (it has 262)."),
        ("email", "ada@" + ".".join(["éàèùâêîôûëïüÿçœæ"] * 10) + ".org", "Enter a valid email address."),
        ("phone", "call me", "Write the number with its country code, for instance +32 470 12 34 56."),
        ("phone", "12", "Write the number with its country code, for instance +32 470 12 34 56."),
        ("phone", "+32470123456\r\nX: y", "Please write this on one line."),
        ("nationality", "", "This field is required."),
        ("nationality", "XX", "Choose a country from the list."),
        ("nationality", "be", "Choose a country from the list."),
        ("residence_country", "Belgium", "Choose a country from the list."),
        ("postcode", "", "This field is required."),
        ("postcode", "1050; DROP", "Write the postcode with letters and digits only, for instance 1050."),
        ("postcode", "١٠٥٠", "Write the postcode with letters and digits only, for instance 1050."),
        ("postcode", "1" * 13, "Ensure this value has at most 12 characters (it has 13)."),
        ("comment", "x" * 501, "Ensure this value has at most 500 characters (it has 501)."),
        ("comment", "Hello\x08", PLAIN),
    ],
)
def test_form_filled_in_badly_says_so_beside_the_field_and_keeps_what_was_typed(
    spec: PetitionSpec, field: str, value: str, message: str
) -> None:
    form = fill_in(spec, **{**ALL_GOOD, field: value})
    assert not form.is_valid()
    assert list(form.errors) == [field]
    assert form.errors[field] == [message]
    assert form[field].value() == value
    for name, typed in ALL_GOOD.items():
        if name != field:
            assert form[name].value() == typed


def test_form_filled_in_badly_speaks_the_persons_language(spec: PetitionSpec) -> None:
    answers = {**ALL_GOOD, "full_name": "", "email": "ada", "postcode": "1" * 13}
    with translation.override("en"):
        english = fill_in(spec, **answers).errors.get_json_data()
    with translation.override("fr"):
        french = fill_in(spec, **answers).errors.get_json_data()
    assert set(french) == set(english) == {"full_name", "email", "postcode"}
    for field, errors in french.items():
        assert errors[0]["message"]
        assert errors[0]["message"] != english[field][0]["message"]


def test_form_with_a_null_character_is_refused(spec: PetitionSpec) -> None:
    for field in ALL_GOOD:
        assert field in fill_in(spec, **{**ALL_GOOD, field: f"{ALL_GOOD[field]}\x00"}).errors


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("full_name", "Zoë D’Arc-Łukasz"),
        ("full_name", "علی‌رضا"),
        ("full_name", "李"),
        ("full_name", "O'Brien & <Söhne>"),
        ("email", "o'brien+news@sub.example.org"),
        ("email", "ada@münchen.example"),
        ("phone", ""),
        ("phone", "0470 12 34 56"),
        ("postcode", "sw1a 1aa"),
        ("postcode", "1234-567"),
        ("comment", ""),
        ("comment", "Two\r\nlines, and a new emoji \U0001fae8"),
        ("comment", "\r\n".join(["x" * 49] * 10)),
        ("source", "not a code!"),
    ],
)
def test_form_with_unusual_but_honest_answers_is_taken(spec: PetitionSpec, field: str, value: str) -> None:
    form = fill_in(spec, **{**ALL_GOOD, field: value})
    assert form.is_valid(), form.errors


def test_form_tidies_what_it_hands_on(spec: PetitionSpec) -> None:
    found = intake(fill_in(spec, **{**ALL_GOOD, "postcode": " sw1a 1aa ", "comment": "a\r\nb", "source": "bad code"}))
    assert (found.payload["postcode"], found.payload["comment"], found.source) == ("SW1A 1AA", "a\nb", "")


def test_form_ignores_what_the_petition_does_not_ask() -> None:
    spec = make_spec(make_petition(asks_name=False, asks_residence=False))
    found = intake(fill_in(spec, **ALL_GOOD))
    assert found.phone == ""
    assert set(found.payload) == {"campaign_name", "organisation_name", "page_id"}


def test_form_offers_unticked_boxes_for_lead_and_partner_and_records_both_answers(petition: Petition) -> None:
    lead, scope = petition.campaign.organisation, petition.campaign.slug
    partnership = make_partnership(petition.campaign, "Partner")
    texts = [
        make_consent_text(lead, scope=scope),
        make_consent_text(partnership.organisation, purpose=Purpose.PARTNER_NEWS, scope=scope),
    ]
    spec = make_spec(petition, partnership.pk)
    assert [(choice.text_id, choice.is_partner) for choice in spec.choices] == [
        (texts[0].pk, False),
        (texts[1].pk, True),
    ]
    names = [f"consent_{text.pk}" for text in texts]
    drawn = fill_in(spec, **ALL_GOOD)
    assert [drawn[name].value() for name in names] == [False, False]
    found = intake(fill_in(spec, **ALL_GOOD, **{names[1]: "on"}))
    assert found.consents == [{"text": texts[0].pk, "granted": False}, {"text": texts[1].pk, "granted": True}]


def test_form_asks_sms_consent_only_where_the_phone_is_asked() -> None:
    for asks_phone in (True, False):
        petition = make_petition(asks_phone=asks_phone)
        make_consent_text(petition.campaign.organisation, channel=Channel.SMS)
        assert bool(make_spec(petition).choices) == asks_phone


def test_form_of_a_cached_page_consents_to_the_wording_that_was_shown(petition: Petition) -> None:
    lead = petition.campaign.organisation
    shown = make_consent_text(lead, "The old wording.")
    current = make_consent_text(lead, "The new wording.")
    found = intake(fill_in(make_spec(petition), **ALL_GOOD, **{f"consent_{shown.pk}": "on"}))
    assert found.consents == [{"text": current.pk, "granted": False}, {"text": shown.pk, "granted": True}]


def test_form_with_boxes_that_were_never_offered_consents_to_nothing(petition: Petition) -> None:
    strangers = make_consent_text(make_organisation("Somebody else"))
    elsewhere = make_consent_text(petition.campaign.organisation, scope="another-campaign")
    forged = {f"consent_{text.pk}": "on" for text in (strangers, elsewhere)}
    forged |= {"consent_999999999999999999": "on", "consent_0": "on", "consent_x": "on", "consent_": "on"}
    forged |= {"consent_٣": "on", "consent_-1": "on", f"consent_{'9' * 30}": "on"}
    assert intake(fill_in(make_spec(petition), **ALL_GOOD, **forged)).consents == []


def test_country_choices_are_named_and_sorted_for_the_reader() -> None:
    english, french = dict(country_choices("en")), dict(country_choices("fr"))
    assert (english["DE"], french["DE"]) == ("Germany", "Allemagne")
    assert len(english) == len(french) > 200
    assert list(french.values()).index("Allemagne") < list(french.values()).index("Belgique")


hostile = st.one_of(
    st.text(max_size=300),
    st.text(min_size=1).map(lambda text: text * 400),
    st.sampled_from(
        [
            "\x00",
            "\r\nBcc: all@example.org",
            "../../etc/passwd",
            "' OR 1=1 --",
            "{{ 7*7 }}",
            "%s%n",
            "\ud800",
            "🏴" * 90,
        ]
    ),
    st.emails(),
    st.text(max_size=30).map("{}@example.org".format),
)
names = st.sampled_from(
    [
        *ALL_GOOD,
        "source",
        "website",
        "altcha",
        "wait_token",
        "consent_1",
        "consent_99999",
        "consent_1e3",
        "csrf",
        "kind",
    ]
)


@settings(
    max_examples=400,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.dictionaries(names, hostile, max_size=8))
@example({"email": "ada\ud800@example.org"})
@example({"phone": "+32470123456\ud800"})
@example({"phone": "+32470123456;ext=\u0669"})
@example({"email": '"a\\ b"@example.org'})
@example({"wait_token": "\ud800"})
def test_form_of_any_answers_is_refused_with_words_or_can_be_kept(spec: PetitionSpec, answers: dict[str, str]) -> None:
    form = fill_in(spec, **{**ALL_GOOD, **answers})
    if not form.is_valid():
        assert all(message for messages in form.errors.values() for message in messages)
        return
    found = form.intake(kind="petition-signature", address_hash="")
    kept = Submission.objects.get(pk=accept_submission(intake=found, at=form.spec.petition.created_at).pk)
    canonical_email(kept.email)
    assert "\n" not in kept.email + kept.payload["full_name"] + kept.phone
    json.dumps(kept.payload).encode()


@pytest.mark.parametrize(
    "name",
    ["Win at https://prize.example", "see www.prize.example", "Prize.COM waits", "write me@prize.example", "ftp://x"],
)
def test_name_with_a_link_is_refused_for_it_would_greet_a_stranger(spec: PetitionSpec, name: str) -> None:
    form = fill_in(spec, full_name=name)
    assert form.errors["full_name"] == ["Please write your name only, without an e-mail or web address."]


@pytest.mark.parametrize(
    "name", ["Dr.Ann O'Hara-Smith", "J.R.R. Tolkien", "Sammy Davis Jr.", "St.John Doe", "Kumar s/o Raj", "نور"]
)
def test_name_with_dots_and_dashes_is_a_name(spec: PetitionSpec, name: str) -> None:
    assert "full_name" not in fill_in(spec, full_name=name).errors
