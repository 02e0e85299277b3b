"""What each role may do here. Which rows: ``visible_to``."""

from accounts.enums import Role

ROLE_PERMISSIONS: dict[Role, set[str]] = {
    Role.COORDINATOR: {
        "coalition.view_partnerapplication",
        "coalition.change_partnerapplication",
        "coalition.view_partneragreementtext",
        "coalition.add_partneragreementtext",
        "coalition.add_partnerimport",
        "coalition.view_coalitionsettings",
        "coalition.add_coalitionsettings",
        "coalition.change_coalitionsettings",
        "coalition.view_partnercontact",
    },
    Role.PARTNER_MANAGER: {"coalition.view_partneragreementtext", "coalition.view_partnercontact"},
    Role.DATA_PROTECTION_OFFICER: {
        "coalition.view_partnerapplication",
        "coalition.view_partneragreementtext",
        "coalition.view_partnercontact",
    },
}
