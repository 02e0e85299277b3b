"""The Celery application: one static schedule of drains. A task's truth is in the rows it drains."""

import os
from pathlib import Path

from celery import Celery
from celery.signals import setup_logging, worker_ready

from config.embedded_broker import make_broker

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.demo")

app = Celery("carillon")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


def use_embedded_broker(folder: Path) -> None:
    """Point Celery at a broker made of files in ``folder``: no service to install, one machine only."""
    app.conf.broker_transport_options = make_broker(folder)


def _drain(task: str, every: float, **words: str) -> dict[str, object]:
    # `expires`: beat may have run on while no worker was there; one drain does the work of all missed ones.
    return {"task": task, "schedule": every, "kwargs": words, "options": {"expires": max(every * 2, 10)}}


@app.on_after_configure.connect
def configure(sender: Celery, **_: object) -> None:
    """Read what depends on Django's settings once they are loaded."""
    from celery.schedules import crontab
    from django.conf import settings

    if str(settings.CELERY_BROKER_URL).startswith("filesystem:"):
        use_embedded_broker(settings.CELERY_BROKER_DIR)
    sender.conf.beat_schedule = {
        "drain submissions": _drain("messaging.drain_submissions", 2),
        # Each second, because rates are per second; each channel by itself, so that neither waits for the other.
        "deliver mail": _drain("messaging.deliver_messages", 1, channel="email"),
        "deliver texts": _drain("messaging.deliver_messages", 1, channel="sms"),
        "settle lost messages": _drain("messaging.settle_lost_messages", 60),
        "remind unconfirmed": _drain("messaging.remind_unconfirmed", 600),
        "purge submissions": _drain("people.purge_submissions", 3600),
        "forget addresses": _drain("messaging.forget_addresses", 3600),
        "count signatures": _drain("campaigns.count_signatures", 30),
        "count pledges": _drain("campaigns.count_pledges", 30),
        "remind of pledges": _drain("campaigns.remind_of_pledges", 300),
        "recount nightly": {"task": "campaigns.recount_tallies", "schedule": crontab(hour=2, minute=15)},
        "recount segments": {"task": "audiences.recount_segments", "schedule": crontab(hour=2, minute=45)},
        "match identities": _drain("outreach.match_identities", 5),
        "forget unmatched": {"task": "outreach.forget_unmatched", "schedule": crontab(hour=3, minute=40)},
        "prepare partner exports": _drain("coalition.prepare_exports", 10),
        "run standing exports": _drain("coalition.run_standing_exports", 60),
        "send partner exports": _drain("coalition.send_exports", 30),
        "forget partners' people": {
            "task": "coalition.forget_partners_people",
            "schedule": crontab(hour=3, minute=50),
        },
        "sweep material files": {"task": "coalition.sweep_material_files", "schedule": crontab(hour=4, minute=20)},
        "watch reading": _drain("accounts.watch_reading", 300),
        "tidy exports": _drain("accounts.tidy_exports", 3600),
        "publish scheduled": _drain("core.publish_scheduled", 60),
        "heartbeat": _drain("core.beat_heart", 10),
        "remind volunteers": _drain("volunteers.remind_volunteers", 300),
        "alarms of shifts": _drain("volunteers.queue_shift_alarms", 900),
        "remind guests": _drain("events.remind_guests", 60),
        "move offers on": _drain("events.move_offers_on", 60),
        "settle revocations": _drain("outreach.settle_revocations", 60),
        "close events": _drain("events.close_over_events", 300),
        "ask for reports": _drain("events.ask_for_reports", 900),
        "take people into journeys": _drain("audiences.take_people_in", 60),
        "lead people on": _drain("audiences.lead_people_on", 10),
        "call other systems": _drain("audiences.make_calls", 10),
        "send broadcasts": _drain("audiences.send_broadcasts", 5),
        "start retention": {"task": "rights.start_retention", "schedule": crontab(hour=3, minute=10)},
        "drain retention": _drain("rights.drain_retention", 60),
        "note erased": _drain("rights.note_erased", 600),
        "delete past requests": {"task": "rights.delete_past_requests", "schedule": crontab(hour=4, minute=10)},
        "keep erased": {"task": "rights.keep_erased", "schedule": crontab(hour=4, minute=30)},
        "ledger alarms": {"task": "campaigns.queue_ledger_alarms", "schedule": crontab(hour=5, minute=20)},
        "data request alarms": {"task": "rights.queue_request_alarms", "schedule": crontab(hour=5, minute=40)},
        "paper alarms": {"task": "outreach.queue_paper_alarms", "schedule": crontab(hour=5, minute=30)},
    }


@worker_ready.connect
def show_life_at_once(**_: object) -> None:
    """Write the first heartbeat when the worker is there, so that /readyz need not wait for beat's first tick."""
    from core.tasks import beat_heart

    beat_heart()


@setup_logging.connect
def leave_logging_to_django(**_: object) -> None:
    """Django's LOGGING is the one configuration of logs."""
