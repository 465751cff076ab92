"""Taking words that were erased out of the index for good.

FTS5 notes that a text is gone and keeps its words until it happens to merge what it wrote before; the bytes of the file
would hold them for as long. PostgreSQL drops them when it vacuums, which it does by itself.
"""

from django.db import connection

PAGES = 200
"""Written at once, so that others who write wait for some hundredths of a second and not for all of it."""


def forget_erased_words() -> None:
    """Merge the index until nothing of deleted texts is left: two seconds for 200,000 texts, at once for few.

    Call it after the erasing was committed, outside of a transaction.
    """
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        # The negative number begins a merge of everything, which the others carry on until there is nothing to do.
        pages = -PAGES
        while True:
            before = connection.connection.total_changes
            cursor.execute("INSERT INTO finding_words(finding_words, rank) VALUES ('merge', %s)", [pages])
            if pages > 0 and connection.connection.total_changes - before < 2:
                return
            pages = PAGES
