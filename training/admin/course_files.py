"""Files of lessons and evidence, handed out: to whoever may have them, and so that nothing in them runs."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.admin.house import person
from portal.choices import Role
from training import rights
from training.models import Course, Enrolment, Lesson

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
}
READ_EVIDENCE = (Role.ADMINISTRATOR, Role.DIRECTOR, Role.AUDITOR)


@require_safe
def lesson_file(request: HttpRequest, pk: int) -> FileResponse:
    """Whoever may see the course. One that is taken out only those who teach."""
    user = person(request)
    if not user.has_perm("training.view_course"):
        raise PermissionDenied
    rows = Lesson.objects.filter(course__in=Course.objects.visible_to(user))
    if not user.has_perm(rights.TEACH):
        rows = rows.shown()
    lesson = rows.filter(pk=pk).first()
    if lesson is None:
        raise Http404(_("This does not exist, or you may not see it."))
    return _handed_out(lesson.file, lesson.file_name, lesson.file_type)


@require_safe
def evidence(request: HttpRequest, pk: int) -> FileResponse:
    """Whom it is about, and who looks after him: it may say why somebody was ill."""
    user = person(request)
    rows = Enrolment.objects.visible_to(user).select_related("agent")
    enrolment = rows.filter(pk=pk).first()
    if enrolment is None:
        raise Http404(_("This does not exist, or you may not see it."))
    is_own = enrolment.agent.user_id == user.pk
    if not (is_own or user.has_perm(rights.MARK_ENROLMENT) or user.has_role(*READ_EVIDENCE)):
        raise PermissionDenied
    return _handed_out(enrolment.evidence, enrolment.evidence_name, "application/octet-stream")


def _handed_out(file: Any, name: str, kind: str) -> FileResponse:
    if not file:
        raise Http404(_("There is no such file."))
    try:
        content = file.open("rb")
    except FileNotFoundError as error:
        raise Http404(_("There is no such file.")) from error
    answer = FileResponse(content, as_attachment=True, filename=name, content_type=kind)
    for header, value in HEADERS.items():
        answer[header] = value
    return answer
