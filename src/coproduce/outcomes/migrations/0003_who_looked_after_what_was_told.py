"""What was told before has a keeper, its sources say who joined them, and promises say how they went."""

from django.db import migrations

from coproduce import clock

A_BATCH = 500


def note_keepers_and_sources(apps, schema_editor):
    outcomes = apps.get_model("outcomes", "Outcome")
    keepers = apps.get_model("outcomes", "Keeper")
    sources = apps.get_model("outcomes", "OutcomeSource")
    made = (
        keepers(id=clock.new_id(), outcome_id=pk, person_id=person, since=at)
        for pk, person, at in outcomes.objects.values_list("pk", "recorded_by", "recorded_at").iterator()
    )
    keepers.objects.bulk_create(made, batch_size=A_BATCH)
    for pk, person, at in outcomes.objects.values_list("pk", "recorded_by", "recorded_at").iterator():
        sources.objects.filter(outcome=pk, linked_by=None).update(linked_by=person, linked_at=at)


def note_states_of_promises(apps, schema_editor):
    states = apps.get_model("outcomes", "CommitmentState")
    made = []
    for one in apps.get_model("outcomes", "Commitment").objects.iterator():
        told_by = one.recorded_by_id or one.person_id
        first = {"commitment_id": one.pk, "person_id": one.person_id, "told_by_id": told_by}
        made.append(states(id=clock.new_id(), number=1, state="not_yet", at=one.made_at, **first))
        if (one.state, one.because) != ("not_yet", ""):
            later = {"state": one.state, "because": one.because, "at": one.state_at}
            made.append(states(id=clock.new_id(), number=2, **first, **later))
    states.objects.bulk_create(made, batch_size=A_BATCH)


class Migration(migrations.Migration):
    dependencies = [("outcomes", "0002_owners_effects_evidence_and_telling")]

    operations = [
        migrations.RunPython(note_keepers_and_sources, migrations.RunPython.noop, elidable=False),
        migrations.RunPython(note_states_of_promises, migrations.RunPython.noop, elidable=False),
    ]
