"""The pledge under the answer of the eligibility check (settings.ELIGIBILITY_PANELS)."""

from campaigns.eligibility_enums import Outcome
from cms.eligibility_panels import CheckResult, Panel
from cms.pledge_context import form_context
from cms.pledge_forms import PledgeForm
from cms.pledge_spec import pledge_spec

# Whoever may register, must, or has to ask the commune whether they may.
_OFFERED = frozenset({Outcome.ELIGIBLE, Outcome.MUST_REGISTER, Outcome.NEEDS_CHECK})


def pledge_panel(result: CheckResult) -> Panel | None:
    """Return the form of the page's kind, with the commune that was answered; None where there is nothing to promise.

    The commune and the link that brought the visit are all it knows: no other answer goes into the form.
    """
    page = result.page
    if page.pledge_kind_id is None or not page.live or result.verdict.outcome not in _OFFERED:
        return None
    spec = pledge_spec(page.pk, result.source)
    if spec.opening.closed or result.days_left is None:
        return None
    form = PledgeForm(spec=spec, source=result.source, commune=result.commune)
    context = form_context(page, spec, form)
    return Panel("cms/includes/pledge_panel.html", context, label=context["words"].promise, anchor="sign")
