"""A customer's ways to be reached, masked unless the reader may see them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from complaints.choices import Channel, IdentityKind
from complaints.identities import read_phone
from complaints.models import Customer, CustomerIdentity
from portal import privacy
from portal.errors import Text

MASKS: Mapping[str, Callable[[str], str]] = {
    IdentityKind.PHONE: privacy.mask_phone,
    IdentityKind.EMAIL: privacy.mask_email,
    IdentityKind.ACCOUNT: privacy.mask_name,
}


@dataclass(frozen=True, kw_only=True)
class Contact:
    """One way to reach a customer, named by the id of its row. `dial` is empty unless seen in clear."""

    id: int
    label: Text
    text: str
    is_phone: bool = False
    dial: str = ""


def of(customer: Customer, *, in_clear: bool) -> list[Contact]:
    """The contacts of a customer whose identities are loaded."""
    return [_contact(identity, in_clear=in_clear) for identity in customer.identities.all()]


def name_of(customer: Customer, *, in_clear: bool) -> str:
    return (in_clear and customer.name) or str(customer)


def _contact(identity: CustomerIdentity, *, in_clear: bool) -> Contact:
    kind = IdentityKind(identity.kind)
    label = Channel(identity.channel).label if identity.channel else kind.label
    is_phone = kind == IdentityKind.PHONE
    text = read_phone(identity.value) if is_phone else identity.value
    return Contact(
        id=identity.pk,
        label=label,
        text=text if in_clear else MASKS[kind](text),
        is_phone=is_phone,
        dial=identity.value if is_phone and in_clear else "",
    )
