"""Events, timeslots, RSVPs, attendance and outcome reports will live here (docs/architecture.md tells
when). Never holds volunteers' shifts or sends reminders itself.
"""
