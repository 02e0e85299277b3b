"""What each role may do with campaigns, petitions, partners, sources and signatures. Which rows: ``visible_to``."""

from accounts.enums import Role


def _all(*models: str) -> set[str]:
    return {f"campaigns.{verb}_{model}" for model in models for verb in ("view", "add", "change", "delete")}


def _view(*models: str) -> set[str]:
    return {f"campaigns.view_{model}" for model in models}


_FRAME = ("campaign", "petition", "partnership", "source")
_ELECTIONS = ("election", "eligibilityrules", "eligibilitycase", "communeoffice")

ROLE_PERMISSIONS: dict[Role, set[str]] = {
    Role.COORDINATOR: {
        *_all(*_FRAME, *_ELECTIONS),
        *_view("signature", "invalidation"),
        "campaigns.change_signature",  # decide on comments
        "campaigns.add_invalidation",
        "campaigns.change_invalidation",  # undo one
        "campaigns.change_liveswitches",
    },
    Role.PARTNER_MANAGER: {
        *_view(*_FRAME, *_ELECTIONS, "signature"),
        "campaigns.add_source",
        "campaigns.change_source",
    },
    Role.ANALYST: _view(*_FRAME, *_ELECTIONS),
    Role.DATA_PROTECTION_OFFICER: _view(*_FRAME, *_ELECTIONS, "signature", "invalidation"),
}
