from django.db import models
from django.utils.translation import gettext_lazy as _

from complaints.choices import Kind


class Category(models.Model):
    """What a matter is about: a tree of at most three levels, with the skill that the matter needs."""

    parent = models.ForeignKey(
        "self",
        verbose_name=_("above"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="children",
    )
    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=60)
    kind = models.CharField(
        _("kind"),
        max_length=20,
        choices=Kind.choices,
        blank=True,
        help_text=_("The kind of matter it belongs to; empty for any."),
    )
    skill = models.ForeignKey(
        "staffing.Skill",
        verbose_name=_("skill needed"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("Empty: the skill of the category above."),
    )
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["parent", "name"], name="category_name_once"),
            models.UniqueConstraint(
                fields=["name"], condition=models.Q(parent=None), name="category_top_name_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name
