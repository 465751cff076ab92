"""Keeping a table between the step that sends it and the step that says which column is which."""

import io
from datetime import timedelta

from django.db import transaction

from coproduce import clock
from coproduce.exchange.actions.table import Columns, headings, import_table
from coproduce.exchange.actions.target import Imported
from coproduce.exchange.models import Upload
from coproduce.history.chain import record
from coproduce.people.models import Person
from coproduce.spaces.access import require_facilitator
from coproduce.spaces.models import Space

KEPT_FOR = timedelta(days=1)


@transaction.atomic
def keep_table(*, actor: Person, space: Space, name: str, content: bytes) -> Upload:
    """Keep a table until it is read in, for a day at most. Raises ``BadFile`` when it is no table."""
    require_facilitator(actor, space)
    headings(io.BytesIO(content))
    Upload.objects.filter(sent_at__lt=clock.now() - KEPT_FOR).delete()
    kept = Upload.objects.create(space=space, person=actor, name=name[:200], content=content)
    record("table sent", actor=actor, space=space, subject=kept, bytes=len(content))
    return kept


@transaction.atomic
def read_kept_table(*, actor: Person, upload: Upload, columns: Columns) -> Imported:
    """Read a kept table into its space, and let it go. Raises ``BadFile``; then the table is still there."""
    require_facilitator(actor, upload.space)
    done = import_table(actor=actor, slug=upload.space.slug, file=io.BytesIO(bytes(upload.content)), columns=columns)
    upload.delete()
    return done
