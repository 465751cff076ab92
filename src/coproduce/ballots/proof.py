"""What anybody can check about a closed ballot: that its votes are those that were counted, one for each who voted."""

import hashlib
from collections.abc import Iterator
from typing import Any

from django.db.models import Count, Q

from coproduce.ballots.models import Ballot, BallotOption, Cast, Closing, Paper, RegisterEntry, Urn
from coproduce.history.chain import canonical


def digest_of(ballot: Ballot) -> str:
    """SHA-256 over what was asked and every vote: by code where it was secret, else by the voter's identifier."""
    return hashlib.sha256(canonical(what_was_counted(ballot))).hexdigest()


def what_was_counted(ballot: Ballot) -> dict[str, Any]:
    """The question, the rule, the options and the votes, as they go into the digest. Two queries."""
    if ballot.secret:
        votes = [
            list(row) for row in Paper.objects.filter(ballot=ballot).order_by("code").values_list("code", "choice")
        ]
    else:
        casts = Cast.objects.filter(entry__ballot=ballot).values_list("entry__person", "choice")
        votes = sorted([str(person), choice] for person, choice in casts)
    options = BallotOption.objects.filter(ballot=ballot).order_by("number").values_list("words", flat=True)
    return {
        "ballot": str(ballot.pk),
        "title": ballot.title,
        "rule": ballot.rule,
        "secret": ballot.secret,
        "options": list(options),
        "votes": votes,
    }


def problems() -> Iterator[str]:
    """Everything that is wrong with a ballot, one sentence each. Nothing when all holds."""
    voted = Count("ballot__register", filter=Q(ballot__register__voted=True), distinct=True)
    for urn in Urn.objects.annotate(voted=voted).order_by("pk").iterator():
        if urn.papers_in + urn.waiting != urn.voted:
            yield f"ballot {urn.ballot_id}: {urn.papers_in} papers and {urn.waiting} envelopes, but {urn.voted} voted"
    for closing in Closing.objects.select_related("ballot__urn").order_by("pk").iterator():
        yield from _problems_in(closing)
    unknown = RegisterEntry.objects.filter(ballot__urn=None).values_list("ballot", flat=True).distinct()
    for pk in unknown.iterator():
        yield f"ballot {pk}: it has a register and no urn"


def _problems_in(closing: Closing) -> Iterator[str]:
    ballot = closing.ballot
    if closing.closed_at < ballot.stays_open_until:
        yield f"ballot {ballot.pk}: it was closed before its time"
    if ballot.urn.sealed:
        yield f"ballot {ballot.pk}: it is closed and its urn was not emptied"
    if not closing.counted:
        return
    if len(what_was_counted(ballot)["votes"]) != ballot.urn.papers_in:
        yield f"ballot {ballot.pk}: there are not as many votes as were counted"
    if digest_of(ballot) != closing.digest:
        yield f"ballot {ballot.pk}: its votes are not those that were counted"
