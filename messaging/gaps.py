"""Places in a text that is drawn once for many, where a value of one person's own goes. Pure."""

import re
import secrets

# Nobody who writes a title or a name can know it.
GAP = secrets.token_hex(8)
GAPS = re.compile(f"{GAP}([a-z_]+){GAP}")


def gap(name: str) -> str:
    """Return what stands in a drawn text for the value of this name (lower-case letters and underscores)."""
    return f"{GAP}{name}{GAP}"
