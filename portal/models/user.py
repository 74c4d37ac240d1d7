from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.choices import Role


class User(AbstractUser):
    """Somebody who signs in: a member of the department, or the account of a connected system."""

    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    name = models.CharField(_("full name"), max_length=80)
    language = models.CharField(
        _("language"),
        max_length=10,
        choices=[
            ("zh-hans", _("Simplified Chinese")),
            ("zh-hant", _("Traditional Chinese")),
            ("en", _("English")),
        ],
        default="zh-hans",
    )
    is_system = models.BooleanField(
        _("connected system"),
        default=False,
        help_text=_("An account that only the API uses: it cannot sign in."),
    )

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        ordering = ["username"]

    def __str__(self) -> str:
        return self.name or self.username

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name

    @property
    def role_codes(self) -> frozenset[str]:
        """The roles held, read once per request."""
        if not hasattr(self, "_role_codes"):
            self._role_codes = frozenset(self.groups.values_list("name", flat=True))
        return self._role_codes

    def has_role(self, *roles: Role) -> bool:
        return self.is_superuser or not self.role_codes.isdisjoint(roles)
