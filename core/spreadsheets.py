"""What may stand in a cell of a file that people open in a spreadsheet."""

# What a spreadsheet takes for a formula at the start of a cell (OWASP, "CSV Injection"); full-width signs are read like
# the others where East Asian input is set up.
_FORMULA_STARTS = frozenset({"=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20"})


def safe_cell(text: str) -> str:
    """Return ``text`` so that no spreadsheet runs it: a formula's first sign is quoted with an apostrophe."""
    return f"'{text}" if text[:1] in _FORMULA_STARTS else text
