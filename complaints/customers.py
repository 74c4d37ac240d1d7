"""The customer file: one person found again, whatever channel he comes by."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from complaints import provinces
from complaints.choices import CustomerLevel, IdentityKind
from complaints.identities import CustomerFacts, Identity, identities
from complaints.models import Customer, CustomerIdentity
from portal import audit
from portal.choices import AuditAction
from portal.errors import MissingInformation, NotAllowed, Text
from portal.models import User
from portal.privacy import digest

Key = tuple[str, str, str]

LONGEST_PROVINCE = 20


@dataclass(frozen=True)
class Found:
    """Whose matter it is, and where he is to be written to about it: at what he gave with it."""

    customer: Customer
    phone: CustomerIdentity | None = None
    email: CustomerIdentity | None = None


def find_or_open(people: Sequence[tuple[CustomerFacts, str]], *, at: datetime) -> list[Found]:
    """The customer of each (facts, channel), found by any identity or newly opened; in the given order.

    Constant queries. Somebody without any identity gets a file of his own. Raises IntegrityError when
    another transaction opened the same customer meanwhile: the caller's batch is then tried again.
    """
    wanted = [tuple(identities(facts, channel=channel)) for facts, channel in people]
    kept = _known({_key(identity) for row in wanted for identity in row})
    before = set(kept)
    customers: list[Customer] = []
    opened: list[Customer] = []
    for (facts, _channel), row in zip(people, wanted, strict=True):
        customer = next((kept[_key(one)].customer for one in row if _key(one) in kept), None)
        if customer is None:
            customer = _new(facts, at=at)
            opened.append(customer)
        _learn(customer, row, kept)
        customers.append(customer)
    Customer.objects.bulk_create(opened)
    _keep(kept, before)
    _refresh(customers, people)
    return [_found(customer, row, kept) for customer, row in zip(customers, wanted, strict=True)]


def _found(customer: Customer, row: Sequence[Identity], kept: Mapping[Key, CustomerIdentity]) -> Found:
    given = {one.kind: kept[_key(one)] for one in row}
    return Found(customer, phone=given.get(IdentityKind.PHONE), email=given.get(IdentityKind.EMAIL))


def tell_more(known: Sequence[Customer], people: Sequence[tuple[CustomerFacts, str]]) -> None:
    """Let files learn what channels tell more about their customers, in the order of `known`.

    Not of somebody who shares no identity with the file: that would be another person.
    """
    own: defaultdict[int, set[Key]] = defaultdict(set)
    for one in CustomerIdentity.objects.filter(customer__in=known):
        own[one.customer_id].add((one.kind, one.channel, one.digest))
    same = []
    for customer, (facts, channel) in zip(known, people, strict=True):
        row = tuple(identities(facts, channel=channel))
        if not own[customer.pk] or own[customer.pk] & {_key(given) for given in row}:
            same.append((customer, (facts, channel), row))
    kept = _known({_key(given) for _customer, _told, row in same for given in row})
    before = set(kept)
    for customer, _told, row in same:
        _learn(customer, row, kept)
    _keep(kept, before)
    _refresh([customer for customer, _told, _row in same], [told for _customer, told, _row in same])


def wrong_in(facts: CustomerFacts, *, channel: str) -> dict[str, Text]:
    """What is wrong with the facts, by field."""
    wrong: dict[str, Text] = {}
    try:
        tuple(identities(facts, channel=channel))
    except MissingInformation as refusal:
        wrong |= refusal.fields
    if len(provinces.written(facts.province)) > LONGEST_PROVINCE:
        wrong["province"] = _("At most %(count)s characters.") % {"count": LONGEST_PROVINCE}
    if facts.level and facts.level not in CustomerLevel:
        wrong["level"] = _("Unknown customer level.")
    return wrong


def _key(identity: Identity) -> Key:
    return identity.kind, identity.channel, digest(identity.value)


def _known(keys: set[Key]) -> dict[Key, CustomerIdentity]:
    """Looked up by digest alone, which is keyed and long enough to be unique in practice."""
    rows = CustomerIdentity.objects.filter(digest__in={key[2] for key in keys}).select_related("customer")
    return {key: row for row in rows if (key := (row.kind, row.channel, row.digest)) in keys}


def _new(facts: CustomerFacts, *, at: datetime) -> Customer:
    return Customer(
        name=facts.name.strip(),
        province=provinces.written(facts.province),
        level=facts.level or CustomerLevel.ORDINARY,
        created_at=at,
    )


def _learn(customer: Customer, row: Iterable[Identity], kept: dict[Key, CustomerIdentity]) -> None:
    """Note the identities that belong to nobody as the customer's; the others stay where they are."""
    for one in row:
        kind, channel, value = key = _key(one)
        if key not in kept:
            kept[key] = CustomerIdentity(
                customer=customer, kind=kind, channel=channel, digest=value, value=one.value
            )


def _keep(kept: Mapping[Key, CustomerIdentity], before: Collection[Key]) -> None:
    """Write what was learned. One that somebody else has kept since must collide here, or its customer
    would be opened twice. In one order, so that no two batches wait for each other.
    """
    CustomerIdentity.objects.bulk_create(kept[key] for key in sorted(kept) if key not in before)


def _refresh(customers: Sequence[Customer], people: Sequence[tuple[CustomerFacts, str]]) -> None:
    """A file fills up with what it lacked; what it knows is not overwritten by a channel."""
    told: defaultdict[int, list[CustomerFacts]] = defaultdict(list)
    for customer, (facts, _channel) in zip(customers, people, strict=True):
        lacks_name = not customer.name and facts.name.strip()
        if lacks_name or (not customer.province and facts.province.strip()):
            told[customer.pk].append(facts)
    # Read again under lock, or what somebody writes into the file meanwhile would be written over. The key
    # stays free: steps on the customer's tickets refer to it.
    filled = list(Customer.objects.select_for_update(no_key=True).filter(pk__in=told).order_by("pk"))
    for customer in filled:
        for facts in told[customer.pk]:
            customer.name = customer.name or facts.name.strip()
            customer.province = customer.province or provinces.written(facts.province)
    Customer.objects.bulk_update(filled, ["name", "province"])


def amend(
    customer: Customer,
    *,
    level: CustomerLevel | str,
    province: str,
    remarks: str,
    agrees_to_offers: bool,
    by: User,
    at: datetime,
) -> Customer:
    """Correct what the department knows of a customer. Taking a consent back is kept, not forgotten.

    Raises: NotAllowed.
    """
    if not by.has_perm("complaints.change_customer"):
        raise NotAllowed(_("You may not change customer files."))
    with transaction.atomic():
        customer = Customer.objects.select_for_update().get(pk=customer.pk)
        wanted = {
            "level": level,
            "province": province.strip(),
            "remarks": remarks.strip(),
            **_consent(customer, agrees_to_offers=agrees_to_offers, at=at),
        }
        changes = {
            name: [audit.fact(None, getattr(customer, name)), audit.fact(None, value)]
            for name, value in wanted.items()
            if getattr(customer, name) != value
        }
        for name, value in wanted.items():
            setattr(customer, name, value)
        if changes:
            customer.save(update_fields=list(wanted))
            audit.record(AuditAction.CHANGE, customer, by=by, at=at, changes=changes)
        return customer


def agrees_to_offers(customer: Customer) -> bool:
    """Whether the customer may be greeted and offered to: agreed, and not opted out since."""
    return customer.consented_at is not None and customer.opted_out_at is None


def _consent(customer: Customer, *, agrees_to_offers: bool, at: datetime) -> dict[str, datetime | None]:
    if agrees_to_offers:
        return {"consented_at": customer.consented_at or at, "opted_out_at": None}
    if customer.consented_at is None:
        return {}
    return {"opted_out_at": customer.opted_out_at or at}
