"""The columns in which training needs are taken away."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.resources import Column, TableResource
from training.models import TrainingNeed
from training.needs import effects


class TrainingNeedResource(TableResource):
    staff_no = Column("agent__staff_no", _("Staff number"))
    name = Column("agent__user__name", _("Name"))
    team = Column("agent__team__name", _("Team"))
    topic = Column("topic__name", _("Topic"))
    state = Column("get_state_display", _("State"))
    times = Column("times", _("Times raised"))
    raised_at = Column("raised_at", _("Raised at"))
    last_at = Column("last_at", _("Last raised"))
    course = Column("course__title", _("Course"))
    article = Column("article__current__title", _("Article"))
    due_on = Column("due_on", _("Due on"))
    planned_at = Column("planned_at", _("Planned at"))
    settled_at = Column("settled_at", _("Settled at"))
    reason = Column("reason", _("Reason"))
    measure = Column("measure", _("Measured by"))
    before = Column("before", pgettext_lazy("training effect", "before"))
    after = Column("after", pgettext_lazy("training effect", "after"))
    effect = Column("get_effect_display", _("Effect"))

    def dehydrate_measure(self, need: TrainingNeed) -> str:
        """In words; a figure that nobody knows any more by its key."""
        measure = effects.named(need.measure)
        return str(measure.label) if measure else need.measure
