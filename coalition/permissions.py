"""What each role may do here. Which rows: ``visible_to``."""

from accounts.enums import Role

# Whoever takes part, for the lead or a partner, may take what there is to campaign with.
_TOOLKIT = {"coalition.view_materialversion"}

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
        "coalition.view_material",
        "coalition.add_material",
        "coalition.change_material",
        "coalition.view_announcement",
        "coalition.add_announcement",
        "coalition.change_announcement",
        *_TOOLKIT,
    },
    Role.PARTNER_MANAGER: {
        "coalition.view_partneragreementtext",
        "coalition.view_partnercontact",
        "coalition.add_announcementread",
        *_TOOLKIT,
    },
    Role.ORGANISER: {"coalition.add_announcementread", *_TOOLKIT},
    Role.MOBILISER: {"coalition.add_announcementread", *_TOOLKIT},
    Role.ANALYST: {"coalition.view_material", *_TOOLKIT},
    Role.DATA_PROTECTION_OFFICER: {
        "coalition.view_announcement",
        "coalition.view_partnerapplication",
        "coalition.view_partneragreementtext",
        "coalition.view_partnercontact",
        "coalition.view_material",
        *_TOOLKIT,
    },
}
