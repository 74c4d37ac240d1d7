"""Who a phone number or an e-mail address belongs to: one door, which notices whoever tries numbers out.

A mask leaves ten thousand candidates; exact look-ups would read it out. So misses are limited for each
person and each connected system, and what is found is, too, though far above what work needs.
"""

from datetime import datetime

from django.utils.translation import gettext as _

from complaints import policy
from complaints.identities import written_email, written_phone
from complaints.models import Customer, CustomerIdentity
from portal import audit
from portal.choices import AuditAction
from portal.errors import DomainError, TooOften
from portal.misses import Misses
from portal.models import User
from portal.privacy import digest

CUSTOMERS = 200
"""Most that are found by one text: an account's name may be many people's."""


def customers_with(text: str, *, by: User, at: datetime) -> list[int]:
    """The customers whom a whole phone, e-mail address or account names exactly. Raises: TooOften."""
    identities = _identities(text)
    tried = _tried(by)
    if identities and any(one.are_too_many(by.pk) for one in tried.values()):
        raise TooOften(_("You have looked up too many numbers and addresses. Please wait ten minutes."))
    wanted = [digest(value) for value in (text, *identities)]
    known = CustomerIdentity.objects.filter(digest__in=wanted).values_list("customer", flat=True)
    found = list(known[:CUSTOMERS])
    if identities and tried[bool(found)].count(by.pk):
        counted = {"hits" if found else "misses": [None, tried[bool(found)].at_most]}
        audit.record(AuditAction.LOOK_UP, Customer, by=by, at=at, changes=counted)
    return found


def _tried(by: User) -> dict[bool, Misses]:
    """What is counted of those found, and of those not."""
    misses = policy.SYSTEM_LOOKUP_MISSES_AT_MOST if by.is_system else policy.LOOKUP_MISSES_AT_MOST
    hits = policy.SYSTEM_LOOKUP_HITS_AT_MOST if by.is_system else policy.LOOKUP_HITS_AT_MOST
    return {
        False: Misses("lookup", misses, policy.LOOKUPS_WITHIN),
        True: Misses("lookup-found", hits, policy.LOOKUPS_WITHIN),
    }


def _identities(text: str) -> list[str]:
    """The text as it would be kept if it were a phone or an e-mail address."""
    forms = []
    for written in (written_phone, written_email):
        try:
            forms.append(written(text))
        except DomainError:
            continue
    return forms
