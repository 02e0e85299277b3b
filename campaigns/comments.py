"""How a comment is signed in public. Pure."""


def shown_name(full_name: str) -> str:
    """Return the first word of a name: people are quoted by their first name only."""
    return full_name.split()[0] if full_name.split() else ""
