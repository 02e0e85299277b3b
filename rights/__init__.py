"""What people may ask about their data, and how long it is kept: access, rectification, restriction, objection, erasure,
retention, the record of processing. Stands above every package that holds people, because a right reaches all of them;
what each package holds and how it lets go of it is that package's own to say (``privacy.py``, ``erasing.py``).
"""
