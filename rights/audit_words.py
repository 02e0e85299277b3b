"""How the audit trail's entries about people's rights read."""

from django.utils.translation import gettext_lazy as _

WORDS = {
    "rights.contact_point.replaced": _("Address replaced by its owner"),
    "rights.copy.fetched": _("Copy of somebody's data fetched"),
    "rights.copy.handed_out": _("Copy of somebody's data taken out by staff, to hand it over"),
    "rights.record.changed": _("Details of the record of processing changed"),
    "rights.record.taken": _("Record of processing taken out"),
    "rights.request.address_asked": _("Letter sent to a new address: is it theirs?"),
    "rights.request.corrected": _("Request about data: corrected what is held"),
    "rights.request.copy_sent": _("Link to the copy of data sent"),
    "rights.request.decided": _("Request about data decided"),
    "rights.request.extended": _("Request about data: two months longer"),
    "rights.request.joined": _("Request about data joined with another one of the same person"),
    "rights.request.received": _("Request about data received"),
    "rights.retention_rule.looked": _("Looked at what a retention rule would do"),
    "rights.retention_rule.proposed": _("Usual retention rules proposed"),
    "rights.retention_run.finished": _("Retention rule applied to the end"),
    "rights.retention_run.started": _("Retention rule begun to be applied"),
    "rights.rights_request.deleted_in_time": _("Requests about data deleted, three years after the answer"),
    "rights.supporter.corrected": _("Data corrected by its owner"),
    "rights.supporter.corrected_for_them": _("Data corrected by staff, as its owner asked"),
    "rights.supporter.objected": _("Objection: all consents taken back"),
    "rights.supporter.erased": _("Person erased"),
}
