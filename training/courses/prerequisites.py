"""What has to be completed before a course; never in a circle."""

from collections import defaultdict
from collections.abc import Collection, Iterable

from django.utils.translation import gettext_lazy as _

from portal.errors import WrongState
from staffing.models import Agent
from training.choices import CourseState
from training.courses.parts import circle
from training.models import Course, Enrolment


def require_no_circle(course: Course, prerequisites: Iterable[Course]) -> None:
    """Within the caller's transaction: two who change prerequisites do so one after the other.

    The first of all courses is the gate. Whoever holds his own course waits for that one only, so two who
    save at once never wait for each other.

    Raises: WrongState, which names the way round.
    """
    prerequisites = list(prerequisites)
    if not prerequisites:
        return
    gate = Course.objects.select_for_update(of=("self",), no_key=True).order_by("pk")
    list(gate.values_list("pk")[:1])
    links = Course.prerequisites.through.objects.exclude(from_course=course.pk)
    requires: dict[int, list[int]] = defaultdict(list)
    for below, above in links.values_list("from_course", "to_course"):
        requires[below].append(above)
    requires[course.pk] = [each.pk for each in prerequisites]
    if way := circle(requires, course.pk):
        titles = dict(Course.objects.filter(pk__in=way).values_list("pk", "title"))
        told = " → ".join(titles[key] for key in way)
        message = _("In a circle nobody could begin: %(way)s") % {"way": told}
        raise WrongState(message, fields={"prerequisites": message})


def missing(agent: Agent, course: Course) -> list[Course]:
    """What the person has yet to complete before this course."""
    return missing_for(agent, [course.pk])[course.pk]


def missing_for(agent: Agent, courses: Collection[int]) -> dict[int, list[Course]]:
    """The same for several courses at once, by key. What has ended nobody can complete. Two queries."""
    links = Course.prerequisites.through.objects.filter(from_course__in=courses).select_related("to_course")
    links = links.exclude(to_course__state=CourseState.ENDED)
    finished = set(Enrolment.objects.counting().filter(agent=agent).values_list("course", flat=True))
    found: dict[int, list[Course]] = {key: [] for key in courses}
    for link in links.order_by("to_course__code"):
        if link.to_course_id not in finished:
            found[link.from_course_id].append(link.to_course)
    return found
