"""The bell: what the portal has to tell each person, and what of it he has not read."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.functional import SimpleLazyObject

from portal.models import Notice, User

MOST_COUNTED = 100


def unread(user: User) -> int:
    """How many notices wait, counted up to MOST_COUNTED."""
    return Notice.objects.visible_to(user).unread()[:MOST_COUNTED].count()


def mark_read(notices: Iterable[Notice], *, by: User, at: datetime) -> int:
    """Only one's own are marked, and each once."""
    own = Notice.objects.visible_to(by).unread()
    return own.filter(pk__in=[notice.pk for notice in notices]).update(read_at=at)


def mark_all_read(*, by: User, at: datetime) -> int:
    return Notice.objects.visible_to(by).unread().update(read_at=at)


def in_header(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `bell` is shown in the header of the admin. Only then is anything counted."""
    if not getattr(request, "user", None) or not request.user.is_authenticated:
        return {}
    user = request.user

    def render() -> str:
        count = unread(user)
        context = {"count": count, "is_more": count >= MOST_COUNTED}
        return render_to_string("portal/admin/bell.html", context, request=None)

    return {"bell": SimpleLazyObject(render)}
