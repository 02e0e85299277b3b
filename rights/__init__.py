"""What people may ask about their data, and how long it is kept: access, rectification, objection, erasure, retention.

Stands above every package that holds people, because a right reaches all of them. Never knows by itself what a package
holds: that package says so, and how it lets go of it (``privacy.py``, ``erasing.py``).
"""
