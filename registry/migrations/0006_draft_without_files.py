from django.db import migrations


class Migration(migrations.Migration):
    """A draft's files are its attachments and stand in its answers; the column was unused."""

    dependencies = [("registry", "0005_decimal_attribute_label")]

    operations = [migrations.RemoveField(model_name="draft", name="files")]
