"""The kinds of public forms as the site shows them: their pages, their words, and where confirming leads."""

from collections.abc import Callable
from dataclasses import dataclass

from campaigns.actions.pledges import KIND as PLEDGE
from campaigns.actions.signatures import KIND as SIGNATURE
from cms.form_spec import FormSpec, NoSuchPage
from cms.partner_spec import partner_spec_of
from cms.petition_spec import petition_spec
from cms.pledge_spec import pledge_spec
from cms.rsvp_spec import rsvp_spec_of
from cms.volunteer_spec import volunteer_spec
from coalition.actions.applications import KIND as PARTNER
from events.actions.rsvps import KIND as RSVP
from people.models import Submission
from volunteers.actions.applications import KIND as APPLICATION


@dataclass(frozen=True)
class FormKind:
    """``templates``: the folder with the kind's own screens of confirming; ``spec``: what a page's form asks.

    ``spec`` takes the page's id and the form's language.
    """

    templates: str
    spec: Callable[[int, str], FormSpec]


_KINDS = {
    SIGNATURE: FormKind("cms", lambda page_id, _locale: petition_spec(page_id)),
    APPLICATION: FormKind("cms/volunteer", lambda page_id, _locale: volunteer_spec(page_id)),
    RSVP: FormKind("cms/rsvp", rsvp_spec_of),
    PARTNER: FormKind("cms/partner", partner_spec_of),
    PLEDGE: FormKind("cms/pledge", lambda page_id, _locale: pledge_spec(page_id)),
}


def template_for(submission: Submission | None, name: str) -> str:
    """Return the kind's own screen; without a submission, the one that speaks of none in particular."""
    return f"{_KINDS[submission.kind].templates if submission else 'cms'}/{name}"


def page_url_of(submission: Submission) -> str:
    """Return the address of the page the form stood on, or the site's root when the page is gone."""
    try:
        return _KINDS[submission.kind].spec(int(submission.payload.get("page_id", 0)), submission.locale).page_path
    except NoSuchPage:
        return "/"
