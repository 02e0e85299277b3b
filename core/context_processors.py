from typing import Any

from django.conf import settings
from django.http import HttpRequest


def environment(request: HttpRequest) -> dict[str, Any]:
    """Tell templates whether this is the demo, where every person and most numbers are generated."""
    return {"demo_mode": settings.DEMO_MODE, "local_outbox": settings.LOCAL_OUTBOX}
