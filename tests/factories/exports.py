"""Large exports without a list: what an export view asks the guard."""

from core.staff_exports import AskedExport


def asked_for(
    people: int, address: str = "/staff/signatures/export/", permission: str = "campaigns.view_signature"
) -> AskedExport:
    """Return the question for an export of ``people`` rows."""
    return AskedExport(
        what="Signatures",
        permission=permission,
        address=address,
        back="/staff/signatures/",
        people=lambda most: people if most is None else min(most, people),
    )
