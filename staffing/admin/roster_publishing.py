"""Publishing a roster: what it changes, what it breaks, who allows that; and the versions there have been."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from portal.admin import lists
from portal.admin.house import person
from portal.errors import DomainError, MissingInformation, Stale
from staffing.admin.roster_grid import NAME, GridPages
from staffing.labour.breaches import Breach
from staffing.models import Agent, Roster, RosterVersion, ShiftType
from staffing.rosters import exceptions, publishing
from staffing.rosters.coverage import coverage, days_of
from staffing.rosters.publishing import Change

LONGEST_REASON = 200
NEVER_SEEN = -1


@dataclass(frozen=True)
class ChangesOf:
    """One agent's changed days."""

    agent: Agent
    changes: Sequence[Change]


@dataclass(frozen=True)
class Asked:
    """A breach that wants a reason, and the one given so far."""

    breach: Breach
    name: str
    reason: str


@dataclass(frozen=True)
class AskedOfRule:
    """The breaches of one rule: a reason for all of them, or one for each."""

    code: str
    label: str
    article: str
    asked: Sequence[Asked]
    reason: str


class PublishingPages(GridPages):
    def publishing_urls(self) -> list[URLPattern]:
        return [
            path("<int:pk>/publish/", self._wrapped(self.publish_view), name="staffing_roster_publish"),
            path("<int:pk>/versions/", self._wrapped(self.versions_view), name="staffing_roster_versions"),
        ]

    @method_decorator(require_http_methods(["GET", "POST"]))
    def publish_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        roster = self.seen(request, pk)
        if not self.may_draw_up(request):
            raise PermissionDenied
        verdict = exceptions.judge(roster)
        refusal: DomainError | None = None
        if request.method == "POST":
            try:
                return self._publish(request, roster, verdict)
            except DomainError as error:
                refusal = error
                roster.refresh_from_db()
                if isinstance(error, Stale):
                    verdict = exceptions.judge(roster)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Publish the roster"),
            "roster": roster,
            "refusal": refusal,
            "changes": _by_agent(publishing.pending_changes(roster)),
            "verdict": verdict,
            "rules": _by_rule(verdict, request),
            "gaps": coverage(roster, ShiftType.objects.filter(is_active=True), days_of(roster)).gaps(),
            "note": request.POST.get("note", ""),
            "longest_reason": LONGEST_REASON,
        }
        return TemplateResponse(request, "staffing/roster/publish.html", context)

    def _publish(self, request: HttpRequest, roster: Roster, verdict: exceptions.Verdict) -> HttpResponse:
        if any("\0" in text for text in request.POST.values()):  # PostgreSQL keeps none.
            raise MissingInformation(_("This text holds a character that cannot be kept."))
        seen = lists.key(request.POST.get("revision", ""))
        version = publishing.publish(
            roster,
            by=person(request),
            at=timezone.now(),
            revision=NEVER_SEEN if seen is None else seen,
            note=request.POST.get("note", ""),
            reasons=_reasons(verdict, request),
        )
        told = _("Version %(version)s is published; everybody concerned has been told.")
        messages.success(request, told % {"version": version.version})
        return HttpResponseRedirect(reverse(NAME.format("grid"), args=[roster.pk]))

    @method_decorator(require_GET)
    def versions_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        roster = self.seen(request, pk)
        versions = list(roster.versions.select_related("by"))
        older, newer = _compared(request, versions)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Versions"),
            "roster": roster,
            "versions": versions,
            "older": older,
            "newer": newer,
            "choices": [0, *sorted(version.version for version in versions)],
            "changes": _by_agent(publishing.difference(roster, older, newer)) if versions else [],
        }
        return TemplateResponse(request, "staffing/roster/versions.html", context)


def _reasons(verdict: exceptions.Verdict, request: HttpRequest) -> dict[str, str]:
    """By breach: its own reason, or else the one for all of its rule."""
    given = request.POST
    return {
        breach.key: (
            given.get(f"reason:{breach.key}", "").strip() or given.get(f"rule:{breach.code}", "").strip()
        )
        for breach in verdict.to_except
    }


def _by_rule(verdict: exceptions.Verdict, request: HttpRequest) -> list[AskedOfRule]:
    breaches = sorted(verdict.to_except, key=lambda breach: breach.code)
    given = request.POST
    return [
        AskedOfRule(
            code=code.value,
            label=str(code.label),
            article=(listed := list(group))[0].article,
            asked=[
                Asked(
                    breach,
                    f"reason:{breach.key}",
                    given.get(f"reason:{breach.key}", "") or verdict.granted.get(breach.key, ""),
                )
                for breach in listed
            ],
            reason=given.get(f"rule:{code}", ""),
        )
        for code, group in groupby(breaches, key=lambda breach: breach.code)
    ]


def _by_agent(changes: Sequence[Change]) -> list[ChangesOf]:
    """One row for each person, in the order of the days."""
    found: dict[int, list[Change]] = {}
    for change in sorted(changes, key=lambda change: (change.agent.staff_no, change.on)):
        found.setdefault(change.agent.pk, []).append(change)
    return [ChangesOf(listed[0].agent, listed) for listed in found.values()]


def _compared(request: HttpRequest, versions: Sequence[RosterVersion]) -> tuple[int, int]:
    """The two versions asked for, the older first; else the last and the one before."""
    last = versions[0].version if versions else 0
    asked = [lists.key(request.GET.get(name, "")) for name in ("older", "newer")]
    older, newer = (
        min(one, last) if one is not None else usual
        for one, usual in zip(asked, (max(last - 1, 0), last), strict=True)
    )
    return min(older, newer), max(older, newer)
