"""Connected systems: each has a token, of which we keep only a digest, and the scopes it may use."""

import hashlib
import secrets
from collections.abc import Collection
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal import audit
from portal.choices import AuditAction, Scope
from portal.errors import MissingInformation, NotAllowed
from portal.models import ApiClient, User

TOKEN_BYTES = 32


@transaction.atomic
def create(name: str, scopes: Collection[str], *, by: User | None, at: datetime) -> tuple[ApiClient, str]:
    """Connect a system; the token is returned this once and can never be read again.

    `by` is None for the command line. Raises: NotAllowed, MissingInformation.
    """
    _may_manage(by)
    wanted = _known(scopes)
    if not name.strip():
        raise MissingInformation(_("Give the connected system a name."), fields={"name": _("Name it.")})
    if ApiClient.objects.filter(name=name).exists():
        taken = _("A connected system of this name exists already.")
        raise MissingInformation(taken, fields={"name": taken})
    token = secrets.token_urlsafe(TOKEN_BYTES)
    client = ApiClient.objects.create(
        name=name, user=_account(name), token_digest=_digest(token), scopes=wanted, created_at=at
    )
    audit.record(AuditAction.CONNECT, client, by=by, at=at, changes={"scopes": [[], wanted]})
    return client, token


@transaction.atomic
def set_scopes(client: ApiClient, scopes: Collection[str], *, by: User, at: datetime) -> ApiClient:
    """Raises: NotAllowed, MissingInformation."""
    _may_manage(by)
    wanted = _known(scopes)
    before = ApiClient.objects.select_for_update().get(pk=client.pk).scopes
    client.scopes = wanted
    client.save(update_fields=["scopes"])
    audit.record(AuditAction.CHANGE, client, by=by, at=at, changes={"scopes": [before, wanted]})
    return client


@transaction.atomic
def revoke(client: ApiClient, *, by: User, at: datetime, reason: str) -> ApiClient:
    """Disconnect a system for good: its token opens nothing from the next request on. Raises: NotAllowed."""
    _may_manage(by)
    client.is_active = False
    client.save(update_fields=["is_active"])
    audit.record(AuditAction.DISCONNECT, client, by=by, at=at, reason=reason)
    return client


def authenticate(token: str, *, on: date) -> ApiClient | None:
    """The active system that holds this token; notes the day of use, once a day."""
    client = (
        ApiClient.objects.select_related("user")
        .filter(token_digest=_digest(token), is_active=True, user__is_active=True)
        .first()
    )
    if client and client.last_used_on != on:
        unnoted = ~Q(last_used_on=on) | Q(last_used_on=None)
        ApiClient.objects.filter(unnoted, pk=client.pk).update(last_used_on=on)
    return client


def _digest(token: str) -> str:
    """A plain hash suffices: the token has 256 random bits, so there is nothing to guess."""
    return hashlib.sha256(token.encode()).hexdigest()


def _known(scopes: Collection[str]) -> list[str]:
    unknown = sorted(set(scopes) - set(Scope.values))
    if unknown or not scopes:
        text = _("Choose what the system may do.") if not scopes else _("Unknown scope: %(names)s.")
        told = str(text) % {"names": ", ".join(unknown)} if unknown else text
        raise MissingInformation(told, fields={"scopes": told})
    return [scope for scope in Scope.values if scope in scopes]


def _account(name: str) -> User:
    """The account in whose name the system acts; nobody can sign in with it."""
    account = User(username=f"system-{secrets.token_hex(6)}", name=name[:80], is_system=True)
    account.set_unusable_password()
    account.save()
    return account


def _may_manage(by: User | None) -> None:
    if by is not None and not by.has_perm("portal.add_apiclient"):
        raise NotAllowed(_("Only an administrator connects systems."))
