"""What the list of tickets costs as the table grows: queries, counts, database time, per page of 100.

    python -m benchmarks.ticket_list [--small 2000] [--large 200000]

Makes a database of its own (SQLite; PostgreSQL where TEST_DATABASE_URL names one) and drops it again.
"""

import argparse
import os
import time
from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import islice

CUSTOMERS = 20_000
BATCH = 5_000
ROUNDS = 5
PAGES = {
    "first page": "",
    "page 15": "?p=15",
    "one status": "?status__in=in_progress",
    "one kind": "?kind__exact=complaint",
    "exact number": "?q=T00001234",
    "an order": "?q=ORDER-1200",
}


def main(arguments: Sequence[str] = ()) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--small", type=int, default=2_000)
    parser.add_argument("--large", type=int, default=200_000)
    sizes = parser.parse_args(arguments)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.test")

    import django  # noqa: PLC0415

    django.setup()
    from django.db import connection  # noqa: PLC0415
    from django.test.utils import setup_test_environment, teardown_test_environment  # noqa: PLC0415

    setup_test_environment()
    name = connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        run(sizes.small, sizes.large)
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)
        teardown_test_environment()


def run(small: int, large: int) -> None:
    from django.db import connection  # noqa: PLC0415

    from portal.choices import Role  # noqa: PLC0415
    from tests.factories import AgentFactory  # noqa: PLC0415

    agent = AgentFactory.create(user__roles=[Role.SUPERVISOR])
    customers = open_customers()
    fill(0, small, agent, customers)
    before = {label: measure(agent.user, query) for label, query in PAGES.items()}
    fill(small, large, agent, customers)
    print(f"\nThe list of tickets on {connection.vendor}, 100 rows a page, as a supervisor")
    print(
        f"{'page':<14}{'queries':>9}{'counts':>8}"
        f"{'ms at ' + str(small):>14}{'ms at ' + str(large):>14}{'ratio':>8}"
    )
    for label, query in PAGES.items():
        queries, counts, milliseconds = measure(agent.user, query)
        ratio = milliseconds / before[label][2]
        print(
            f"{label:<14}{queries:>9}{counts:>8}{before[label][2]:>14.0f}{milliseconds:>14.0f}{ratio:>8.1f}"
        )


def open_customers() -> list:
    from complaints.models import Customer  # noqa: PLC0415
    from tests.factories import NOW  # noqa: PLC0415

    return Customer.objects.bulk_create(
        [Customer(name="王小明", created_at=NOW) for _ in range(CUSTOMERS)], batch_size=BATCH
    )


def fill(start: int, end: int, agent, customers: list) -> None:
    from django.db import connection  # noqa: PLC0415

    from complaints.models import Ticket  # noqa: PLC0415

    rows = tickets(start, end, agent, customers)
    while batch := list(islice(rows, BATCH)):
        Ticket.objects.bulk_create(batch)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def tickets(start: int, end: int, agent, customers: list) -> Iterator:
    from complaints.choices import Kind, Status  # noqa: PLC0415
    from complaints.models import Ticket  # noqa: PLC0415
    from tests.factories import NOW  # noqa: PLC0415

    for n in range(start, end):
        at = NOW - timedelta(seconds=(end - n) * 30)
        status = Status.CLOSED if n % 20 else Status.IN_PROGRESS
        yield Ticket(
            channel="chat",
            external_id=f"bench-{n}",
            kind=list(Kind)[n % len(Kind)],
            subject=f"包裹没有收到 {n}",
            customer=customers[n % len(customers)],
            order_no=f"ORDER-{n}",
            status=status,
            handler=agent,
            first_responsible=agent,
            team=agent.team,
            occurred_at=at,
            received_at=at,
            next_due_at=at + timedelta(days=2) if status == Status.IN_PROGRESS else None,
        )


def measure(user, query: str) -> tuple[int, int, float]:
    """Queries, unlimited counts of the ticket table, and the best time of some rounds in milliseconds."""
    from django.db import connection  # noqa: PLC0415
    from django.test import Client  # noqa: PLC0415
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415
    from django.urls import reverse  # noqa: PLC0415

    client = Client()
    client.force_login(user)
    url = reverse("admin:complaints_ticket_changelist") + query
    times = []
    for _ in range(ROUNDS):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            begun = time.perf_counter()
            response = client.get(url, follow=True)
            times.append(time.perf_counter() - begun)
        if response.status_code != 200:  # noqa: PLR2004
            raise SystemExit(f"{url} answered {response.status_code}")
    counts = sum(
        "COUNT(" in one["sql"] and "complaints_ticket" in one["sql"] and "LIMIT" not in one["sql"]
        for one in queries.captured_queries
    )
    return len(queries), counts, min(times) * 1000


if __name__ == "__main__":
    import sys

    main(sys.argv[1:])
