"""The permissions that the acts of staffing's pages ask for, beyond Django's four.

As methods, since the theme looks up a permission written out in full in the database whenever the admin is
checked, even before the first migration.
"""

from typing import Any

from django.db.models import Model
from django.http import HttpRequest

from portal.admin.house import person
from staffing import rights


class HistoryOfStaff:
    """Before an admin of the house: the history tells reasons, which fewer may read than the row."""

    def has_history_permission(self, request: HttpRequest, obj: Model) -> bool:
        may_see = super().has_history_permission(request, obj)  # type: ignore[misc]
        return may_see and rights.may_read_history(person(request), obj)


class Permits(HistoryOfStaff):
    def has_hire_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return person(request).has_perm(rights.HIRE)

    def has_manage_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return person(request).has_perm(rights.MANAGE)

    def has_certify_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return person(request).has_perm(rights.CERTIFY)

    def has_revoke_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return person(request).has_perm(rights.REVOKE)

    def has_plan_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return person(request).has_perm(rights.PLAN)

    def has_replan_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return person(request).has_perm(rights.REPLAN)

    def has_attend_for_others_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return person(request).has_perm(rights.ATTEND_FOR_OTHERS)
