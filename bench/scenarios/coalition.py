"""What a coalition's screens cost: the same with 2 partners and 200, with a thousand signatures and a million."""

import time
from dataclasses import dataclass, field

from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts.models import User
from bench.coalition_population import Coalition, add_partners, generate, make_coalition
from bench.context import Bench
from bench.scenarios.counts import MOST_MILLISECONDS, MOST_QUERIES, Cost, Queries, count_all
from campaigns.actions.tallies import find_drift
from cms.middleware import forget_public_pages
from core.ttl_cache import clear_ttl_caches
from dashboards.partner_figures import consented_count
from places.models import Territory

FEW, MANY = 2, 200
FEW_SIGNATURES = 1_000
REPEATS = 9


@dataclass
class Measured:
    """One screen: its costs with little, with many partners, with many signatures as well, and this process' CPU."""

    costs: list[Cost] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)


def measure_coalition(bench: Bench) -> None:
    """Measure every screen three times over: few of both, many partners, many signatures as well."""
    if not Territory.objects.exists():
        call_command("load_places", verbosity=0)
    coalition, found, agreeing = make_coalition(), dict[str, Measured](), list[str]()
    many = bench.plan.signatures
    for partners, signatures in ((FEW, FEW_SIGNATURES), (MANY, 2 * FEW_SIGNATURES), (MANY, many)):
        add_partners(coalition, partners)
        generate(coalition, signatures)
        count_all()
        if drift := find_drift(petition_ids=[coalition.petition.pk]):
            raise AssertionError(f"the tallies drift: {drift[:3]}")
        _settle()
        started = time.perf_counter()
        agreed = consented_count.__wrapped__(coalition.first_partnership)[0]  # type: ignore[attr-defined]
        agreeing.append(f"{(time.perf_counter() - started) * 1000:.0f} ms for {agreed:,}")
        for name, user, path in _screens(coalition):
            cost, cpu = _cost(_client(bench, user), path, coalition)
            measured = found.setdefault(name, Measured())
            measured.costs.append(cost)
            measured.cpu.append(cpu)
    for name, measured in found.items():
        _report(bench, name, measured, many)
    detail = "the largest partner's people who agreed to its news: counted every ten minutes, read from memory between"
    bench.add("coalition, who agreed to a partner's news", " → ".join(agreeing), detail=detail)


def _settle() -> None:
    """Let PostgreSQL do now what it would do in the background soon: freshly filled tables are read the slow way."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")


def _screens(coalition: Coalition) -> list[tuple[str, User, str]]:
    ada, ben = coalition.coordinator, coalition.managers[0]
    own = reverse("dashboards_partner", args=[coalition.first_partnership])
    last = coalition.managers[coalition.partners - 1]
    signatures, partners, sources = (reverse(f"staff_{name}:index") for name in ("signatures", "partners", "sources"))
    return [
        ("partner dashboard, its manager", ben, own),
        ("partner dashboard, coordinator", ada, own),
        ("league table, coordinator", ada, reverse("dashboards_league", args=[coalition.campaign.pk])),
        ("signatures, coordinator", ada, signatures),
        ("signatures, manager of the largest partner", ben, signatures),
        ("signatures, manager of the smallest partner", last, signatures),
        ("partners, coordinator", ada, partners),
        ("partners, partner manager", ben, partners),
        ("sources, coordinator", ada, sources),
        ("sources, partner manager", ben, sources),
    ]


def _client(bench: Bench, user: User) -> Client:
    client = Client(SERVER_NAME=bench.world.host, headers={"x-forwarded-proto": "https"})
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def _cost(client: Client, path: str, coalition: Coalition) -> tuple[Cost, float]:
    """Return the cost with every cache empty but the count made every ten minutes, which has a row of its own."""
    spent, cpu, queries = [], [], 0
    for number in range(REPEATS + 1):
        forget_public_pages()
        clear_ttl_caches()
        consented_count(coalition.first_partnership)
        watched, started = Queries(), time.process_time()
        with watched.watch():
            response = client.get(path)
        if response.status_code != 200:
            raise AssertionError(f"{path} answered {response.status_code}")
        if number:
            spent.append(watched.seconds * 1000)
            cpu.append((time.process_time() - started) * 1000)
            queries = watched.count
    return Cost(queries, min(spent)), sorted(cpu)[len(cpu) // 2]


def _report(bench: Bench, name: str, measured: Measured, many: int) -> None:
    few, partners, both = measured.costs
    grows = both.milliseconds - partners.milliseconds
    same = few.queries == partners.queries == both.queries and (grows <= 0.2 * partners.milliseconds or grows < 1)
    small = both.queries <= MOST_QUERIES and both.milliseconds <= MOST_MILLISECONDS
    bench.add(
        f"coalition, {name}",
        f"{few.queries} → {partners.queries} → {both.queries} queries, "
        f"{few.milliseconds:.1f} → {partners.milliseconds:.1f} → {both.milliseconds:.1f} ms",
        f"flat in signatures within 20 %; ≤ {MOST_QUERIES} queries, ≤ {MOST_MILLISECONDS} ms",
        is_met=same and small,
        detail=(
            f"{FEW} partners and {FEW_SIGNATURES:,} signatures → {MANY} and {2 * FEW_SIGNATURES:,} → {MANY} and "
            f"{many:,}; time in the database, the fastest of {REPEATS}; CPU of the answer "
            f"{measured.cpu[0]:.0f} → {measured.cpu[1]:.0f} → {measured.cpu[2]:.0f} ms (median)"
        ),
    )
