"""The public site: Wagtail pages and blocks, the petition's form, confirm and share screens. One way
in for citizens. Never counts, never matches people, never sends: it validates a form and makes one
call inward.
"""
