"""My training 我的培训: one page for a phone, and each course as one goes through it."""

from typing import Any

from csp.constants import SELF
from csp.decorators import csp_update
from django.contrib import admin, messages
from django.contrib.admin import AdminSite
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from portal.admin import lists
from portal.admin.house import person
from portal.errors import DomainError
from staffing.models import Agent
from training import markdown
from training.choices import EnrolmentSource, EnrolmentState, LessonKind
from training.courses import enrolment as enrolments
from training.courses import learning, mine, progress
from training.models import Course, Enrolment

with_video: Any = csp_update({"media-src": [SELF]})
"""A lesson may be a film of ours; elsewhere in the portal none is played."""
MINE = "admin:training_enrolment_mine"
LEARN = "admin:training_enrolment_learn"


def urls(site: AdminSite) -> list[URLPattern]:
    """Below the address of enrolments."""
    return [
        path("mine/", site.admin_view(show), name="training_enrolment_mine"),
        path("mine/enrol/", site.admin_view(enrol), name="training_enrolment_enrol_myself"),
        path("<int:pk>/learn/", site.admin_view(with_video(learn)), name="training_enrolment_learn"),
        path("<int:pk>/lesson-done/", site.admin_view(lesson_done), name="training_enrolment_lesson_done"),
    ]


def own_agent(request: HttpRequest) -> Agent | None:
    return Agent.objects.select_related("user", "team__department").filter(user=person(request)).first()


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """Who is no agent is led to the home page: nobody gives him courses to do."""
    agent = own_agent(request)
    if agent is None:
        return redirect("admin:index")
    context = {
        **admin.site.each_context(request),
        "title": _("My training"),
        "mine": mine.read(agent, at=timezone.now()),
    }
    return TemplateResponse(request, "training/courses/mine.html", context)


@require_safe
def learn(request: HttpRequest, pk: int) -> HttpResponse:
    """One's own course only: going through it is nobody else's business."""
    agent, enrolment = _own(request, pk)
    lesson_id = lists.key(request.GET.get("lesson", ""))
    read = learning.read(agent, enrolment, lesson_id=lesson_id, at=timezone.now())
    context: dict[str, Any] = {
        **admin.site.each_context(request),
        "title": enrolment.course.title,
        "learning": read,
        "enrolment": enrolment,
        "kinds": LessonKind,
    }
    if read.lesson is not None:
        context["text"] = markdown.render(read.lesson.text)
    return TemplateResponse(request, "training/courses/learn.html", context)


@require_POST
def lesson_done(request: HttpRequest, pk: int) -> HttpResponse:
    """Marks the lesson and opens the next one; at the end says so."""
    _agent, enrolment = _own(request, pk)
    lesson = enrolment.course.lessons.filter(pk=lists.key(request.POST.get("lesson", "")) or 0).first()
    if lesson is None:
        raise Http404(_("This does not exist, or you may not see it."))
    try:
        done = progress.lesson_done(enrolment, lesson, by=person(request), at=timezone.now())
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return redirect(f"{reverse(LEARN, args=[pk])}?lesson={lesson.pk}")
    if done.state == EnrolmentState.COMPLETED:
        messages.success(request, _("You have completed “%(course)s”.") % {"course": done.course})
        return redirect(MINE)
    return redirect(LEARN, pk)


@require_POST
def enrol(request: HttpRequest) -> HttpResponse:
    agent = own_agent(request)
    rows = Course.objects.open().filter(pk=lists.key(request.POST.get("course", "")) or 0)
    course = rows.first()
    if agent is None or course is None:
        raise Http404(_("This does not exist, or you may not see it."))
    try:
        made = enrolments.enrol(
            agent, course, source=EnrolmentSource.SELF, by=person(request), at=timezone.now()
        )
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return redirect(MINE)
    return redirect(LEARN, made.pk)


def _own(request: HttpRequest, pk: int) -> tuple[Agent, Enrolment]:
    agent = own_agent(request)
    rows = Enrolment.objects.filter(agent=agent).exclude(state=EnrolmentState.WITHDRAWN)
    enrolment = rows.select_related("course__topic", "agent__user").filter(pk=pk).first() if agent else None
    if agent is None or enrolment is None:
        raise Http404(_("This does not exist, or you may not see it."))
    return agent, enrolment
