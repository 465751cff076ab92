import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('decisions', '0001_the_first_shape'),
        ('people', '0001_the_first_shape'),
    ]

    operations = [
        migrations.AddField(
            model_name='earlierposition',
            name='attribution',
            field=models.CharField(choices=[('name', 'My full name'), ('chosen', 'The name I gave you'), ('standpoint', 'No name, but how I know'), ('anonymous', 'No name at all')], default='chosen', max_length=10),
        ),
        migrations.AddField(
            model_name='earlierposition',
            name='recorded_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person'),
        ),
        migrations.AddField(
            model_name='proposalversion',
            name='title',
            field=models.CharField(default='', max_length=160),
            preserve_default=False,
        ),
    ]
