from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Topic(models.Model):
    """What courses, questions, articles and needs are about; at most three levels deep."""

    DEEPEST = 3

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=60)
    parent = models.ForeignKey(
        "self",
        verbose_name=_("parent topic"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="children",
    )
    position = models.PositiveSmallIntegerField(pgettext_lazy("order", "position"), default=0)

    class Meta:
        verbose_name = _("topic")
        verbose_name_plural = _("topics")
        ordering = ["position", "name"]
        permissions = [("import_topic", _("Can import topics")), ("export_topic", _("Can export topics"))]
        constraints = [
            models.UniqueConstraint(fields=["parent", "name"], name="topic_name_once"),
            models.UniqueConstraint(
                fields=["name"], condition=models.Q(parent=None), name="topic_root_name_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def path(self) -> tuple["Topic", ...]:
        """From the root to here; an address that leads in a circle ends."""
        found: list[Topic] = []
        topic: Topic | None = self
        while topic is not None and topic not in found:
            found.append(topic)
            topic = topic.parent
        return tuple(reversed(found))

    @property
    def trail(self) -> str:
        """The names from the root down, so that two of one name are told apart."""
        return " › ".join(each.name for each in self.path)

    def clean(self) -> None:
        above = self.parent.path if self.parent else ()
        if self.pk and any(each.pk == self.pk for each in above):
            raise ValidationError({"parent": _("A topic cannot stand below itself.")})
        if len(above) + self._levels() > self.DEEPEST:
            raise ValidationError({"parent": _("Topics are at most three levels deep.")})

    def _levels(self) -> int:
        """Of the branch that begins here and moves along."""
        level = [self.pk] if self.pk else []
        count = 1
        while count <= self.DEEPEST and (
            level := list(Topic.objects.filter(parent__in=level).values_list("pk", flat=True))
        ):
            count += 1
        return count
