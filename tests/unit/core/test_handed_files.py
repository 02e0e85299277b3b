"""Files handed over: what counts as taken, and that nothing is left open."""

import io

import pytest
from django.test import RequestFactory

from core.handed_files import CHUNK, KeptFile, hand_over

KEPT = KeptFile("film.mp4", "video/mp4", 3 * CHUNK, "mark")


@pytest.mark.parametrize(
    ("asked", "is_taken"),
    [("bytes=0-0", False), ("bytes=0-1", False), (f"bytes=0-{CHUNK}", True), ("bytes=0-", True), ("bytes=9-", False)],
)
def test_first_piece_counts_and_a_look_at_a_few_bytes_does_not(asked: str, is_taken: bool) -> None:
    request = RequestFactory().get("/", headers={"range": asked})
    assert hand_over(request, KEPT, io.BytesIO(bytes(KEPT.size)))[1] is is_taken


@pytest.mark.django_db
def test_piece_nobody_reads_is_closed_with_its_answer() -> None:
    content = io.BytesIO(bytes(KEPT.size))
    response, _taken = hand_over(RequestFactory().get("/", headers={"range": "bytes=0-9"}), KEPT, content)
    response.close()
    assert content.closed
