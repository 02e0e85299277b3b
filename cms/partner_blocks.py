"""What partners' own pages are built from, set once by the coordinator; every partner fills it with its own."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from cms.blocks import CallToActionBlock, FiguresBlock, ImageBlock, ProgressBlock, QuestionsBlock, QuoteBlock, TextBlock


class OfPartnerBlock(blocks.StructBlock):
    """A place that each partner's page fills by itself; ``partner`` of the context says whose page it is."""

    heading = blocks.CharBlock(label=_("Heading"), max_length=120, required=False, help_text=_("Empty: the usual one."))

    def filled(self, shown: Any) -> dict[str, Any]:
        """Return what the block shows of a partner (`cms.partner_context.Shown`)."""
        return {}

    def get_context(self, value: Any, parent_context: Any = None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(value, parent_context=parent_context)
        shown = context.get("shown")
        return {**context, **self.filled(shown)} if shown is not None else context


class PartnerWordsBlock(OfPartnerBlock):
    class Meta:
        icon = "openquote"
        label = _("The partner's own words")
        template = "cms/blocks/partner_words.html"


class TakePartBlock(OfPartnerBlock):
    """The campaign's petitions and pledges, by links that credit the partner."""

    def filled(self, shown: Any) -> dict[str, Any]:
        from cms.partner_context import ways_to_take_part

        return {"ways": ways_to_take_part(shown)}

    class Meta:
        icon = "pick"
        label = _("Take part: petitions and pledges, credited to the partner")
        template = "cms/blocks/partner_take_part.html"


class PartnerFigureBlock(OfPartnerBlock):
    def filled(self, shown: Any) -> dict[str, Any]:
        from cms.partner_context import figures_of

        return {"figures": figures_of(shown)}

    class Meta:
        icon = "history"
        label = _("The partner's own figure, if it agreed to show it")
        template = "cms/blocks/partner_figure.html"


class PartnerEventsBlock(OfPartnerBlock):
    def filled(self, shown: Any) -> dict[str, Any]:
        from cms.partner_context import events_of

        return {"events": events_of(shown)}

    class Meta:
        icon = "date"
        label = _("The partner's public events")
        template = "cms/blocks/partner_events.html"


class PartnerBodyBlock(blocks.StreamBlock):
    partner_words = PartnerWordsBlock()
    take_part = TakePartBlock()
    partner_figure = PartnerFigureBlock()
    partner_events = PartnerEventsBlock()
    text = TextBlock()
    image = ImageBlock()
    quote = QuoteBlock()
    figures = FiguresBlock()
    call_to_action = CallToActionBlock()
    progress = ProgressBlock()
    questions = QuestionsBlock()

    class Meta:
        required = False
        block_counts = {
            name: {"max_num": 1} for name in ("partner_words", "take_part", "partner_figure", "partner_events")
        }


def usual_blocks() -> list[tuple[str, dict[str, str]]]:
    """Return what a new page of partners begins with, for the coordinator to change."""
    return [(name, {"heading": ""}) for name in ("take_part", "partner_words", "partner_figure", "partner_events")]
