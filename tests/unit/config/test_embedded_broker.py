"""The broker of files: exchanges and messages are whole before anybody reads them, however many are at it."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from kombu import Connection
from kombu.exceptions import ChannelError

from config.celery import app, use_embedded_broker
from config.embedded_broker import make_broker


def test_exchanges_are_whole_before_a_worker_reads_them(tmp_path: Path) -> None:
    before = app.conf.broker_transport_options
    try:
        with ThreadPoolExecutor(8) as several:
            list(several.map(use_embedded_broker, [tmp_path] * 8))
        found = {path.name: json.loads(path.read_text()) for path in (tmp_path / "control").iterdir()}
        assert found["celery.exchange"] == []
        assert all(name.endswith(".exchange") for name in found), "no unfinished file is left"
        (tmp_path / "control" / "celery.exchange").write_text('[["celery", "", "celery"]]')
        use_embedded_broker(tmp_path)
        assert json.loads((tmp_path / "control" / "celery.exchange").read_text()), "bound queues stay"
    finally:
        app.conf.broker_transport_options = before


def test_message_has_no_name_a_worker_looks_for_before_it_is_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen, write = [], Path.write_text

    def watched(path: Path, text: str, **told: Any) -> int:
        size = write(path, text[: len(text) // 2], **told)
        seen.append(channel._size("celery"))
        write(path, text, **told)
        return size

    with Connection("filesystem://", transport_options=make_broker(tmp_path)) as connection:
        channel = connection.channel()
        monkeypatch.setattr(Path, "write_text", watched)
        channel._put("celery", {"body": "nudge"})
        assert seen == [0], "half a message is nobody's"
        assert channel._get("celery") == {"body": "nudge"}
        assert list((tmp_path / "queue").iterdir()) == []


def test_message_that_the_disk_does_not_take_is_refused_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, text: str, **told: Any) -> int:
        path.touch()
        raise OSError(28, "No space left on device")

    with Connection("filesystem://", transport_options=make_broker(tmp_path)) as connection:
        monkeypatch.setattr(Path, "write_text", full)
        with pytest.raises(ChannelError):
            connection.channel()._put("celery", {"body": "nudge"})
    assert list((tmp_path / "queue").iterdir()) == []
