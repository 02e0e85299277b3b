"""What Wagtail tells us about pages: public pages kept in memory are drawn anew after a change."""

from typing import Any

from wagtail.signals import page_published, page_unpublished, post_page_move

from cms.middleware import forget_public_pages


def draw_anew(**_: Any) -> None:
    forget_public_pages()


def connect() -> None:
    """Listen to publishing (also the scheduled one), unpublishing and moving."""
    for signal in (page_published, page_unpublished, post_page_move):
        signal.connect(draw_anew, dispatch_uid="cms.draw_anew")
