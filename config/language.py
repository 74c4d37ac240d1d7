"""The switch of the language: kept in a cookie, and in the account of whoever is signed in."""

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.http import require_POST
from django.views.i18n import set_language as keep_in_cookie

from portal.models import User


@require_POST
def set_language(request: HttpRequest) -> HttpResponseBase:
    wanted = request.POST.get("language")
    if request.user.is_authenticated and wanted in dict(settings.LANGUAGES):
        User.objects.filter(pk=request.user.pk).update(language=wanted)
    return keep_in_cookie(request)
