from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("registry", "0006_draft_without_files"),
    ]

    operations = [
        migrations.AlterField(
            model_name="record",
            name="title_sort",
            field=models.CharField(db_collation="C", max_length=255),
        ),
    ]
