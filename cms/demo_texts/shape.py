from typing import Any, TypedDict

Blocks = list[tuple[str, Any]]


class PageTexts(TypedDict):
    """One page's words. In ``body``, the placeholders of `cms.demo_pages.fill_in` stand for rows and pages."""

    slug: str
    title: str
    introduction: str
    body: Blocks


class HomeTexts(PageTexts):
    heading: str
    action_label: str


class PetitionTexts(PageTexts):
    form_heading: str
    thank_you: str
    share_text: str


class DemoTexts(TypedDict):
    """One language's pages."""

    home: HomeTexts
    campaign: PageTexts
    petition: PetitionTexts
    how: PageTexts
    privacy: PageTexts
