from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class TrainingConfig(AppConfig):
    name = "training"
    verbose_name = _("Training and knowledge")

    def ready(self) -> None:
        from portal.templatetags import portal_audit  # noqa: PLC0415 - models come first
        from portal.transfers import importers  # noqa: PLC0415
        from training import checks, receivers  # noqa: F401, PLC0415 - importing registers
        from training.choices import Presence  # noqa: PLC0415
        from training.courses.importing import IMPORTERS  # noqa: PLC0415
        from training.exams.importing import QuestionImporter  # noqa: PLC0415
        from training.knowledge.importing import ArticleImporter  # noqa: PLC0415
        from training.phrases.importing import (  # noqa: PLC0415
            ForbiddenPhraseImporter,
            StandardPhraseImporter,
        )
        from training.search.importing import SynonymImporter  # noqa: PLC0415

        own = (
            QuestionImporter(),
            ArticleImporter(),
            StandardPhraseImporter(),
            ForbiddenPhraseImporter(),
            SynonymImporter(),
        )
        for importer in (*IMPORTERS, *own):
            importers.register(importer)
        labels = {
            "booked": _("booked"),
            "note": _("note"),
            "presence": pgettext_lazy("training", "attendance"),
            "reminded": _("reminded"),
        }
        portal_audit.understand(labels, {"presence": dict(Presence.choices)})
