"""To whom we write: segments, broadcasts and journeys, the only one-to-many sending, and what staff are to do.

Whether somebody may be written to is asked of `people.consent`, never decided here.
"""
