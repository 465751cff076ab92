from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("contributions", "0004_drafts_attachments_and_three_depths")]

    operations = [
        migrations.AlterField(
            model_name="attachment", name="digest", field=models.CharField(blank=True, max_length=64)
        ),
        migrations.AlterField(model_name="attachment", name="name", field=models.CharField(blank=True, max_length=200)),
        migrations.AlterField(model_name="attachment", name="path", field=models.CharField(blank=True, max_length=120)),
    ]
