"""What a form changed, field by field, as the audit log keeps it."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Field, Model
from django.forms import BaseModelFormSet, ModelForm

from portal import audit


def of_form(form: ModelForm, formsets: Iterable[BaseModelFormSet], *, is_new: bool) -> dict[str, Any]:
    """{"field": [old, new]} of the form, and {"kind of row: row": ...} of the tables below it."""
    changes = _fields(form, form.changed_data, is_new=is_new)
    for formset in formsets:
        changed = {id(obj): names for obj, names in formset.changed_objects}
        for row in formset.forms:
            if row.instance in formset.new_objects:
                changes[_row_name(row.instance)] = _fields(row, row.changed_data, is_new=True)
            elif id(row.instance) in changed:
                changes[_row_name(row.instance)] = _fields(row, changed[id(row.instance)], is_new=False)
        for deleted in formset.deleted_objects:
            changes[_row_name(deleted)] = [str(deleted), None]
    return changes


def _row_name(row: Model) -> str:
    return f"{row._meta.model_name}: {row}"


def _fields(form: ModelForm, names: Iterable[str], *, is_new: bool) -> dict[str, Any]:
    return {
        name: [
            None if is_new else _old(form, name),
            audit.fact(_field(form, name), form.cleaned_data.get(name)),
        ]
        for name in names
    }


def _field(form: ModelForm, name: str) -> Field | None:
    try:
        return form._meta.model._meta.get_field(name)
    except FieldDoesNotExist:
        return None


def _old(form: ModelForm, name: str) -> object:
    """The value before: of a relation the words, not the key."""
    value = form.get_initial_for_field(form.fields[name], name)
    chosen = getattr(form.fields[name], "queryset", None)
    if chosen is not None and isinstance(value, int | str):
        value = chosen.filter(pk=value).first() or value
    return audit.fact(_field(form, name), value)
