"""Arabic with Western digits, as it is read in Europe.

Django groups no digits here, and its full stop reads as a decimal point to half of the Arabic-speaking world. A
no-break space is misread nowhere, and inside right-to-left text it keeps the groups of a number in order (UAX #9, W4).
"""

DECIMAL_SEPARATOR = ","
THOUSAND_SEPARATOR = "\xa0"
NUMBER_GROUPING = 3
DATE_FORMAT = "j N Y"
DATETIME_FORMAT = "j N Y، H:i"
LIST_SEPARATOR = "، "
