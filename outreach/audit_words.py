"""How the audit trail's entries about the work in the street read."""

from django.utils.translation import gettext_lazy as _

WORDS = {
    "outreach.area.assigned": _("Area given to somebody"),
    "outreach.area.released": _("Area taken back"),
    "outreach.contact_identity.confirmed": _("Address confirmed by the person"),
    "outreach.contact_identity.created": _("New supporter made from a conversation"),
    "outreach.contact_identity.decided": _("Decided who it was"),
    "outreach.contact_identity.declined": _("Consent taken back by the person"),
    "outreach.contact_identity.discarded": _("Name and address discarded"),
    "outreach.contact_identity.forgotten": _("Name and address forgotten"),
    "outreach.contact_identity.matched": _("Recognised as a supporter we knew"),
    "outreach.contact_identity.stopped": _("Stopped before it was matched"),
    "outreach.contact_identity.viewed": _("Name and address read"),
    "outreach.figures.exported": _("Figures of the street exported"),
    "outreach.mobiliser_figures.viewed": _("Figures of mobilisers read"),
    "outreach.paper_batch.counted": _("Paper signatures counted"),
    "outreach.paper_batch.dates_changed": _("Dates of a paper batch changed"),
    "outreach.paper_batch.destroyed": _("Paper batch destroyed"),
    "outreach.paper_batch.issued": _("Paper batch handed out"),
    "outreach.paper_batch.lost": _("Paper batch lost"),
    "outreach.paper_batch.passed_on": _("Paper batch passed on"),
    "outreach.paper_batch.returned": _("Paper batch returned"),
    "outreach.paper_batch.sent": _("Paper batch handed to the organisers for upload"),
    "outreach.records.received": _("Conversations received from a phone"),
    "outreach.script.published": _("Script published"),
    "outreach.session.consents_withdrawn": _("Consents of a sitting withdrawn"),
    "outreach.session.joined": _("Late records joined to a revoked sitting"),
    "outreach.session.listed": _("Sittings read"),
    "outreach.session.restored": _("Sitting put back into the figures"),
    "outreach.session.revoked": _("Sitting taken out of the figures"),
}
