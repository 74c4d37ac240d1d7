"""Marking 阅卷: the papers that wait, the oldest first, and one of them question by question."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.admin import lists
from portal.admin.house import person
from portal.admin.refusals import put_on_form
from portal.errors import DomainError
from portal.models import User
from training import rights
from training.admin.marking_forms import MarksForm
from training.choices import AttemptState, QuestionKind
from training.exams import marking, reading
from training.models import ExamAttempt
from training.querysets import ExamAttemptQuerySet

QUEUE = "admin:training_examattempt_marking"
MARK = "admin:training_examattempt_mark"
PAPERS_AT_MOST = 200


def urls(site: AdminSite) -> list[URLPattern]:
    """Below the address of attempts."""
    return [
        path("marking/", site.admin_view(show_queue), name="training_examattempt_marking"),
        path("<path:object_id>/mark/", site.admin_view(mark), name="training_examattempt_mark"),
    ]


def queue(user: User) -> ExamAttemptQuerySet:
    """The papers that somebody may mark and that wait for it; not his own."""
    return ExamAttempt.objects.visible_to(user).to_mark().exclude(agent__user=user)


@require_safe
def show_queue(request: HttpRequest) -> HttpResponse:
    user = _marker(request)
    papers = queue(user).select_related("agent__user", "agent__team", "exam").order_by("handed_in_at", "pk")
    context = {
        **admin.site.each_context(request),
        "title": _("Papers to mark"),
        "papers": papers[:PAPERS_AT_MOST],
        **_anonymity(request),
    }
    return TemplateResponse(request, "training/exams/marking.html", context)


def mark(request: HttpRequest, object_id: str) -> HttpResponse:
    """GET shows the answers, POST keeps the marks given; with the last one the next paper comes."""
    user = _marker(request)
    papers = ExamAttempt.objects.visible_to(user).exclude(agent__user=user)
    related = ("agent__user", "agent__team__department", "exam")
    attempt = get_object_or_404(papers.select_related(*related), pk=lists.key(object_id) or 0)
    if attempt.state != AttemptState.TO_MARK:
        messages.info(request, _("This paper is not waiting to be marked."))
        return redirect(QUEUE)
    told = reading.told(attempt)
    open_ones = [each for each in told if each.asked.kind == QuestionKind.SHORT and not _is_blank(each)]
    form = MarksForm(open_ones, data=request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            judged = marking.mark_paper(attempt, form.marks(), seen=form.seen(), by=user, at=timezone.now())
        except DomainError as refusal:
            put_on_form(form, refusal)
        else:
            return _onward(request, judged, user)
    context = {
        **admin.site.each_context(request),
        "title": _("Mark a paper"),
        "attempt": attempt,
        "form": form,
        "questions": told,
        "waiting": queue(user).count(),
        "given": sum((each.awarded or 0) for each in told),
        **_anonymity(request),
    }
    return TemplateResponse(request, "training/exams/mark.html", context)


def _onward(request: HttpRequest, judged: ExamAttempt, user: User) -> HttpResponse:
    if judged.state == AttemptState.TO_MARK:
        messages.success(request, _("The marks are saved; some answers are still to be marked."))
        following: ExamAttempt | None = judged
    else:
        result = judged.get_state_display()
        messages.success(request, _("The paper is marked: %(result)s.") % {"result": result})
        following = queue(user).order_by("handed_in_at", "pk").first()
    page = reverse(MARK, args=[following.pk]) if following else reverse(QUEUE)
    return redirect(page + _anonymity(request)["query"])


def _is_blank(each: reading.Told) -> bool:
    return not each.asked.is_answered


def _marker(request: HttpRequest) -> User:
    user = person(request)
    if not user.has_perm(rights.MARK_PAPERS):
        raise PermissionDenied
    return user


def _anonymity(request: HttpRequest) -> dict[str, Any]:
    """Whether names are hidden is part of the address, and goes on from paper to paper."""
    is_hidden = request.GET.get("names") == "hidden"
    return {
        "names_are_hidden": is_hidden,
        "query": f"?{urlencode({'names': 'hidden'})}" if is_hidden else "",
        "other_query": "?" if is_hidden else f"?{urlencode({'names': 'hidden'})}",
    }
