"""What a person may not see does not exist for him: one answer for both, on every path."""

from typing import Any, NoReturn

from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _

from portal.admin.house import HouseAdmin


class HiddenRows(HouseAdmin):
    def row(self, request: HttpRequest, object_id: str) -> Any:
        """The row for a page or a dialog. Raises: Http404, PermissionDenied."""
        found = self.get_object(request, unquote(object_id))
        if found is None:
            raise Http404(_("This does not exist, or you may not see it."))
        if not self.has_view_or_change_permission(request, found):
            raise PermissionDenied
        return found

    def _get_obj_does_not_exist_redirect(self, *_args: object) -> NoReturn:
        raise Http404(_("This does not exist, or you may not see it."))
