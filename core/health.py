"""What is alive: answers for load balancers and for the demo's launcher."""

from datetime import datetime, timedelta

from celery import current_app
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from core.models import Heartbeat

WORKER_SILENCE = timedelta(seconds=60)
_migrated = False


def record_heartbeat(name: str, *, at: datetime) -> None:
    """Remember that ``name`` was alive at ``at``."""
    Heartbeat.objects.update_or_create(name=name, defaults={"at": at})


def check_database() -> str:
    """Return what is wrong with the database or its migrations, or nothing."""
    global _migrated
    try:
        connection.ensure_connection()
        if not _migrated:
            executor = MigrationExecutor(connection)
            if executor.migration_plan(executor.loader.graph.leaf_nodes()):
                return "migrations are pending"
            _migrated = True  # they cannot come undone under a running process
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except (DatabaseError, ImproperlyConfigured) as error:
        return f"{type(error).__name__}"
    return ""


def check_broker() -> str:
    """Return what is wrong with the broker, or nothing."""
    try:
        with current_app.connection_for_write(connect_timeout=2) as broker:
            broker.ensure_connection(max_retries=1, timeout=2)
    except Exception as error:  # noqa: BLE001 - every transport raises its own; all mean "not ready"
        return type(error).__name__
    return ""


def check_worker(at: datetime) -> str:
    """Return what is wrong with the background worker, or nothing."""
    beat = Heartbeat.objects.filter(name="worker").values_list("at", flat=True).first()
    if beat is None:
        return "no worker has been seen"
    return "" if at - beat <= WORKER_SILENCE else f"silent since {beat:%Y-%m-%d %H:%M:%S} UTC"


@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """Answer that this process serves requests; touches nothing else."""
    return HttpResponse("ok", content_type="text/plain")


@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """Answer 200 when database, migrations, broker and worker are there, else 503 naming what is not."""
    database = check_database()
    checks = {
        "database": database,
        "broker": check_broker(),
        "worker": "unknown" if database else check_worker(timezone.now()),
    }
    failed = {name: problem for name, problem in checks.items() if problem}
    return JsonResponse({"ready": not failed, "problems": failed}, status=503 if failed else 200)
