"""What a role may do with the pages beyond Wagtail's own page permissions, which stand in `accounts/roles.py`."""

from accounts.models import Role

ROLE_PERMISSIONS = {
    # Without it whoever writes a page cannot bring it into the other languages, nor renew its translations.
    Role.COORDINATOR: frozenset({"wagtail_localize.submit_translation"}),
}
