from django.db import migrations

from portal.append_only import forbid_changes


class Migration(migrations.Migration):
    dependencies = [("training", "0002_search_index"), ("portal", "0002_append_only")]

    operations = [forbid_changes("training_articleversion", when="OLD.state = 'approved'")]
