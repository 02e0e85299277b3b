import logging

import pytest
import structlog
from django.core import signing

from config.logs import configure_structlog, plain_formatter

TOKEN = signing.dumps({"signature": 81}, salt="confirm")


@pytest.mark.parametrize(
    "line",
    [
        f"Not Found: /en/confirm/{TOKEN}/",
        f"request_finished request='GET /en/messages/stop/{TOKEN}/'",
        "GET /staff/supporters/?q=nora@example.org",
        "GET /l/8f1c2d3e4a5b6c7d8e9f0a1b",
        "could not send to nora@example.org",
        "GET /volunteers/calendar/0b1946ac92492d2347c6235b4d2611184.ics",
    ],
    # A signed token is another one each second: it must not name a test, or two workers collect different tests.
    ids=["confirming", "stopping", "searching", "short link", "sending", "calendar"],
)
def test_no_key_of_a_link_and_no_address_stands_in_a_line(line: str) -> None:
    configure_structlog()
    record = logging.LogRecord("django.request", logging.WARNING, __file__, 1, line, (), None)
    text = plain_formatter().format(record)
    assert not any(secret in text for secret in (TOKEN, "nora", "8f1c2d3e", "0b1946ac"))


def test_field_of_an_event_is_cleaned_as_its_words_are() -> None:
    configure_structlog()
    event = {"event": "request_finished", "request": f"POST /en/confirm/{TOKEN}/", "code": 410}
    record = logging.LogRecord("django_structlog", logging.WARNING, __file__, 1, event, (), None)
    record._logger, record._name = structlog.get_logger(), "warning"
    text = plain_formatter().format(record)
    assert TOKEN not in text
    assert "/en/confirm/…/" in text


def test_ordinary_address_is_left_to_be_read() -> None:
    line = "Not Found: /staff/volunteers/12/"
    record = logging.LogRecord("django.request", logging.WARNING, __file__, 1, line, (), None)
    assert "/staff/volunteers/12/" in plain_formatter().format(record)
    record.msg = "Not Found: /en/there-is-no-such-page/"
    assert "/en/there-is-no-such-page/" in plain_formatter().format(record)
