"""The page on which anybody checks a certificate."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from portal import public
from portal.misses import Misses
from portal.privacy import mask_name
from training import policy
from training.exams import certification
from training.models import IssuedCertificate


@public.to_read
def certificate(request: HttpRequest, code: str) -> HttpResponse:
    """Whether it counts today, what for, and enough of the name to compare it with a person.

    Whoever tries many codes is stopped, while real certificates can be checked as often as one likes.
    """
    rows = IssuedCertificate.objects.select_related("certificate__agent__team__department")
    issued = rows.filter(check_code=code).first()
    if issued is None:
        misses = Misses("certificate", policy.CHECK_MISSES_AT_MOST, policy.CHECK_MISSES_WITHIN)
        return public.miss(request, misses, "training/check/unknown.html")
    today = issued.certificate.agent.local_date(timezone.now())
    told = {
        "issued": issued,
        "holder": mask_name(issued.facts["name"]),
        "skill": issued.facts["skill"],
        "standing": certification.standing(issued.certificate, today),
        "today": today,
    }
    return render(request, "training/check/found.html", told)
