"""Each module registers its tables."""

from portal.admin import audit as audit
from portal.admin import client as client
from portal.admin import notice as notice
from portal.admin import outbox as outbox
from portal.admin import transfer as transfer
from portal.admin import user as user
