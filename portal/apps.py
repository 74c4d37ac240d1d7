from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PortalConfig(AppConfig):
    name = "portal"
    verbose_name = _("Portal")

    def ready(self) -> None:
        # Importing registers: checks, receivers, the token's place in the OpenAPI document.
        from portal import checks, receivers  # noqa: F401, PLC0415
        from portal.api import schema  # noqa: F401, PLC0415
