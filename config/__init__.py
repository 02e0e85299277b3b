"""Settings, URLs, the Celery app, the demo's launcher and the project's checks: the only place that
wires adapters to ports. Never holds a model or a rule.
"""

from config.celery import app as celery_app

__all__ = ["celery_app"]
