"""Acts from a page of the admin: a dialog that asks, one step by POST, a refusal that stays in the dialog."""

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action
from unfold.enums import ActionVariant
from unfold.forms import BaseDialogForm

from portal.admin import refusals
from portal.errors import DomainError, Text

Act = Callable[[Any, HttpRequest, Any, BaseDialogForm], HttpResponse | None]


def dialog_action(
    description: Text,
    *,
    form_class: type[BaseDialogForm] = BaseDialogForm,
    text: Text = "",
    submit: Text = "",
    done: Text = "",
    permissions: Iterable[str] = ("change",),
    icon: str | None = None,
    variant: ActionVariant = ActionVariant.DEFAULT,
) -> Callable[[Act], Any]:
    """Make a method an act of `actions_detail` or `actions_row` that changes something.

        @dialog_action(_("Close"), form_class=CloseForm, done=_("Closed."))
        def close(self, request, ticket, form):
            closing.close(ticket, by=request.user, at=timezone.now(), **form.cleaned_data)

    GET only shows the dialog; the method runs on a valid POST, and may return a response of its own. The
    object comes out of the admin's own queryset, so its scope holds: of what a person may not see no dialog
    opens. A DomainError is shown in the dialog.
    `permissions` name methods has_<name>_permission(request, object_id) or full codes like "app.verb_model";
    the theme hands them the id, so a method that judges the object looks it up by `self.get_object`.
    """
    dialog = {
        "title": description,
        "description": text,
        "form_class": form_class,
        "form_submit_text": submit or description,
    }

    def decorate(act: Act) -> Any:
        @wraps(act)
        def step(
            model_admin: Any, request: HttpRequest, form: BaseDialogForm, object_id: str | None = None
        ) -> HttpResponse:
            obj = _object(model_admin, request, object_id) if object_id else None
            try:
                response = act(model_admin, request, obj, form)
            except DomainError as refusal:
                _tell(form, refusal)
                context = {"dialog": dialog, "form": form, "form_submit_text": dialog["form_submit_text"]}
                return render(request, "unfold/helpers/dialog.html", context)
            if done:
                messages.success(request, str(done))
            return response or HttpResponse(headers={"HX-Refresh": "true"})

        opened = action(
            step,
            description=description,
            permissions=list(permissions),
            icon=icon,
            variant=variant,
            dialog=dialog,
        )
        return _of_what_is_seen(opened)

    return decorate


def _of_what_is_seen(opened: Callable[..., Any]) -> Callable[..., Any]:
    """The theme shows the dialog itself; it does not ask whether there is such an object for this person."""

    @wraps(opened)
    def asked(model_admin: Any, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if object_id := kwargs.get("object_id"):
            _object(model_admin, request, object_id)
        return opened(model_admin, request, *args, **kwargs)

    return asked


def _tell(form: BaseDialogForm, refusal: DomainError) -> None:
    """Say it at the fields, and above them: the theme's dialog shows only the errors of fields."""
    refusals.put_on_form(form, refusal)
    form.form_before_template = "unfold/helpers/messages/error.html"
    form.get_before_template_context = lambda *_: {"errors": form.non_field_errors()}


def _object(model_admin: Any, request: HttpRequest, object_id: str) -> Model:
    obj = model_admin.get_object(request, object_id)
    if obj is None:
        raise Http404(_("This does not exist, or you may not see it."))
    return obj
