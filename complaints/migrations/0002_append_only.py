from django.db import migrations

from portal.append_only import forbid_changes


class Migration(migrations.Migration):
    dependencies = [("complaints", "0001_initial"), ("portal", "0002_append_only")]

    operations = [forbid_changes("complaints_ticketevent")]
