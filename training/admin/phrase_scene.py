from typing import Any

from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from portal.admin.house import HouseAdmin
from training.choices import PhraseState
from training.models import PhraseScene


@admin.register(PhraseScene)
class PhraseSceneAdmin(HouseAdmin):
    """The moments of a conversation, in its order."""

    list_display = ["name", "code", "position", "published"]
    ordering = ["position", "name"]
    fields = ["name", "code", "position"]
    search_fields = ["name", "code"]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        published = Count("phrases", filter=Q(phrases__state=PhraseState.PUBLISHED))
        return super().get_queryset(request).annotate(phrases_published=published)

    @display(description=_("phrases in use"), ordering="phrases_published")
    def published(self, scene: Any) -> SafeString:
        link = reverse("admin:training_standardphrase_changelist")
        return format_html(
            '<a class="underline" href="{}?scene__id__exact={}">{}</a>',
            link,
            scene.pk,
            scene.phrases_published,
        )
