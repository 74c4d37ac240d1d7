from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ComplaintsConfig(AppConfig):
    name = "complaints"
    verbose_name = _("Complaints")

    def ready(self) -> None:
        from complaints.handover_lines import SOURCES  # noqa: PLC0415
        from complaints.importing.importer import TicketImporter  # noqa: PLC0415 - models come first
        from complaints.training_measures import MEASURES  # noqa: PLC0415
        from portal.transfers import importers  # noqa: PLC0415
        from staffing import handover_sources  # noqa: PLC0415
        from training.needs import effects  # noqa: PLC0415

        importers.register(TicketImporter())
        for source in SOURCES:
            handover_sources.register(source)
        for measure in MEASURES:
            effects.register(measure)
