import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('contributions', '0001_the_first_shape'),
        ('outcomes', '0001_the_first_shape'),
        ('people', '0001_the_first_shape'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='goodenough',
            name='outcomes_good_enough_once',
        ),
        migrations.AddField(
            model_name='commitment',
            name='recorded_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person'),
        ),
        migrations.AddField(
            model_name='goodenough',
            name='recorded_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.person'),
        ),
        migrations.AddField(
            model_name='goodenough',
            name='replaced_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddConstraint(
            model_name='goodenough',
            constraint=models.UniqueConstraint(condition=models.Q(('replaced_at', None)), fields=('outcome', 'contribution'), name='outcomes_good_enough_once'),
        ),
    ]
