"""What each role may do with campaigns, petitions, partners, sources and signatures. Which rows: ``visible_to``."""

from accounts.enums import Role


def _all(*models: str) -> set[str]:
    return {f"campaigns.{verb}_{model}" for model in models for verb in ("view", "add", "change", "delete")}


def _view(*models: str) -> set[str]:
    return {f"campaigns.view_{model}" for model in models}


_FRAME = ("campaign", "petition", "partnership", "source")
_PLEDGES = ("pledgekind", "pledgekindtext", "pledgereminderrule")
_ELECTIONS = ("election", "eligibilityrules", "eligibilitycase", "communeoffice")

_DESK = {"campaigns.view_pledge", "campaigns.change_pledge", *_all("pledgenote")}

# Who pays for a campaign. An analyst sees the ledger, but of private persons only those who agreed to be named.
_LEDGER = ("ledger", "sponsor", "contribution", "unpaidhelp", "publication")

ROLE_PERMISSIONS: dict[Role, set[str]] = {
    Role.COORDINATOR: {
        *_all(*_FRAME, *_ELECTIONS, *_PLEDGES),
        *_DESK,
        *_view(*_LEDGER, "signature", "invalidation"),
        "campaigns.add_ledger",
        "campaigns.change_ledger",
        "campaigns.change_signature",  # decide on comments
        "campaigns.add_invalidation",
        "campaigns.change_invalidation",  # undo one
        "campaigns.change_liveswitches",
    },
    Role.PARTNER_MANAGER: {
        *_view(*_FRAME, *_ELECTIONS, *_PLEDGES, "signature", "pledge"),
        "campaigns.add_source",
        "campaigns.change_source",
    },
    Role.ORGANISER: {*_DESK, *_view("pledgekind")},
    Role.ANALYST: _view(*_FRAME, *_ELECTIONS, *_PLEDGES, "ledger"),
    Role.DATA_PROTECTION_OFFICER: _view(
        *_FRAME, *_ELECTIONS, *_PLEDGES, *_LEDGER, "signature", "invalidation", "pledge", "pledgenote"
    ),
}
