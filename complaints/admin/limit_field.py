"""A limit as people write it: 20 s, 5 min, 1 h 30 min, 2 d."""

import re
from datetime import timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextInputWidget

UNITS = {
    "d": 86_400, "天": 86_400,
    "h": 3_600, "小时": 3_600, "小時": 3_600,
    "min": 60, "m": 60, "分钟": 60, "分鐘": 60, "分": 60,
    "s": 1, "秒": 1,
}  # fmt: skip
PART = re.compile(r"(\d{1,6})\s*(" + "|".join(sorted(UNITS, key=len, reverse=True)) + ")", re.IGNORECASE)
PARTS = (
    ("days", 86_400, _("%(days)s d")),
    ("hours", 3_600, _("%(hours)s h")),
    ("minutes", 60, _("%(minutes)s min")),
    ("seconds", 1, _("%(seconds)s s")),
)


class LimitField(forms.CharField):
    widget = UnfoldAdminTextInputWidget(attrs={"placeholder": _("1 h 30 min")})

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        if not text:
            return None
        if PART.sub("", text).strip():
            raise ValidationError(_("Write a limit such as 20 s, 5 min, 1 h 30 min or 2 d."))
        return timedelta(seconds=sum(int(n) * UNITS[unit.lower()] for n, unit in PART.findall(text)))

    def prepare_value(self, value: Any) -> Any:
        return written(value) if isinstance(value, timedelta) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return initial != self.to_python(data)
        except ValidationError:
            return True


def written(limit: timedelta) -> str:
    """The same again, exactly, in the reader's units: 1 h 30 min."""
    left = int(limit.total_seconds())
    parts = []
    for name, seconds, words in PARTS:
        count, left = divmod(left, seconds)
        if count:
            parts.append(str(words) % {name: count})
    return " ".join(parts)
