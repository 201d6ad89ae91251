"""Published versions and what happened are never changed, by the database's own word."""

from django.db import migrations

from config.shared.definitions import freeze_table_sql


class Migration(migrations.Migration):
    """Triggers."""

    dependencies = [("protocols", "0001_initial")]

    operations = [
        migrations.RunSQL(*freeze_table_sql("protocols_protocolversion")),
        migrations.RunSQL(*freeze_table_sql("protocols_event")),
    ]
