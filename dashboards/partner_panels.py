"""What other packages show on a partner's dashboard: materials, exports, the agreement.

``settings.PARTNER_PANELS`` names their functions ``(partnership, user) -> people.staff_sections.Section``, or None
where the viewer has nothing to see. They ask themselves what the viewer may see, and take a fixed number of queries.
"""

from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.module_loading import import_string

from campaigns.models import Partnership
from people.staff_sections import Section

if TYPE_CHECKING:
    from accounts.models import User


def panels_of(partnership: Partnership, user: "User") -> list[Section]:
    """Return the panels in the order they are named."""
    found = [import_string(path)(partnership, user) for path in settings.PARTNER_PANELS]
    return [panel for panel in found if panel is not None]
