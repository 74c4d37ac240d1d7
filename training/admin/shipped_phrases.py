"""The act that fills the tables with the phrases that come with the portal."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.admin.dialogs import dialog_action
from portal.admin.house import person
from training import rights
from training.phrases import loading


class ShippedPhrases:
    """Before an admin of the house."""

    def has_load_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        user = person(request)
        return user.has_perm(rights.PUBLISH_PHRASES) and user.has_perm(rights.FORBID)

    @dialog_action(
        _("Load the shipped phrases"),
        text=_(
            "Adds the standard phrases of seventeen scenes and the forbidden words of six classes that come "
            "with the portal. What stands there already stays as it is, whoever changed it."
        ),
        submit=_("Load"),
        permissions=["load"],
        icon="library_add",
    )
    def load_shipped(self, request: HttpRequest, _none: None, form: Any) -> None:
        loaded = loading.load(by=person(request), at=timezone.now())
        told = gettext("New: %(scenes)s scenes, %(standard)s phrases, %(forbidden)s forbidden words.")
        messages.success(request, told % vars(loaded))
