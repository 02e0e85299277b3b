import pytest

from accounts.actions.organisations import change_organisation, create_organisation
from accounts.models import Organisation
from core.models import AuditEntry

pytestmark = pytest.mark.django_db


def test_create_organisation_twice_returns_the_first_and_makes_it_a_partner():
    lead = create_organisation(by="test", slug="lead", name="Lead")
    first = create_organisation(by="test", slug="p", name="P")
    again = create_organisation(by="test", slug="p", name="Other", led_by=lead)

    assert again == first
    assert again.name == "P"
    assert list(lead.partners.all()) == [first]
    assert AuditEntry.objects.filter(action="accounts.organisation.created").count() == 2


def test_create_organisation_never_leads_itself():
    lead = create_organisation(by="test", slug="lead", name="Lead")

    create_organisation(by="test", slug="lead", name="Lead", led_by=lead)

    assert not lead.led_by.exists()


def test_create_organisation_with_an_unknown_field_is_refused():
    with pytest.raises(TypeError, match="is_admin"):
        create_organisation(by="test", slug="x", name="X", is_admin=True)
    assert not Organisation.objects.exists()


def test_change_organisation_without_a_change_leaves_no_trace():
    organisation = create_organisation(by="test", slug="x", name="X")

    change_organisation(organisation=organisation, by="test", name="X", is_generated=True)

    assert not AuditEntry.objects.filter(action="accounts.organisation.changed").exists()
    organisation.refresh_from_db()
    assert organisation.is_generated is False
