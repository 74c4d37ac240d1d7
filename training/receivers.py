"""What others' signals set going."""

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.dispatch import receiver

from training.search import synonyms


@receiver(post_migrate, dispatch_uid="training.synonyms.take_shipped")
def take_shipped_synonyms(app_config: AppConfig, **_kwargs: Any) -> None:
    """Once, when the tables of training stand."""
    if app_config.name == "training":
        synonyms.take_shipped()
