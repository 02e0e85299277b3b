"""What the restore and its sister command say of the people a backup brought back."""

from datetime import datetime

from django.conf import settings

from rights.actions.erased_again import Again


def tell_erased_again(again: Again | None, *, since: datetime) -> list[str]:
    """Return sentences on who was erased after ``since``, when the backup was made, and is erased again."""
    where = settings.ERASED_ROOT
    then = "Then run manage.py erase_again, before anybody writes to people."
    if again is None:
        return [
            "Who was erased after the backup was made is still in it: this process does not have the secrets of the "
            f"backup. Start with those. {then}"
        ]
    if not again.is_readable:
        return [
            f"Who was erased after the backup was made is still in it: the list in {where} cannot be read. Mend that. "
            f"{then}"
        ]
    told = [f"{again.erased} people had been erased and are erased again."]
    if again.failed:
        told.append(f"{again.failed} people could not be erased again; the log says why. Run manage.py erase_again.")
    if again.unread:
        told.append(f"{again.unread} lines of the list in {where} cannot be read: who they speak of is not known.")
    by_hand = "Repeat those by hand, from the requests you keep outside, before anybody writes to people."
    if again.begun_at is None:
        told.append(
            f"There is no list of erasures in {where}: who was erased after the backup is in it again. {by_hand}"
        )
    elif again.begun_at > since:
        told.append(
            f"The list in {where} begins {again.begun_at:%Y-%m-%d %H:%M} UTC: what came before is not in it. {by_hand}"
        )
    return told
