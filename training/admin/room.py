from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Count, Q
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from portal.admin.house import HouseAdmin, person
from training.choices import SessionState
from training.models import Room
from training.sessions import rooms as steps


@admin.register(Room)
class RoomAdmin(HouseAdmin):
    """Rooms, each with how often it is planned for."""

    has_own_ledger = True
    list_display = ["name", "seats", "coming", "is_active"]
    list_filter = ["is_active"]
    list_before_template = "training/sessions/rooms_before.html"
    search_fields = ["name"]
    ordering = ["name"]  # The count would drop the model's own.
    fields = ["name", "seats", "is_active"]

    def get_queryset(self, request: HttpRequest) -> Any:
        planned = Q(sessions__state=SessionState.PLANNED, sessions__ends_at__gt=timezone.now())
        return super().get_queryset(request).annotate(coming_count=Count("sessions", filter=planned))

    def save_model(self, request: HttpRequest, obj: Room, form: forms.ModelForm, change: bool) -> None:
        by, at, given = person(request), timezone.now(), form.cleaned_data
        obj.pk = (
            steps.change(obj, **given, by=by, at=at).pk if change else steps.add(**given, by=by, at=at).pk
        )

    @display(description=_("coming sessions"), ordering="coming_count")
    def coming(self, room: Any) -> int | None:
        return room.coming_count or None
