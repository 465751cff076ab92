"""Proposals that were put before there was a register: who was a member on that day, and whoever has taken a position."""

from collections import defaultdict

from django.db import migrations

LETTERS = "LCPROM"


def write_registers(apps, schema_editor):
    proposals = apps.get_model("decisions", "Proposal").objects
    eligible = apps.get_model("decisions", "Eligible").objects
    positions = apps.get_model("decisions", "Position").objects
    memberships = apps.get_model("spaces", "Membership").objects
    standpoints = apps.get_model("spaces", "Standpoint").objects
    for space in proposals.order_by().values_list("space", flat=True).distinct():
        spoken = defaultdict(set)
        for person, way in standpoints.filter(membership__space=space).values_list("membership__person", "way"):
            spoken[person].add(way)
        here = list(memberships.filter(space=space).values_list("person", "joined_at", "state", "state_since"))
        for pk, opened_at in proposals.filter(space=space).values_list("pk", "opened_at"):
            people = {
                person
                for person, joined_at, state, since in here
                if joined_at <= opened_at and not (state == "left" and since <= opened_at)
            }
            people |= set(positions.filter(proposal=pk).values_list("person", flat=True))
            eligible.bulk_create(
                [
                    eligible.model(
                        proposal_id=pk,
                        person_id=person,
                        ways="".join(letter for letter in LETTERS if letter in spoken[person]),
                    )
                    for person in sorted(people)
                ],
                batch_size=500,
            )
    proposals.update(is_reckoned=True)


class Migration(migrations.Migration):
    dependencies = [
        ("decisions", "0002_ways_of_deciding"),
        ("spaces", "0002_the_charter_says_more"),
    ]

    operations = [migrations.RunPython(write_registers, migrations.RunPython.noop)]
