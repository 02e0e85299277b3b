"""How the audit trail's entries about campaigns, petitions and initiatives read."""

from django.utils.translation import gettext_lazy as _

WORDS = {
    "campaigns.comment.hidden": _("Comment kept hidden"),
    "campaigns.comment.shown": _("Comment shown"),
    "campaigns.election.loaded": _("Election loaded from a file"),
    "campaigns.eligibility_rules.saved": _("Rules of an election saved"),
    "campaigns.goals.changed": _("Goals changed"),
    "campaigns.initiative.counts_imported": _("Counts of the initiative imported"),
    "campaigns.initiative.imported": _("Initiative imported from the public register"),
    "campaigns.initiative.settings_changed": _("Settings of the initiative changed"),
    "campaigns.registration_counts.exported": _("Official figures exported"),
    "campaigns.registration_counts.imported": _("Official figures imported"),
    "campaigns.registration_counts.undone": _("Import of official figures undone"),
    "campaigns.signature.confirmed": _("Signature confirmed"),
    "campaigns.signature.export_begun": _("Export of signatures begun"),
    "campaigns.signature.exported": _("Signatures exported"),
    "campaigns.signature.withdrawn": _("Signature withdrawn"),
    "campaigns.signatures.invalidated": _("Signatures taken out of the count"),
    "campaigns.signatures.restored": _("Signatures put back into the count"),
    "campaigns.snapshot.restored": _("Reading put back"),
    "campaigns.snapshot.set_aside": _("Reading set aside"),
    "campaigns.tallies.repaired": _("Counts repaired"),
}
