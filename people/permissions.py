"""What each role may do with people, consent wordings and suppressions. Which rows: ``visible_to``."""

from accounts.enums import Role

_KEEPS = {
    "people.view_supporter",
    "people.change_supporter",  # merge two records of one person
    "people.view_contactconflict",
    "people.change_contactconflict",  # decide whose an address is
    "people.view_consenttext",
    "people.add_consenttext",  # publish a version; none is ever changed
    "people.view_suppression",
    "people.add_suppression",
}

ROLE_PERMISSIONS: dict[Role, set[str]] = {
    Role.COORDINATOR: _KEEPS,
    Role.PARTNER_MANAGER: {"people.view_supporter"},
    Role.DATA_PROTECTION_OFFICER: {*_KEEPS, "people.change_suppression"},  # lifting a stop
}
