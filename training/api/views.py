from typing import Any, cast

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from portal.api.filters import KnownFilters
from portal.api.idempotency import IdempotentWrites
from portal.api.pagination import KeysetPagination
from portal.api.people import ForPeopleToo
from portal.choices import Scope
from portal.models import User
from training.api import bodies
from training.api.filters import ArticleFilter
from training.models import Article
from training.querysets import ArticleQuerySet
from training.search import conversations
from training.search.searching import search


class ArticleList(ForPeopleToo, GenericAPIView[Article]):
    read_scope = Scope.KNOWLEDGE_READ
    read_right = "training.view_article"
    queryset = Article.objects.none()
    serializer_class = bodies.ArticleSerializer
    filter_backends = [KnownFilters]
    filterset_class = ArticleFilter

    def get_queryset(self) -> QuerySet[Article]:
        """A system tells customers what nobody checks before: nothing that is due for review."""
        user = cast("User", self.request.user)
        today = timezone.localdate()
        if user.is_system:
            return Article.objects.for_bots(today)
        return Article.objects.readable_by(user, today)

    @extend_schema(responses=bodies.ArticlePageSerializer, filters=True)
    def get(self, request: Request) -> Response:
        """Published articles, newest first; with `q` those that answer it, best first, and whether surely."""
        articles = cast("ArticleQuerySet", self.filter_queryset(self.get_queryset()))
        question = request.query_params.get("q", "").strip()
        if question:
            return self._found(question, articles)
        page = self.paginate_queryset(articles.select_related("current"))
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    def _found(self, question: str, articles: ArticleQuerySet) -> Response:
        paginator = cast("KeysetPagination", self.paginator)
        limit = min(paginator.get_page_size(self.request) or bodies.MOST, bodies.MOST)
        answer = search(question, within=articles, limit=limit)
        facts = {
            "results": answer.results,
            "next": None,
            "confident": answer.is_confident,
            "hand_over": not answer.is_confident,
        }
        return Response(bodies.FoundSerializer(facts).data)


class SuggestView(IdempotentWrites, GenericAPIView[Any]):
    """For bots.

    To ask is to read: what is kept of it is who must be called, and which answers are missing.
    """

    write_scope = Scope.KNOWLEDGE_READ
    serializer_class = bodies.SuggestBody

    @extend_schema(request=bodies.SuggestBody, responses=bodies.SuggestionSerializer)
    def post(self, request: Request) -> Response:
        """What answers a question.

        With `hand_over` a person goes on, and the bot says nothing of its own more.
        """
        body = bodies.SuggestBody(data=request.data)
        body.is_valid(raise_exception=True)
        client = cast("User", request.user)
        reply = conversations.ask(client=client, at=timezone.now(), **body.validated_data)
        facts = {
            "results": reply.answer.results if reply.answer else (),
            "confident": bool(reply.answer and reply.answer.is_confident),
            "hand_over": reply.reason is not None,
            "reason": reply.reason,
            "handover": reply.hand_over,
        }
        return Response(bodies.SuggestionSerializer(facts).data)
