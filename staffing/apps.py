from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StaffingConfig(AppConfig):
    name = "staffing"
    verbose_name = _("Staffing")

    def ready(self) -> None:
        from portal.transfers import importers  # noqa: PLC0415
        from staffing.demand.importing import VolumeImporter  # noqa: PLC0415
        from staffing.importers import IMPORTERS  # noqa: PLC0415
        from staffing.rosters.importing import RosterImporter  # noqa: PLC0415

        for importer in (*IMPORTERS, RosterImporter(), VolumeImporter()):
            importers.register(importer)
