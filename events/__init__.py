"""Events: their types, venues, timeslots, RSVPs with waiting lists, reminders, check-in and outcome reports.

Never holds volunteers' shifts (``volunteers``) or conversations (``outreach``): those packages stand above this one and
name their event. Sends nothing itself: it queues messages.
"""
