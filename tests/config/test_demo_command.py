"""When the demonstration refuses to be made. # X8"""

import pytest
from django.core.management import CommandError, call_command

from portal.models import User

pytestmark = pytest.mark.django_db


def test_a_database_with_data_is_refused(settings):
    settings.DEBUG = True
    User.objects.create_user("someone", name="某人")
    with pytest.raises(CommandError):
        call_command("demo")


def test_known_passwords_are_refused_where_debug_is_off(settings):
    settings.DEBUG = False
    before = User.objects.count()
    with pytest.raises(CommandError):
        call_command("demo")
    assert User.objects.count() == before
