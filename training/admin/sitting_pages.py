"""My exams 我的考试: what may be sat, the paper that is being sat, and what its script says and asks."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from portal.admin import lists
from portal.admin.house import person
from portal.errors import DomainError, MissingInformation, WrongState
from staffing.admin.roster_json import answers_json
from staffing.models import Agent
from training.admin import exam_json
from training.choices import AttemptState
from training.exams import own, reading, sitting
from training.models import Exam, ExamAttempt

MINE = "admin:training_examattempt_mine"
RESULT = "admin:training_examattempt_change"
PAPER = "admin:training_examattempt_paper"
VIEW = "training.view_examattempt"

View = Callable[..., HttpResponse]


def urls(site: AdminSite) -> list[URLPattern]:
    """Below the address of attempts."""
    of_a_paper = {"paper": paper, "answers": answers, "save": save, "hand-in": hand_in}
    return [
        path("mine/", site.admin_view(show), name="training_examattempt_mine"),
        path("sit/<path:exam_id>/", site.admin_view(sit), name="training_examattempt_sit"),
        *(
            path(
                f"<path:object_id>/{route}/",
                site.admin_view(view),
                name=f"training_examattempt_{route.replace('-', '_')}",
            )
            for route, view in of_a_paper.items()
        ),
    ]


def of_an_agent(view: View) -> View:
    """Gives the view its agent. Who is none sits no exam, and is led to the home page."""

    @wraps(view)
    def given(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        if not person(request).has_perm(VIEW):
            raise PermissionDenied
        agents = Agent.objects.select_related("user", "team__department")
        agent = agents.filter(user=person(request)).first()
        if agent is None:
            messages.info(request, _("Exams are sat by agents; this account is none."))
            return redirect("admin:index")
        return view(request, agent=agent, **kwargs)

    return given


def of_the_candidate(view: View) -> View:
    """Gives the view the attempt, for whoever sits it and for nobody else."""

    @wraps(view)
    def given(*args: Any, object_id: str, **kwargs: Any) -> HttpResponse:
        *_rest, request = args  # A view that answers JSON has a place for the admin before it.
        own_attempts = ExamAttempt.objects.filter(agent__user=person(request))
        related = ("exam", "agent__user", "agent__team__department")
        key = lists.key(object_id)
        attempt = get_object_or_404(own_attempts.select_related(*related), pk=key) if key else None
        if attempt is None:
            raise Http404
        return view(request, attempt=attempt, **kwargs)

    return given


@require_safe
@of_an_agent
def show(request: HttpRequest, agent: Agent) -> HttpResponse:
    now = timezone.now()
    context = {
        **admin.site.each_context(request),
        "title": _("My exams"),
        "mine": own.mine(agent, at=now),
        "now": now,
    }
    return TemplateResponse(request, "training/exams/mine.html", context)


@require_POST
@of_an_agent
def sit(request: HttpRequest, agent: Agent, exam_id: str) -> HttpResponse:
    exams = Exam.objects.visible_to(person(request))
    exam = get_object_or_404(exams, pk=lists.key(exam_id) or 0)
    try:
        attempt = sitting.start(exam, agent, by=person(request), at=timezone.now())
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return redirect(MINE)
    return redirect(PAPER, attempt.pk)


@never_cache
@require_safe
@of_the_candidate
def paper(request: HttpRequest, attempt: ExamAttempt) -> HttpResponse:
    if attempt.state != AttemptState.RUNNING:
        return redirect(RESULT, attempt.pk)
    return _paper_page(request, attempt, "paper")


@never_cache
@require_safe
@of_the_candidate
def answers(_request: HttpRequest, attempt: ExamAttempt) -> HttpResponse:
    """For another tab, or after the machine has slept."""
    is_running = attempt.state == AttemptState.RUNNING
    return JsonResponse(
        {
            "is_running": is_running,
            "left": reading.time_left(attempt, timezone.now()),
            "answers": reading.answers(attempt) if is_running else {},
        }
    )


@require_POST
def save(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    return _save(None, request, **kwargs)


@answers_json
@of_the_candidate
def _save(request: HttpRequest, attempt: ExamAttempt) -> HttpResponse:
    now = timezone.now()
    position, given = exam_json.answer_of(request)
    sitting.answer(attempt, position, given, by=person(request), at=now)
    left, is_late = reading.time_left(attempt, now), sitting.is_over(attempt, at=now)
    return JsonResponse({"left": left, "is_late": is_late})


@require_POST
@of_the_candidate
def hand_in(request: HttpRequest, attempt: ExamAttempt) -> HttpResponse:
    """The whole page, as it is posted also where no script was loaded; handed in once that is confirmed."""
    by, now = person(request), timezone.now()
    try:
        if given := _answers_of(request.POST):
            sitting.save(attempt, given, by=by, at=now)
        if "confirmed" in request.POST:
            sitting.hand_in(attempt, by=by, at=now)
            messages.success(request, _("Your paper has been handed in."))
            return redirect(RESULT, attempt.pk)
    except MissingInformation as refusal:
        messages.error(request, str(refusal))
        return redirect(PAPER, attempt.pk)
    except WrongState as refusal:
        messages.info(request, str(refusal))
        return redirect(RESULT, attempt.pk)
    return _paper_page(request, attempt, "confirm")


def _paper_page(request: HttpRequest, attempt: ExamAttempt, name: str) -> HttpResponse:
    """Of the attempt only its own words reach the page: never the key."""
    now = timezone.now()
    asked = reading.asked(attempt)
    context = {
        **admin.site.each_context(request),
        "title": attempt.exam.title,
        "attempt": attempt,
        "questions": asked,
        "unanswered": [each.position for each in asked if not each.is_answered],
        "answered": sum(each.is_answered for each in asked),
        "left": reading.time_left(attempt, now),
        "is_over": sitting.is_over(attempt, at=now),
        "sentences": exam_json.sentences(),
    }
    return TemplateResponse(request, f"training/exams/{name}.html", context)


def _answers_of(posted: QueryDict) -> dict[int, list[str]]:
    """The questions that the page says it shows (`q`), each with what was chosen or written (`a3`)."""
    positions = [int(each) for each in posted.getlist("q") if each.isdecimal() and len(each) <= 4]  # noqa: PLR2004
    return {position: posted.getlist(f"a{position}") for position in positions}
