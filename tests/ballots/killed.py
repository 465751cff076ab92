"""What another process does for ``test_killed``: makes votes of many, and says how they stand."""

import json
import sys
from datetime import timedelta

HOW_MANY = 1500


def lay(number):
    """As many proposals, each with a secret vote of many people that can be closed; and somebody signed in."""
    from django.conf import settings
    from django.test import Client

    from coproduce.people.models import Person
    from coproduce.spaces.models import CharterKind, Membership
    from tests import building

    space = building.space(slug="many", days=0, threshold=5)
    CharterKind.objects.create(charter=space.charters.get(), kind="vote")
    people = Person.objects.bulk_create(
        [Person(chosen_name=f"Voter {n}", full_name="", added_by=space.opened_by) for n in range(HOW_MANY)]
    )
    Membership.objects.bulk_create([Membership(space=space, person=person) for person in people])
    words = building.contribution(space, space.opened_by)
    browser = Client()
    browser.force_login(space.opened_by.account, backend="coproduce.people.backends.PersonBackend")
    return {
        "session": [settings.SESSION_COOKIE_NAME, browser.cookies[settings.SESSION_COOKIE_NAME].value],
        "csrf": settings.CSRF_COOKIE_NAME,
        "proposals": [str(_voted_on(space, people, words).pk) for _n in range(number)],
    }


def _voted_on(space, people, words):
    """Straight into the rows, as if all had voted: one after the other they would take a minute."""
    from coproduce import clock
    from coproduce.ballots import urn as urns
    from coproduce.ballots.models import Ballot, BallotOption, RegisterEntry, Urn
    from coproduce.decisions.models import Eligible, Proposal, ProposalSource, ProposalVersion

    opener, opened = space.opened_by, clock.now() - timedelta(days=9)
    ballot = Ballot.objects.create(
        space=space, title="Which?", rule="approval", secret=True, opened_by=opener, opened_at=opened,
        stays_open_until=opened + timedelta(days=1),
    )  # fmt: skip
    BallotOption.objects.bulk_create([BallotOption(ballot=ballot, number=n, words=f"Option {n}") for n in (1, 2, 3)])
    RegisterEntry.objects.bulk_create([RegisterEntry(ballot=ballot, person=person, voted=True) for person in people])
    papers = {urns.new_code(ballot.pk): (1, n % 2, 0) for n in range(len(people))}
    Urn.objects.create(ballot=ballot, papers_in=len(papers), sealed=urns.seal(ballot.pk, urns.Contents(papers)))
    proposal = Proposal.objects.create(
        space=space, title="Which?", proposed_by=opener, charter=space.charters.get(), kind="vote", ballot=ballot,
        opened_at=opened,
    )  # fmt: skip
    Eligible.objects.bulk_create([Eligible(proposal=proposal, person=person) for person in people])
    ProposalVersion.objects.create(
        proposal=proposal, number=1, title="Which?", words="Which?", written_by=opener, written_at=opened
    )
    ProposalSource.objects.create(proposal=proposal, contribution=words)
    return proposal


def stands(pk):
    """Everything that closing changes: all of it, or none of it."""
    from coproduce.ballots import proof
    from coproduce.ballots.models import Closing, Paper, Urn
    from coproduce.decisions.models import Decision, Proposal
    from coproduce.history.chain import problems_in_chains
    from coproduce.history.models import Event

    proposal = Proposal.objects.get(pk=pk)
    decision = Decision.objects.filter(proposal=proposal).first()
    subjects = [proposal.ballot_id, *([decision.pk] if decision else [])]
    return {
        "state": proposal.state,
        "decisions": int(decision is not None),
        "closings": Closing.objects.filter(ballot=proposal.ballot_id).count(),
        "papers": Paper.objects.filter(ballot=proposal.ballot_id).count(),
        "sealed": bool(Urn.objects.get(ballot=proposal.ballot_id).sealed),
        "events": Event.objects.filter(subject__in=subjects).count(),
        "problems": [*proof.problems(), *map(str, problems_in_chains())],
    }


if __name__ == "__main__":
    import django

    django.setup()
    act, argument = sys.argv[1:]
    print(json.dumps(lay(int(argument)) if act == "lay" else stands(argument)))  # noqa: T201  (how it answers)
