"""Dates in Dutch: day first, the month as a word (3/4 means two days in two countries), and twenty-four hours."""

DATE_FORMAT = "j N Y"
DATETIME_FORMAT = "j N Y, H:i"
