"""The grid of a roster: one page, and the answers that its script asks for while somebody works on it."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from portal import instants
from portal.admin import lists
from portal.admin.house import person
from staffing import rights
from staffing.admin import roster_json, roster_texts
from staffing.models import Roster
from staffing.rosters import editing, news
from staffing.rosters.grid import grid_of

NAME = "admin:staffing_roster_{}"
POLL_SECONDS = 10


class GridPages:
    """Mixed into the admin of rosters. Every page starts from the rosters that the person may see."""

    admin_site: Any

    def grid_urls(self) -> list[URLPattern]:
        return [
            path("current/", self._wrapped(self.current_view), name="staffing_roster_current"),
            path("<int:pk>/grid/", self._wrapped(self.grid_view), name="staffing_roster_grid"),
            path("<int:pk>/data/", self._wrapped(self.data_view), name="staffing_roster_data"),
            path("<int:pk>/changes/", self._wrapped(self.changes_view), name="staffing_roster_changes"),
            path("<int:pk>/cells/", self._wrapped(self.cells_view), name="staffing_roster_cells"),
            path("<int:pk>/pins/", self._wrapped(self.pins_view), name="staffing_roster_pins"),
            path("<int:pk>/cell-history/", self._wrapped(self.cell_view), name="staffing_roster_cell"),
        ]

    def _wrapped(self, view: Any) -> Any:
        return self.admin_site.admin_view(view)

    def seen(self, request: HttpRequest, pk: int) -> Roster:
        """The roster, if the person may see it. Raises: Http404, PermissionDenied."""
        if not self.has_view_permission(request):  # type: ignore[attr-defined]
            raise PermissionDenied
        rows: QuerySet[Roster] = self.get_queryset(request)  # type: ignore[attr-defined]
        found = rows.select_related("team__department", "team__calendar").filter(pk=pk).first()
        if found is None:
            raise Http404(_("This does not exist, or you may not see it."))
        return found

    def may_draw_up(self, request: HttpRequest) -> bool:
        """Of a roster that is seen; whose team it is `seen` has asked."""
        return person(request).has_perm(rights.REDRAW)

    # Pages

    @method_decorator(require_GET)
    def current_view(self, request: HttpRequest) -> HttpResponse:
        """The roster that runs today: of the own team before others; else the next, else the list."""
        if not self.has_view_permission(request):  # type: ignore[attr-defined]
            raise PermissionDenied
        user, today = person(request), timezone.localdate()
        rosters = Roster.objects.visible_to(user).filter(last_on__gte=today).order_by("first_on", "team")
        keys = rosters.values_list("pk", flat=True)
        pk = keys.filter(team__agents__user=user).first() or keys.first()
        if pk is None:
            return self.changelist_view(request)  # type: ignore[attr-defined]
        return self.grid_view(request, pk=pk)

    @method_decorator(require_GET)
    def grid_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        roster = self.seen(request, pk)
        may_edit = self.may_draw_up(request)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Roster %(team)s") % {"team": roster.team.name},
            "opts": None,
            "roster": roster,
            "may_edit": may_edit,
            "may_export": self.has_export_permission(request),  # type: ignore[attr-defined]
            "before": self._beside(request, roster, is_before=True),
            "after": self._beside(request, roster, is_before=False),
            "grid": self._told(request, roster),
            "settings": {
                "mayEdit": may_edit,
                "me": person(request).pk,
                "pollSeconds": POLL_SECONDS,
                "urls": {
                    name: reverse(NAME.format(name), args=[pk])
                    for name in ("data", "changes", "cells", "pins", "cell")
                },
                "texts": roster_texts.texts(),
            },
        }
        return TemplateResponse(request, "staffing/roster/grid.html", context)

    def _told(self, request: HttpRequest, roster: Roster) -> dict[str, Any]:
        grid = grid_of(roster, today=timezone.localdate())
        return roster_json.told_grid(grid, reader=person(request))

    def _beside(self, request: HttpRequest, roster: Roster, *, is_before: bool) -> int | None:
        """The team's roster before or after this one."""
        rows = Roster.objects.visible_to(person(request)).filter(team=roster.team_id)
        if is_before:
            rows = rows.filter(first_on__lt=roster.first_on).order_by("-first_on")
        else:
            rows = rows.filter(first_on__gt=roster.first_on).order_by("first_on")
        return rows.values_list("pk", flat=True).first()

    # Answers to the script

    @method_decorator(require_GET)
    def data_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        return JsonResponse(self._told(request, self.seen(request, pk)))

    @method_decorator(require_GET)
    def changes_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """What has become of the roster since a revision. Without one, what stands there now."""
        roster = self.seen(request, pk)
        since = lists.key(request.GET.get("since", ""))
        told = news.news_since(roster, roster.revision if since is None else since)
        return JsonResponse(roster_json.told_news(told, reader=person(request)))

    @method_decorator(require_POST)
    @roster_json.answers_json
    def cells_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Change cells; what was refused, and everything that has changed since the revision looked at."""
        roster = self.seen(request, pk)
        body = roster_json.body_of(request)
        changes, revision = roster_json.changes_of(body), roster_json.revision_of(body)
        outcomes = editing.change_cells(roster, changes, by=person(request), at=timezone.now())
        roster.refresh_from_db(fields=["revision", "version"])
        asked = {(change.agent_id, change.on) for change in changes}
        told = roster_json.told_news(news.news_since(roster, revision, asked=asked), reader=person(request))
        return JsonResponse({**told, "refused": roster_json.told_outcomes(outcomes)})

    @method_decorator(require_POST)
    @roster_json.answers_json
    def pins_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        roster = self.seen(request, pk)
        body = roster_json.body_of(request)
        cells, is_pinned = roster_json.cells_of(body), roster_json.is_pinned(body)
        editing.pin(roster, cells, by=person(request), is_pinned=is_pinned)
        pins = roster.pins.order_by().values_list("agent", "on")
        return JsonResponse({"pins": [[agent_id, str(on)] for agent_id, on in pins]})

    @method_decorator(require_GET)
    def cell_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Who changed one cell, and when; without a cell, the last changes of all."""
        roster = self.seen(request, pk)
        agent_id, on = lists.key(request.GET.get("agent", "")), instants.day(request.GET.get("on", ""))
        cell = None if agent_id is None or on is None else (agent_id, on)
        return JsonResponse({"edits": roster_json.told_history(news.history_of(roster, cell))})
