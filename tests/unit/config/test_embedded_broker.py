"""The broker of files: its exchanges are whole before anybody reads them, however many start at once."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from config.celery import app, use_embedded_broker


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
