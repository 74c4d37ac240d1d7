from collections.abc import Mapping
from typing import Any

from django import template
from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db.models import DateTimeField, Field
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.choices import RevealReason, Role
from portal.errors import Text
from portal.models import AuditEntry

register = template.Library()

LABELS: dict[str, Text] = {
    "field": gettext_lazy("field"),
    "file": gettext_lazy("file"),
    "reason": gettext_lazy("reason"),
    "rejected": gettext_lazy("rejected"),
    "role": gettext_lazy("role"),
    "rows": gettext_lazy("rows"),
}
"""Of what acts record beside their object's own fields."""
WORDS: dict[str, dict[str, Text]] = {"reason": dict(RevealReason.choices), "role": dict(Role.choices)}


def understand(labels: Mapping[str, Text], words: Mapping[str, Mapping[str, Text]]) -> None:
    """How an upper app's own names and values read; called when the app starts."""
    LABELS.update(labels)
    WORDS.update({name: dict(meant) for name, meant in words.items()})


@register.simple_tag
def changes_of(entry: AuditEntry) -> SafeString:
    """What an audit row says has changed, a line for each field."""
    lines = (_line(entry, name, value) for name, value in entry.changes.items())
    return format_html_join("", "<div>{}</div>", ((line,) for line in lines))


def _line(entry: AuditEntry, name: str, value: Any, *, group: str = "") -> SafeString:
    """`group`: the name under which lines stand together, whose values are of one kind."""
    field = _field(entry.object_type, name)
    label = capfirst(str(getattr(field, "verbose_name", "") or LABELS.get(name, name)))
    if isinstance(value, dict):
        inner = format_html_join(
            ", ", "{}", ((_line(entry, key, item, group=name),) for key, item in value.items())
        )
        return format_html("<strong>{}</strong> ({})", label, inner)
    if isinstance(value, list) and len(value) == len(("old", "new")):
        old, new = (_word(one, group or name, field) for one in value)
        return format_html("<strong>{}</strong>: {} → {}", label, old, new)
    return format_html("<strong>{}</strong>: {}", label, _word(value, group or name, field))


def _field(object_type: str, name: str) -> "Field[Any, Any] | None":
    try:
        found = apps.get_model(object_type)._meta.get_field(name)
    except (LookupError, ValueError, FieldDoesNotExist):
        return None
    return found if isinstance(found, Field) else None


def _word(value: Any, name: str, field: "Field[Any, Any] | None") -> str:
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if value is None or value in ("", []):
        return "–"
    if isinstance(value, list):
        return ", ".join(_word(one, name, field) for one in value)
    if isinstance(field, DateTimeField) and (moment := parse_datetime(str(value))):
        return date_format(localtime(moment), "DATETIME_FORMAT")
    words = dict(field.flatchoices) if field is not None else WORDS.get(name, {})
    return str(words.get(value, value))
