from django.db import migrations

from config.shared.definitions import freeze_table_sql


class Migration(migrations.Migration):

    dependencies = [
        ("content", "0002_definitions"),
    ]

    operations = [
        migrations.RunSQL(*freeze_table_sql("content_serviceversion")),
        migrations.RunSQL(*freeze_table_sql("content_guideversion")),
    ]
