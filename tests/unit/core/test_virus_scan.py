"""The virus scanner: silent where none is set, and nothing passes where one is set and does not clear it."""

import io
from collections.abc import Iterator

import pytest
from django.core.exceptions import ImproperlyConfigured

from core.file_types import FileRefused
from core.virus_scan import ScannerAway, refuse_viruses, scanner_place
from tests.clamd import EICAR, Clamd


@pytest.fixture(params=["tcp", "unix"])
def clamd(request: pytest.FixtureRequest, settings, tmp_path) -> Iterator[Clamd]:
    server = Clamd(tmp_path if request.param == "unix" else None)
    settings.CLAMD_ADDRESS = server.address
    yield server
    server.close()


def test_clean_file_is_sent_whole_and_passes(clamd: Clamd) -> None:
    content = b"0123456789" * 20_000
    file = io.BytesIO(content)
    file.seek(7)
    refuse_viruses(file)
    assert (clamd.heard, file.tell()) == ([content], 0)


def test_virus_is_refused(clamd: Clamd) -> None:
    with pytest.raises(FileRefused, match="found something"):
        refuse_viruses(io.BytesIO(b"before" + EICAR))


@pytest.mark.parametrize(
    "answer", ["drop", "deaf", "INSTREAM size limit exceeded. ERROR", "UNKNOWN COMMAND", "stream: OK?"]
)
def test_nothing_but_a_plain_ok_lets_a_file_pass(clamd: Clamd, answer: str) -> None:
    clamd.answer = answer
    with pytest.raises(ScannerAway, match="did not look at this file"):
        refuse_viruses(io.BytesIO(b"clean" * 100_000))


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:9", "unix:///nowhere/clamd.ctl"])
def test_scanner_that_is_away_lets_nothing_pass(settings, address: str) -> None:
    settings.CLAMD_ADDRESS = address
    with pytest.raises(ScannerAway):
        refuse_viruses(io.BytesIO(b"clean"))


def test_without_a_scanner_nobody_is_asked(clamd: Clamd, settings) -> None:
    settings.CLAMD_ADDRESS = ""
    refuse_viruses(io.BytesIO(EICAR))
    assert clamd.heard == []


@pytest.mark.parametrize(
    "address", ["clamd", "tcp://host", "tcp://host:x", "unix://host/path", "http://host:3310", "unix:"]
)
def test_address_that_is_none_stops_the_start(address: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="CLAMD_ADDRESS"):
        scanner_place(address)


def test_addresses_are_read() -> None:
    assert scanner_place("tcp://scanner:3310") == ("scanner", 3310)
    assert scanner_place("unix:///run/clamav/clamd.ctl") == "/run/clamav/clamd.ctl"
