"""What other parts' signals set going."""

from typing import Any

from django.apps import AppConfig, apps
from django.contrib.auth.signals import user_logged_in, user_login_failed
from django.db.models.signals import post_migrate
from django.dispatch import receiver
from django.utils import timezone

from portal import audit, roles, users
from portal.choices import AuditAction
from portal.models import User


@receiver(post_migrate, dispatch_uid="portal.roles.sync")
def give_roles_their_permissions(app_config: AppConfig, **_kwargs: Any) -> None:
    """Once, after the last app, when the permissions of all exist."""
    with_models = [app for app in apps.get_app_configs() if app.models_module]
    if app_config is with_models[-1]:
        roles.sync()


@receiver(user_logged_in, dispatch_uid="portal.audit.sign_in")
def record_sign_in(user: User, **_kwargs: Any) -> None:
    audit.record(AuditAction.SIGN_IN, user, by=user, at=timezone.now())


@receiver(user_login_failed, dispatch_uid="portal.audit.sign_in_failed")
def record_failed_sign_in(credentials: dict[str, Any], **_kwargs: Any) -> None:
    """Of an account that there is: a name that nobody has may be a password typed into the wrong field."""
    user = User.objects.filter(username=credentials.get("username") or "").first()
    if user:
        users.record_failed_sign_in(user, at=timezone.now())
