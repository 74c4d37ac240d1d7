"""The pages of training needs beside the list: the trainers' board, one's own, and what one is to read."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from portal.admin.house import person
from portal.admin.refusals import act_on_each
from staffing.admin import own_day
from staffing.models import Agent
from training import rights
from training.admin.need_forms import ManyForm, grouped
from training.choices import NeedState
from training.markdown import clean
from training.models import Article, Course, NeedReason, TrainingNeed
from training.needs import effects, figures, planning, settling

DONE_SHOWN = 10
"""Of what was learned, so many of the latest stand on one's own page."""


class NeedPages:
    """Before the admin of training needs."""

    admin_site: Any
    opts: Any

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        pages = {
            "board/": (self.board_view, "board"),
            "board/assign/": (require_POST(self.assign_view), "assign"),
            "mine/": (self.mine_view, "mine"),
            "<int:object_id>/read/": (self.read_view, "read"),
            "<int:object_id>/confirm/": (require_POST(self.confirm_view), "confirm"),
        }
        own = [
            path(route, view(handler), name=f"training_trainingneed_{name}")
            for route, (handler, name) in pages.items()
        ]
        return [*own, *super().get_urls()]  # type: ignore[misc]

    # The board

    def board_view(self, request: HttpRequest) -> HttpResponse:
        """What is lacking, by topic, so that one course for many people is one click."""
        user = person(request)
        if not user.has_perm(rights.SETTLE_NEED):
            raise PermissionDenied
        groups = figures.open_by_topic(user)
        reasons = figures.last_reasons(need for group in groups for need in group.needs)
        courses = list(Course.objects.open().select_related("topic__parent__parent"))
        form = ManyForm(user)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Training needs by topic"),
            "opts": self.opts,
            "summary": figures.summary(user, at=timezone.now()),
            "groups": [
                {
                    "topic": group.topic,
                    "teams": group.teams,
                    "people": [(need, reasons.get(need.pk)) for need in group.needs],
                    "courses": grouped(group.topic, courses),
                }
                for group in groups
            ],
            "measures": form.fields["measure"].choices,  # type: ignore[attr-defined]
            "has_courses": bool(courses),
            "effects": [effect_line(one) for one in figures.effects_by_course(user)],
        }
        return TemplateResponse(request, "training/need/board.html", context)

    def assign_view(self, request: HttpRequest) -> HttpResponse:
        user = person(request)
        form = ManyForm(user, data=request.POST)
        if form.is_valid():
            given = form.cleaned_data
            act_on_each(
                request,
                given["needs"],
                lambda need: planning.assign_course(
                    need,
                    given["course"],
                    due_on=given["due_on"],
                    measure=given["measure"],
                    by=user,
                    at=timezone.now(),
                ),
                done=_("%(count)s people have got the course, and are told."),
            )
        for name in form.errors:
            messages.error(request, str(form.errors[name][0]))
        return redirect("admin:training_trainingneed_board")

    # One's own

    def mine_view(self, request: HttpRequest) -> HttpResponse:
        """What is suggested to oneself, and why; not who said it."""
        agent = Agent.objects.filter(user=person(request)).first()
        if agent is None:
            raise PermissionDenied
        reasons = Prefetch("reasons", NeedReason.objects.order_by("-at", "-pk"))
        needs = TrainingNeed.objects.filter(agent=agent).select_related(
            "topic", "course", "enrolment", "article__current"
        )
        rows = list(needs.open().prefetch_related(reasons))
        learned = needs.filter(state=NeedState.SATISFIED).order_by("-settled_at", "-pk")[:DONE_SHOWN]
        today = timezone.localdate()
        context = {
            **self.admin_site.each_context(request),
            "title": _("Suggested for me to learn"),
            "opts": self.opts,
            "to_do": [need for need in rows if need.state == NeedState.PLANNED],
            "noted": [need for need in rows if need.state == NeedState.OPEN],
            "learned": [(need, figures_of(need)) for need in learned],
            "today": today,
        }
        return TemplateResponse(request, "training/need/mine.html", context)

    def read_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        """The article to be read, with the button that says one has."""
        need = own_need(request, object_id)
        if need.article is None:
            return redirect("admin:training_trainingneed_mine")
        today = timezone.localdate()
        readable = Article.objects.readable_by(person(request), today).select_related("current")
        article = readable.filter(pk=need.article.pk).first()
        context = {
            **self.admin_site.each_context(request),
            "title": _("To read: %(topic)s") % {"topic": need.topic},
            "opts": self.opts,
            "need": need,
            "article": article,
            "html": clean(article.current.html) if article and article.current else "",
        }
        return TemplateResponse(request, "training/need/read.html", context)

    def confirm_view(self, request: HttpRequest, object_id: int) -> HttpResponse:
        need = own_need(request, object_id)
        return own_day.act(
            request,
            lambda: settling.confirm_read(need, by=person(request), at=timezone.now()),
            done=_("Thank you. It is noted that you have read it."),
            leads_to="admin:training_trainingneed_mine",
        )


def own_need(request: HttpRequest, object_id: int) -> TrainingNeed:
    """Raises: Http404 for anybody else's."""
    needs = TrainingNeed.objects.filter(agent__user=person(request))
    need = needs.select_related("agent__user", "topic", "article__current").filter(pk=object_id).first()
    if need is None:
        raise Http404(_("This does not exist, or you may not see it."))
    return need


def effect_line(effect: figures.CourseEffect) -> dict[str, Any]:
    """A row of the table of effects, with its figures as people read them."""
    return {
        "effect": effect,
        "measure": label_of(effect.measure),
        "before": effects.shown(effect.measure, effect.before),
        "after": effects.shown(effect.measure, effect.after),
    }


def figures_of(need: TrainingNeed) -> dict[str, Any]:
    return {
        "measure": label_of(need.measure),
        "before": effects.shown(need.measure, need.before),
        "after": effects.shown(need.measure, need.after),
        "is_waiting": effects.is_waiting(need),
    }


def label_of(key: str) -> Any:
    measure = effects.named(key)
    return measure.label if measure else key
