"""What editors build pages from. Every block draws itself without script, style attribute or third party."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.functional import cached_property
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.struct_block import StructBlockValidationError
from wagtail.images.blocks import ImageChooserBlock
from wagtail.models import Page

from campaigns.models import Campaign
from cms.partner_wall import tiles_of, wall_path
from cms.petition_context import SOURCE_PLACEHOLDER, progress
from cms.viewer import current_viewer

TEXT_FEATURES = ["h2", "h3", "bold", "italic", "link", "document-link", "ol", "ul", "hr"]
INLINE_FEATURES = ["bold", "italic", "link"]


class _OfferedRows(forms.models.ModelChoiceIterator):
    """The rows the editor sees, and those that stand on a public page already (a shared page may show them)."""

    def __iter__(self) -> Iterator[Any]:
        viewer, rows = current_viewer(), self.queryset
        if viewer is not None and not viewer.is_superuser and hasattr(rows, "visible_to"):
            seen = Q(pk__in=rows.visible_to(viewer).values("pk"))
            self.queryset = rows.filter(seen | Q(pages__live=True)).distinct()
        return super().__iter__()


class _RowField(forms.ModelChoiceField):
    iterator = _OfferedRows


class RowChooserBlock(blocks.ChooserBlock):
    """Choose a row of one of our own tables from a plain list: there are few, and a list works everywhere."""

    target_model: str
    is_public = False  # whether everybody may know of every row

    @cached_property
    def field(self) -> forms.ModelChoiceField:
        field_class = forms.ModelChoiceField if self.is_public else _RowField
        rows = self.model_class.objects.all()
        return field_class(rows, widget=self.widget, required=self._required, help_text=self._help_text)

    @cached_property
    def widget(self) -> forms.Widget:
        return forms.Select()

    def get_form_state(self, value: Any) -> str:
        return "" if value is None else str(getattr(value, "pk", value))


class CampaignChooserBlock(RowChooserBlock):
    target_model = "campaigns.Campaign"


class PetitionChooserBlock(RowChooserBlock):
    target_model = "campaigns.Petition"


class InitiativeChooserBlock(RowChooserBlock):
    is_public = True  # the Commission's register is
    target_model = "campaigns.Initiative"


class TextBlock(blocks.RichTextBlock):
    """Running text with headings, lists and links."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"features": TEXT_FEATURES, **kwargs})

    class Meta:
        icon = "pilcrow"
        label = _("Text")
        template = "cms/blocks/text.html"


class ImageBlock(blocks.StructBlock):
    """A picture that says in words what it shows."""

    image = ImageChooserBlock(label=_("Image"))
    alt = blocks.CharBlock(
        label=_("What the picture shows"),
        max_length=200,
        help_text=_("Read aloud to people who cannot see it; shown when it does not load."),
    )
    caption = blocks.CharBlock(label=_("Caption"), max_length=250, required=False)
    credit = blocks.CharBlock(label=_("Photographer and licence"), max_length=150, required=False)

    class Meta:
        icon = "image"
        label = _("Image")
        template = "cms/blocks/image.html"


class QuoteBlock(blocks.StructBlock):
    text = blocks.TextBlock(label=_("Quote"), max_length=600)
    person = blocks.CharBlock(label=_("Who said it"), max_length=120)
    role = blocks.CharBlock(label=_("Role"), max_length=160, required=False)
    is_generated = blocks.BooleanBlock(label=_("Made up for the demo"), required=False)

    class Meta:
        icon = "openquote"
        label = _("Quote")
        template = "cms/blocks/quote.html"


class FigureBlock(blocks.StructBlock):
    """One number people should remember, and where it comes from."""

    number = blocks.CharBlock(label=_("Number"), max_length=20, help_text=_("As it should be read: 1 million, 44.6 %"))
    meaning = blocks.CharBlock(label=_("What it counts"), max_length=160)
    source = blocks.CharBlock(
        label=_("Source"), max_length=200, help_text=_("A figure without a source is an opinion.")
    )
    source_url = blocks.URLBlock(label=_("Link to the source"), required=False)
    is_generated = blocks.BooleanBlock(label=_("Made up for the demo"), required=False)


class FiguresBlock(blocks.StructBlock):
    heading = blocks.CharBlock(label=_("Heading"), max_length=120, required=False)
    figures = blocks.ListBlock(FigureBlock(), label=_("Figures"), min_num=1, max_num=6)

    class Meta:
        icon = "order"
        label = _("Figures")
        template = "cms/blocks/figures.html"


class CallToActionBlock(blocks.StructBlock):
    """One thing to do next: a page of the site, or an address elsewhere."""

    heading = blocks.CharBlock(label=_("Heading"), max_length=120)
    text = blocks.TextBlock(label=_("Text"), max_length=400, required=False)
    button = blocks.CharBlock(label=_("Words on the button"), max_length=60)
    page = blocks.PageChooserBlock(label=_("Page"), required=False)
    url = blocks.URLBlock(label=_("Or an address"), required=False)

    class Meta:
        icon = "pick"
        label = _("Call to action")
        template = "cms/blocks/call_to_action.html"

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        if bool(cleaned["page"]) == bool(cleaned["url"]):
            error = ValidationError(_("Choose a page or write an address, one of the two."))
            raise StructBlockValidationError(block_errors={"page": error})
        return cleaned

    def get_context(self, value: Any, parent_context: Any = None) -> dict[str, Any]:
        context = super().get_context(value, parent_context=parent_context)
        page = value["page"]
        context["link"] = page.localized.get_url(context.get("request")) if page else value["url"]
        return context


class ProgressBlock(blocks.StructBlock):
    """How far a petition or an initiative is, on the figures of now."""

    heading = blocks.CharBlock(label=_("Heading"), max_length=120, required=False)
    petition = PetitionChooserBlock(label=_("Petition"), required=False)
    initiative = InitiativeChooserBlock(label=_("Or an initiative"), required=False)

    class Meta:
        icon = "history"
        label = _("Progress")
        template = "cms/blocks/progress.html"

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        if bool(cleaned["petition"]) == bool(cleaned["initiative"]):
            error = ValidationError(_("Choose a petition or an initiative, one of the two."))
            raise StructBlockValidationError(block_errors={"petition": error})
        return cleaned

    def get_context(self, value: Any, parent_context: Any = None) -> dict[str, Any]:
        context = super().get_context(value, parent_context=parent_context)
        petition = value["petition"]
        if petition:
            context.update(progress(petition.pk, petition.minimum_shown, petition.goal_steps))
        return context


class PartnersBlock(blocks.StructBlock):
    """The organisations taking part in a campaign now: a wall of their logos, and of names where there is none."""

    heading = blocks.CharBlock(label=_("Heading"), max_length=120, required=False)
    campaign = CampaignChooserBlock(
        label=_("Campaign"), required=False, help_text=_("Empty: the campaign this page belongs to.")
    )

    class Meta:
        icon = "group"
        label = _("Partners")
        template = "cms/blocks/partners.html"

    def get_context(self, value: Any, parent_context: Any = None) -> dict[str, Any]:
        context = super().get_context(value, parent_context=parent_context)
        page = context.get("page")
        campaign = value["campaign"] or campaign_of(page)
        context["tiles"] = tiles_of(campaign, language_of(page)) if campaign else []
        context["partners_url"] = wall_path(campaign, language_of(page)) if campaign else ""
        context["source"] = SOURCE_PLACEHOLDER
        return context


def campaign_of(page: Any) -> Campaign | None:
    """Return the campaign a page belongs to: its own, or its petition's."""
    petition = getattr(page, "petition", None)
    return petition.campaign if petition else getattr(page, "campaign", None)


def language_of(page: Any) -> str:
    """Return the language of the page a block stands on, else the one in force."""
    return page.locale.language_code if isinstance(page, Page) else get_language() or settings.LANGUAGE_CODE


class QuestionBlock(blocks.StructBlock):
    question = blocks.CharBlock(label=_("Question"), max_length=200)
    answer = blocks.RichTextBlock(label=_("Answer"), features=[*INLINE_FEATURES, "ol", "ul"])


class QuestionsBlock(blocks.StructBlock):
    heading = blocks.CharBlock(label=_("Heading"), max_length=120, required=False)
    questions = blocks.ListBlock(QuestionBlock(), label=_("Questions"), min_num=1)

    class Meta:
        icon = "help"
        label = _("Questions and answers")
        template = "cms/blocks/questions.html"


class BodyBlock(blocks.StreamBlock):
    text = TextBlock()
    image = ImageBlock()
    quote = QuoteBlock()
    figures = FiguresBlock()
    call_to_action = CallToActionBlock()
    progress = ProgressBlock()
    partners = PartnersBlock()
    questions = QuestionsBlock()

    class Meta:
        block_counts = {"partners": {"max_num": 1}}
        required = False
