"""Keeping a file between the step that sends it and the step that shows what is in it."""

import io
from collections.abc import Collection
from datetime import timedelta

from django.db import transaction

from coproduce import clock
from coproduce.exchange.actions.research import Plan, bring_project, plan_for
from coproduce.exchange.actions.table import Columns, headings, import_table
from coproduce.exchange.actions.target import Imported
from coproduce.exchange.models import Upload
from coproduce.exchange.research.opening import is_project, read_project
from coproduce.history.chain import record
from coproduce.people.models import Person
from coproduce.spaces.access import require_facilitator
from coproduce.spaces.models import Space

KEPT_FOR = timedelta(days=1)


@transaction.atomic
def keep_file(*, actor: Person, space: Space, name: str, content: bytes) -> Upload:
    """Keep a table or a project until it is read in, for a day at most. Raises ``BadFile`` when it is neither."""
    require_facilitator(actor, space)
    if is_project(content):
        read_project(content)
    else:
        headings(io.BytesIO(content))
    Upload.objects.filter(sent_at__lt=clock.now() - KEPT_FOR).delete()
    kept = Upload.objects.create(space=space, person=actor, name=name[:200], content=content)
    record("table sent", actor=actor, space=space, subject=kept, bytes=len(content))
    return kept


@transaction.atomic
def read_kept_table(*, actor: Person, upload: Upload, columns: Columns, agreed: Collection[str] = ()) -> Imported:
    """Read a kept table into its space, and let it go. Raises ``BadFile``; then the table is still there."""
    require_facilitator(actor, upload.space)
    file = io.BytesIO(bytes(upload.content))
    done = import_table(actor=actor, slug=upload.space.slug, file=file, columns=columns, agreed=agreed)
    upload.delete()
    return done


def plan_of(upload: Upload) -> Plan:
    """What reading a kept project in would do. Raises ``BadFile``."""
    return plan_for(upload.space, read_project(bytes(upload.content)))


@transaction.atomic
def read_kept_project(*, actor: Person, upload: Upload, agreed: Collection[str]) -> Imported:
    """Read a kept project into its space, and let it go. agreed: as ``bring_project``."""
    project = read_project(bytes(upload.content))
    done = bring_project(actor=actor, space=upload.space, project=project, agreed=agreed)
    upload.delete()
    return done
