from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ComplaintsConfig(AppConfig):
    name = "complaints"
    verbose_name = _("Complaints")

    def ready(self) -> None:
        from complaints.handover_lines import SOURCES  # noqa: PLC0415
        from complaints.importing.importer import TicketImporter  # noqa: PLC0415 - models come first
        from portal.transfers import importers  # noqa: PLC0415
        from staffing import handover_sources  # noqa: PLC0415

        importers.register(TicketImporter())
        for source in SOURCES:
            handover_sources.register(source)
