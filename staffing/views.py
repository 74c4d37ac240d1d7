"""The one page of staffing that is read without signing in."""

from datetime import timedelta

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from portal import public
from portal.misses import Misses
from portal.request_context import address_of
from staffing import feeds

MISSES = Misses("duty-feed", at_most=20, within=timedelta(minutes=10))


@require_safe
@cache_control(private=True, max_age=300)
@public.unlisted
def duty_feed(request: HttpRequest, token: str) -> HttpResponse:
    """The token in the address is the whole authority; whoever guesses is answered no more."""
    now, asker = timezone.now(), address_of(request)
    agent = feeds.agent_of(token, at=now)
    if agent is not None:
        answer = HttpResponse(feeds.calendar_of(agent, at=now), content_type="text/calendar; charset=utf-8")
        answer["Content-Disposition"] = 'inline; filename="duty.ics"'
        return answer
    if MISSES.are_too_many(asker):
        return HttpResponse(status=429)
    MISSES.count(asker)
    raise Http404
