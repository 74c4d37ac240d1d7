"""What helps to write a reply on a ticket's page: standard phrases, forbidden words, articles."""

from itertools import groupby
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import NoReverseMatch, URLPattern, path, reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from complaints import reply_language, rights, suggestions
from complaints.admin.acts import Standing
from complaints.admin.hidden import HiddenRows
from complaints.models import Ticket
from portal.admin.house import person
from portal.errors import DomainError
from training import markdown
from training.choices import ForbiddenClass, PhraseSeverity, PhraseState
from training.models import StandardPhrase
from training.phrases import picking, placeholders

LONGEST_TEXT = 20_000
WORDS_SHOWN = 6


class TicketHelp(HiddenRows):
    """Each part is asked for by the page's own scripts, for a ticket that the person may see."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        routes = {
            "phrases": ("phrases/", require_GET(self.phrases_view)),
            "use_phrase": ("phrases/<int:phrase>/", require_POST(self.use_phrase_view)),
            "check": ("check/", require_POST(self.check_view)),
            "suggestions": ("suggestions/", require_GET(self.suggestions_view)),
            "missing_answer": ("suggestions/missing/", require_POST(self.missing_answer_view)),
            "suggestion": ("suggestions/<int:version_id>/", require_GET(self.suggestion_view)),
            "use_suggestion": ("suggestions/<int:version_id>/use/", require_POST(self.use_suggestion_view)),
        }
        own = [
            path(f"<path:object_id>/{route}", view(handler), name=f"complaints_ticket_{name}")
            for name, (route, handler) in routes.items()
        ]
        return [*own, *super().get_urls()]

    # Standard phrases

    def phrases_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The phrases that fit what is typed, by scene, as they would read in this reply."""
        ticket = self._worked_on(request, object_id)
        blanks = self._blanks(request, ticket)
        phrases = picking.offered(request.GET.get("q", ""))
        scenes = [
            (scene, [(phrase, placeholders.fill(phrase.text, blanks)) for phrase in of_scene])
            for scene, of_scene in groupby(phrases, lambda phrase: phrase.scene)
        ]
        return render(request, "complaints/ticket/phrases.html", {"scenes": scenes, "ticket": ticket})

    def use_phrase_view(self, request: HttpRequest, object_id: str, phrase: int) -> HttpResponse:
        ticket = self._worked_on(request, object_id)
        # One that was retired while the list was open is refused in words, by the step.
        chosen = get_object_or_404(StandardPhrase.objects.exclude(state=PhraseState.DRAFT), pk=phrase)
        in_clear = Standing(ticket, person(request)).sees_clear
        try:
            text = suggestions.use_phrase(
                ticket, chosen, by=person(request), at=timezone.now(), in_clear=in_clear
            )
        except DomainError as refusal:
            return JsonResponse({"detail": str(refusal)}, status=409)
        return JsonResponse({"text": text})

    # Forbidden words

    def check_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """What a reply holds that no customer should hear, while it is written. Nothing of it is kept."""
        ticket = self._worked_on(request, object_id)
        text = request.POST.get("text", "")[:LONGEST_TEXT]
        hits = [
            {
                "hit": hit,
                "class": ForbiddenClass(hit.forbidden_class).label,
                "is_stop": hit.severity >= PhraseSeverity.STOP,
            }
            for hit in reply_language.hits_in(ticket, text)
        ]
        context = {"hits": hits, "is_stopped": any(one["is_stop"] for one in hits)}
        return render(request, "complaints/ticket/forbidden.html", context)

    # Articles

    def suggestions_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The panel: what answers the matter, or another question; and with what it was answered."""
        ticket = self._read(request, object_id)
        asked = suggestions.cleaned(request.GET.get("q", ""))
        question = asked or suggestions.question_of(ticket)
        answer = suggestions.suggest(ticket, question, by=person(request), at=timezone.now())
        context = {
            "ticket": ticket,
            "asked": asked,
            "question": question,
            "is_confident": answer.is_confident,
            "rows": [{"hit": hit, "words": _common_words(hit.matched)} for hit in answer.results],
            "used": suggestions.answered_with(ticket),
            "may_work": rights.is_worker(person(request)),
            "write_link": self._write_link(request, ticket),
        }
        return render(request, "complaints/ticket/suggestions.html", context)

    def suggestion_view(self, request: HttpRequest, object_id: str, version_id: int) -> HttpResponse:
        """The text of one article, counted as looked at."""
        ticket = self._read(request, object_id)
        found = suggestions.look_at(ticket, version_id, by=person(request), at=timezone.now())
        if found is None:
            raise Http404(_("This does not exist, or you may not see it."))
        context = {"version": found, "html": markdown.clean(found.html), "link": _page_of(found.article_id)}
        return render(request, "complaints/ticket/suggestion.html", context)

    def use_suggestion_view(self, request: HttpRequest, object_id: str, version_id: int) -> HttpResponse:
        """What of the article is put into the reply; it counts as inserted when the reply is sent."""
        ticket = self._worked_on(request, object_id)
        found = suggestions.look_at(ticket, version_id, by=person(request), at=timezone.now())
        if found is None:
            raise Http404(_("This does not exist, or you may not see it."))
        answer = {"text": suggestions.short_answer(found), "title": found.title, "version": found.pk}
        return JsonResponse(answer)

    def missing_answer_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        ticket = self._worked_on(request, object_id)
        question = suggestions.cleaned(request.POST.get("q", "")) or suggestions.question_of(ticket)
        suggestions.note_missing(ticket, question, by=person(request), at=timezone.now())
        return render(request, "complaints/ticket/missing_noted.html", {"question": question})

    def _worked_on(self, request: HttpRequest, object_id: str) -> Ticket:
        ticket: Ticket = self.row(request, object_id)
        if not rights.is_worker(person(request)):
            raise PermissionDenied
        return ticket

    def _read(self, request: HttpRequest, object_id: str) -> Ticket:
        ticket: Ticket = self.row(request, object_id)
        if not request.user.has_perm(suggestions.READ_ARTICLES):
            raise PermissionDenied
        return ticket

    def _blanks(self, request: HttpRequest, ticket: Ticket) -> dict[str, str]:
        user = person(request)
        in_clear = Standing(ticket, user).sees_clear
        return suggestions.blanks_of(ticket, by=user, at=timezone.now(), in_clear=in_clear)

    def _write_link(self, request: HttpRequest, ticket: Ticket) -> str:
        """To the form of a new article with the matter's subject, for whoever may write one."""
        if not request.user.has_perm("training.add_article"):
            return ""
        try:
            form = reverse("admin:training_article_add")
        except NoReverseMatch:
            return ""
        told = {"title": suggestions.cleaned(ticket.subject), "reference": ticket.number}
        return f"{form}?{urlencode(told)}"


def _common_words(matched: Any) -> list[str]:
    """Of what question and article have in common the longest words that a person would call words."""
    words = {word for word in matched if len(word) > 1 and word.isalnum()}
    return sorted(words, key=lambda word: (-len(word), word))[:WORDS_SHOWN]


def _page_of(article: int) -> str:
    try:
        return reverse("admin:training_article_change", args=[article])
    except NoReverseMatch:
        return ""
