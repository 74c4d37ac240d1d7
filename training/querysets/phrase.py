from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models

from training.choices import PhraseState

if TYPE_CHECKING:
    from portal.models import User
    from training.models import ForbiddenPhrase, StandardPhrase  # noqa: F401 - in the quoted bases


class StandardPhraseQuerySet(models.QuerySet["StandardPhrase"]):
    def published(self) -> StandardPhraseQuerySet:
        return self.filter(state=PhraseState.PUBLISHED)

    def visible_to(self, user: User) -> StandardPhraseQuerySet:
        return self if user.has_perm("training.change_standardphrase") else self.published()


class ForbiddenPhraseQuerySet(models.QuerySet["ForbiddenPhrase"]):
    def active(self) -> ForbiddenPhraseQuerySet:
        return self.filter(is_active=True)
