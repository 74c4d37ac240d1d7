from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TrainingConfig(AppConfig):
    name = "training"
    verbose_name = _("Training and knowledge")

    def ready(self) -> None:
        from portal.transfers import importers  # noqa: PLC0415 - models come first
        from training import checks, receivers  # noqa: F401, PLC0415 - importing registers
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
