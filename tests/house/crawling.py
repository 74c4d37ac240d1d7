"""Every page of the admin, found in the URL table, opened by a person of each role."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import time_machine
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from complaints.admin import acts
from portal.choices import Role
from tests.factories import NOW
from tests.house.department import Department, around

SUPERUSER = "superuser"
ANONYMOUS = "anonymous"
WHO = (*Role.values, SUPERUSER, ANONYMOUS)

CHOICES = {"version_id": (0,), "kind": ("complaints.ticket",), "act": tuple(acts.OFFERS), "what": ("name",)}
"""What stands for the parts of an address that are no object's key."""
WITHOUT_A_PAGE = frozenset({"view_on_site", "app_list", "logout"})
"""Of the framework: they show nothing of their own."""


@dataclass(frozen=True)
class Answer:
    status: int
    leads_to: str
    html: str
    queries: int

    @property
    def is_open(self) -> bool:
        """The page came, or led on to where its content stands."""
        led_away = ("/admin/", "/admin/login/")
        is_led_on = self.status == 302 and self.leads_to.split("?")[0] not in led_away
        return 200 <= self.status < 300 or is_led_on


@dataclass(frozen=True)
class Page:
    """A page of the URL table. With an argument that is no object's key it stands for several."""

    name: str
    arguments: tuple[str, ...]

    def addresses(self, department: Department) -> Iterator[tuple[str, str]]:
        """Key and path for each value of that argument."""
        several = next((CHOICES[argument] for argument in self.arguments if argument in CHOICES), ("",))
        for value in several:
            given = [
                value if argument in CHOICES else department.object_for(self.name).pk
                for argument in self.arguments
            ]
            yield f"{self.name}:{value}" if len(several) > 1 else self.name, self._path(given)

    def _path(self, given: list[Any]) -> str:
        return reverse(f"admin:{self.name}", args=given)


def pages() -> list[Page]:
    """All that have a name in the admin."""
    admin = next(each for each in get_resolver().url_patterns if getattr(each, "namespace", "") == "admin")
    named = (pattern for pattern in _patterns(admin) if pattern.name)
    found = (Page(str(pattern.name), tuple(pattern.pattern.converters)) for pattern in named)
    return [page for page in dict.fromkeys(found) if page.name not in WITHOUT_A_PAGE]


def _patterns(resolver: Any) -> Iterator[URLPattern]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from _patterns(entry)
        else:
            yield entry


def crawl(who: str) -> dict[str, Answer]:
    """What each page answers, by its key. Nothing of it stays in the database."""
    role = Role(who) if who in Role.values else None
    with time_machine.travel(NOW, tick=False), transaction.atomic():
        department = around(role)
        client = Client(raise_request_exception=False)
        if who != ANONYMOUS:
            client.force_login(department.person)
        answers = {key: ask(client, path) for page in pages() for key, path in page.addresses(department)}
        transaction.set_rollback(True)
    return answers


def ask(client: Client, path: str) -> Answer:
    with CaptureQueriesContext(connection) as queries:
        response = client.get(path)
        is_html = response.headers.get("Content-Type", "").startswith("text/html")
        html = response.content.decode() if is_html else ""
    return Answer(response.status_code, response.headers.get("Location", ""), html, len(queries))
