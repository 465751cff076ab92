"""What ``coproduce verify`` proves."""

from collections.abc import Iterator

from django.apps import apps
from django.db import connection
from django.db.models import F, Q

from coproduce.ballots import proof as ballots
from coproduce.contributions.attaching.storing import content_of, digest_of
from coproduce.contributions.models import Attachment, Contribution, ContributionVersion
from coproduce.decisions.models import Decision, Position
from coproduce.history import triggers
from coproduce.history.chain import problems_in_chains
from coproduce.history.models import INSTALLATION, Event
from coproduce.reports.models import KeptAccount
from coproduce.reports.queries.kept import changed_since_kept
from coproduce.spaces.models import Space


def problems() -> Iterator[str]:
    """Everything that is wrong with the record, one sentence each. Nothing is yielded when all holds."""
    yield from _chains()
    for name in triggers.missing():
        yield f"the trigger {name} is missing, so the history could be rewritten: run “coproduce migrate”"
    yield from _references()
    yield from _words()
    yield from _decisions()
    yield from ballots.problems()
    yield from _kept_accounts()
    yield from _files()


def _chains() -> Iterator[str]:
    names = dict(Space.objects.values_list("pk", "slug"))
    names[INSTALLATION] = "the installation"
    for problem in problems_in_chains():
        where = names.get(problem.stream, str(problem.stream))
        yield f"history of {where}, event {problem.sequence}: {problem.what}"
    told = set(Event.objects.order_by().values_list("stream", flat=True).distinct())
    for pk, slug in Space.objects.values_list("pk", "slug"):
        if pk not in told:
            yield f"history of {slug}: the space has no history at all"


def _references() -> Iterator[str]:
    """Links that lead nowhere. PostgreSQL never lets one be; SQLite might, in a file touched by other hands."""
    if connection.vendor != "sqlite":
        return
    tables = {model._meta.db_table: model.__name__ for model in apps.get_models()}
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA foreign_key_check")
        for table, row, parent, _place in cursor.fetchall():
            yield f"{tables.get(table, table)} (row {row}) points to a {tables.get(parent, parent)} that is gone"


def _words() -> Iterator[str]:
    newest = ContributionVersion.objects.filter(number=F("contribution__version"))
    for pk in newest.exclude(words=F("contribution__words")).values_list("contribution", flat=True).iterator():
        yield f"contribution {pk}: its words differ from its newest version"
    versioned = ContributionVersion.objects.filter(number=F("contribution__version")).values("contribution")
    for pk in Contribution.objects.exclude(pk__in=versioned).values_list("pk", flat=True).iterator():
        yield f"contribution {pk}: its newest version is missing"


def _decisions() -> Iterator[str]:
    unlike = Decision.objects.filter(
        Q(agreed=True) & ~Q(proposal__state="agreed") | Q(agreed=False) & ~Q(proposal__state="not_agreed")
    )
    for pk in unlike.values_list("proposal", flat=True).iterator():
        yield f"proposal {pk}: it does not say what its decision says"
    late = Position.objects.filter(taken_at__gt=F("proposal__decision__decided_at"))
    for pk in late.values_list("proposal", flat=True).distinct().iterator():
        yield f"proposal {pk}: a position was taken after it was decided"


def _kept_accounts() -> Iterator[str]:
    for account in KeptAccount.objects.order_by("pk").prefetch_related("analyses").iterator(chunk_size=100):
        for method in changed_since_kept(account):
            yield f"kept account {account.pk}: its numbers of “{method}” are not those that were kept"


def _files() -> Iterator[str]:
    """Pictures, recordings and documents that are lost, or are not those that were kept."""
    for each in Attachment.objects.filter(erased_at=None).order_by("pk").iterator(chunk_size=500):
        content = content_of(each.path)
        if content is None:
            yield f"attachment {each.pk}: its file is missing"
        elif digest_of(content) != each.digest:
            yield f"attachment {each.pk}: its file is not the one that was kept"
