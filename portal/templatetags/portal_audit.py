from typing import Any

from django import template
from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from portal.models import AuditEntry

register = template.Library()


@register.simple_tag
def changes_of(entry: AuditEntry) -> SafeString:
    """What an audit row says has changed, a line for each field."""
    lines = (_line(entry, name, value) for name, value in entry.changes.items())
    return format_html_join("", "<div>{}</div>", ((line,) for line in lines))


def _line(entry: AuditEntry, name: str, value: Any) -> SafeString:
    label = _label(entry.object_type, name)
    if isinstance(value, dict):
        inner = format_html_join(", ", "{}", ((_line(entry, key, item),) for key, item in value.items()))
        return format_html("<strong>{}</strong> ({})", label, inner)
    if isinstance(value, list) and len(value) == len(("old", "new")):
        return format_html("<strong>{}</strong>: {} → {}", label, _word(value[0]), _word(value[1]))
    return format_html("<strong>{}</strong>: {}", label, _word(value))


def _label(object_type: str, name: str) -> str:
    try:
        return capfirst(str(apps.get_model(object_type)._meta.get_field(name).verbose_name))
    except (LookupError, ValueError, FieldDoesNotExist, AttributeError):
        return name


def _word(value: Any) -> str:
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if value is None or value in ("", []):
        return "–"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
