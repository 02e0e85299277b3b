"""Who of a partner signed, asked and collected is proof for three years, and not a day less or more."""

from datetime import datetime, timedelta

import pytest

from campaigns.models import Campaign, Partnership
from coalition.actions import proofs
from coalition.actions.proofs import PROOF, forget_proofs
from coalition.models import PartnerAgreement, PartnerExport, PartnerKey
from core.models import AuditEntry
from tests.factories.coalition import accept, ask_agreement
from tests.factories.partner_exports import Keyring, collected_file, give_key
from tests.factories.staff import World

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)


@pytest.fixture
def agreement(ours: World, at: datetime) -> PartnerAgreement:
    accept(ours, ask_agreement(ours), at=at)
    PartnerAgreement.objects.update(signatory_name="Nora Head", signatory_function="Head")
    return PartnerAgreement.objects.get()


def signed(agreement: PartnerAgreement) -> tuple[str, str, int | None]:
    agreement.refresh_from_db()
    return agreement.signatory_name, agreement.signatory_function, agreement.accepted_by_id


def test_who_signed_stays_while_the_partner_takes_part(agreement: PartnerAgreement, at: datetime) -> None:
    assert forget_proofs(at=at + 3 * PROOF) == {}
    assert signed(agreement)[0] == "Nora Head"


def test_who_signed_goes_three_years_after_the_partner_left(
    agreement: PartnerAgreement, ours: World, at: datetime
) -> None:
    Partnership.objects.filter(pk=ours.partnership.pk).update(left_at=at)
    assert forget_proofs(at=at + PROOF - SECOND) == {}
    assert forget_proofs(at=at + PROOF) == {"coalition.PartnerAgreement": 1}
    assert forget_proofs(at=at + PROOF) == {}
    assert signed(agreement) == ("", "", None)
    assert AuditEntry.objects.filter(action="coalition.people.forgotten").count() == 1


def test_who_signed_goes_three_years_after_the_campaign(agreement: PartnerAgreement, ours: World, at: datetime) -> None:
    Campaign.objects.filter(pk=ours.campaign.pk).update(ends_date=at.date())
    assert forget_proofs(at=at + PROOF - timedelta(days=1)) == {}
    assert forget_proofs(at=at + PROOF + timedelta(days=1)) == {"coalition.PartnerAgreement": 1}


def test_who_asked_and_collected_goes_three_years_later_and_the_key_in_use_keeps_its_makers(
    ours: World, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proofs, "BATCH", 1)
    accept(ours, ask_agreement(ours), at=at)
    key = give_key(ours, Keyring(), at)
    for _ in range(2):
        collected_file(ours, at)
    assert forget_proofs(at=at + PROOF - SECOND) == {}
    assert forget_proofs(at=at + PROOF) == {"coalition.PartnerExport": 2}
    assert PartnerExport.objects.filter(asked_by=None, collected_by=None, collected_at=at).count() == 2
    key.refresh_from_db()
    assert (key.added_by, key.confirmed_by) == (ours.manager, ours.coordinator)
    PartnerKey.objects.update(retired_at=at, retired_by=ours.manager)
    assert forget_proofs(at=at + PROOF) == {"coalition.PartnerKey": 1}
    key.refresh_from_db()
    assert (key.added_by, key.confirmed_by, key.retired_by) == (None, None, None)
    assert key.fingerprint
