from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from training.choices import ArticleKind, HandOverReason
from training.search.conversations import LONGEST_KEY, LONGEST_QUESTION

MOST = 20
"""Results at most."""


class SuggestBody(serializers.Serializer[Any]):
    question = serializers.CharField(max_length=LONGEST_QUESTION)
    kind = serializers.ChoiceField(ArticleKind.choices, required=False)
    limit = serializers.IntegerField(min_value=1, max_value=MOST, required=False, default=3)
    conversation = serializers.CharField(
        max_length=LONGEST_KEY,
        required=False,
        allow_blank=True,
        default="",
        help_text=_("Your own key of the talk. With it misses are counted and the hand-over is whole."),
    )


class HitSerializer(serializers.Serializer[Any]):
    id = serializers.CharField(source="article.code")
    title = serializers.CharField()
    answer = serializers.CharField(source="version.body", help_text=_("Markdown."))
    score = serializers.FloatField()


class ArticleSerializer(serializers.Serializer[Any]):
    id = serializers.CharField(source="code")
    title = serializers.CharField(source="current.title")
    answer = serializers.CharField(source="current.body", help_text=_("Markdown."))
    score = serializers.FloatField(default=None, allow_null=True, help_text=_("Only with a question."))


class ArticlePageSerializer(serializers.Serializer[Any]):
    results = ArticleSerializer(many=True)
    next = serializers.URLField(allow_null=True)
    confident = serializers.BooleanField(required=False, help_text=_("Only with a question."))
    hand_over = serializers.BooleanField(required=False, help_text=_("Only with a question."))


class FoundSerializer(serializers.Serializer[Any]):
    results = HitSerializer(many=True)
    next = serializers.URLField(allow_null=True)
    confident = serializers.BooleanField()
    hand_over = serializers.BooleanField()


class TurnSerializer(serializers.Serializer[Any]):
    question = serializers.CharField()
    shown = serializers.ListField(child=serializers.CharField(), help_text=_("Ids of articles."))
    confident = serializers.BooleanField()
    at = serializers.DateTimeField()


class BotHandOverSerializer(serializers.Serializer[Any]):
    question = serializers.CharField()
    transcript = TurnSerializer(many=True)
    tried = serializers.ListField(child=serializers.CharField(), help_text=_("Ids of articles."))


class SuggestionSerializer(serializers.Serializer[Any]):
    results = HitSerializer(many=True)
    confident = serializers.BooleanField()
    hand_over = serializers.BooleanField()
    reason = serializers.ChoiceField(HandOverReason.choices, allow_null=True)
    handover = BotHandOverSerializer(
        allow_null=True, help_text=_("When handing over: what the person needs who goes on.")
    )
