"""What texts cost: only what settings tell, the rest is unknown."""

from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from messaging.sms_prices import ELSEWHERE, Cost, Price, calling_code, cost_of, read_prices, recipients_by_code
from people.enums import Channel
from people.models import ContactPoint
from tests.factories.people import make_contact_point


@pytest.fixture(autouse=True)
def _prices(settings: Any) -> None:
    settings.SMS_PRICES = ["32=0.0945 EUR", "33=0.08 EUR", "1=0.0079 USD"]


def test_prices_are_read_with_their_currency() -> None:
    assert read_prices(["32 = 0.0945 eur"]) == {"32": Price(Decimal("0.0945"), "EUR")}


@pytest.mark.parametrize("line", ["32", "32=", "32=cheap EUR", "BE=0.1 EUR", "32=0.1", "32=-1 EUR", "32=NaN EUR"])
def test_price_that_is_none_stops_the_start(line: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="SMS_PRICES"):
        read_prices([line])


def test_cost_adds_up_per_currency_and_never_guesses() -> None:
    cost = cost_of(2, {"32": 10, "33": 1, "1": 100, "44": 3, ELSEWHERE: 4})
    assert cost == Cost({"EUR": Decimal("2.0500"), "USD": Decimal("1.5800")}, unknown=7)
    assert cost_of(1, {}) == Cost()


@pytest.mark.parametrize(("number", "code"), [("+32470123456", "32"), ("+12025550123", "1"), ("nonsense", ELSEWHERE)])
def test_calling_code_is_the_numbers_own(number: str, code: str) -> None:
    assert calling_code(number) == code


@pytest.mark.django_db
def test_recipients_are_counted_by_code_in_one_query(django_assert_num_queries: Any) -> None:
    for number in ("+32470123456", "+32470123457", "+33612345678", "+447911123456"):
        make_contact_point(number, channel=Channel.SMS)
    with django_assert_num_queries(1):
        assert recipients_by_code(ContactPoint.objects.all()) == {"32": 2, "33": 1, ELSEWHERE: 1}
