from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("contributions", "0005_what_an_erased_file_leaves")]

    operations = [
        migrations.AddField(
            model_name="contribution",
            name="state_before",
            field=models.CharField(
                blank=True,
                choices=[
                    ("visible", "visible"),
                    ("hidden", "out of sight, by moderation"),
                    ("close", "only for the people who facilitate"),
                    ("aside", "out of sight, by the person who brought it"),
                    ("withdrawn", "taken back by the person who brought it"),
                ],
                default="",
                max_length=10,
            ),
            preserve_default=False,
        ),
        migrations.AddConstraint(
            model_name="contribution",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "aside"), models.Q(("state_before", ""), _negated=True)),
                    models.Q(models.Q(("state", "aside"), _negated=True), ("state_before", "")),
                    _connector="OR",
                ),
                name="contributions_put_aside_says_from_where",
            ),
        ),
    ]
