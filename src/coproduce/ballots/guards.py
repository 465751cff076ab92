"""What the database itself refuses in ballots, whoever asks it. Installed with the triggers of the history."""

from coproduce.history.triggers import append_only, closed_when, refused_when

_URN = "EXISTS (SELECT 1 FROM ballots_urn AS u WHERE u.ballot_id = {row}.{column})"
_CLOSED = "EXISTS (SELECT 1 FROM ballots_closing AS c WHERE c.ballot_id = {row}.{column})"
_HIDDEN = "EXISTS (SELECT 1 FROM ballots_ballot AS b WHERE b.id = {row}.ballot_id AND b.secret)"
_VOTED = "(SELECT COUNT(*) FROM ballots_registerentry AS r WHERE r.ballot_id = NEW.ballot_id AND r.voted)"
_UNLIKE = f"(NEW.papers_in + NEW.waiting) <> {_VOTED}"

# The marks are made before the paper goes in: in between, within one transaction, they may be ahead by one.
_URN_UPDATE = (
    f"{_UNLIKE} OR NEW.ballot_id <> OLD.ballot_id OR NEW.id <> OLD.id OR NEW.papers_in < OLD.papers_in "
    "OR NEW.papers_in + NEW.waiting > OLD.papers_in + OLD.waiting + 1 OR "
    + _CLOSED.format(row="OLD", column="ballot_id")
)
_ENTRY_UPDATE = (
    "OLD.voted OR NEW.id <> OLD.id OR NEW.ballot_id <> OLD.ballot_id OR NEW.person_id <> OLD.person_id OR "
    + _CLOSED.format(row="OLD", column="ballot_id")
)
_CAST_INSERT = (
    "NOT EXISTS (SELECT 1 FROM ballots_registerentry AS r JOIN ballots_ballot AS b ON b.id = r.ballot_id "
    "WHERE r.id = NEW.entry_id AND r.voted AND NOT b.secret) "
    "OR EXISTS (SELECT 1 FROM ballots_registerentry AS r JOIN ballots_closing AS c ON c.ballot_id = r.ballot_id "
    "WHERE r.id = NEW.entry_id)"
)
_COUNTED = (
    f"(CASE WHEN {_HIDDEN.format(row='NEW')} "  # noqa: S608  (all of it is written here)
    "THEN (SELECT COUNT(*) FROM ballots_paper AS p WHERE p.ballot_id = NEW.ballot_id) "
    "ELSE (SELECT COUNT(*) FROM ballots_cast AS k JOIN ballots_registerentry AS r ON r.id = k.entry_id "
    "WHERE r.ballot_id = NEW.ballot_id) END)"
)
_CLOSING_INSERT = (
    "NOT EXISTS (SELECT 1 FROM ballots_urn AS u JOIN ballots_ballot AS b ON b.id = u.ballot_id "  # noqa: S608
    "WHERE u.ballot_id = NEW.ballot_id AND u.sealed = '' AND b.stays_open_until <= NEW.closed_at "
    f"AND (u.papers_in + u.waiting) = {_VOTED} "
    f"AND (NOT NEW.counted OR (u.waiting = 0 AND u.papers_in = {_COUNTED})))"
)


def install_guards() -> None:
    """Name every guard; ``history.triggers`` puts them into the database."""
    fixed = "what a ballot asks and who may vote is fixed once it is open"
    closed_when("ballots_ballot", _URN.format(row="{row}", column="id"), fixed)
    closed_when("ballots_ballotoption", _URN.format(row="{row}", column="ballot_id"), fixed)
    refused_when("ballots_registerentry", "INSERT", "fixed", _URN.format(row="NEW", column="ballot_id"), fixed)
    refused_when("ballots_registerentry", "DELETE", "fixed", _URN.format(row="OLD", column="ballot_id"), fixed)
    refused_when(
        "ballots_registerentry", "UPDATE", "once", _ENTRY_UPDATE, "a mark in a register is made once and stays"
    )
    unlike = "there are as many papers as people who voted"
    refused_when("ballots_urn", "INSERT", "unlike", _UNLIKE, unlike)
    refused_when("ballots_urn", "UPDATE", "unlike", _URN_UPDATE, unlike)
    refused_when("ballots_urn", "DELETE", "stays", "OLD.papers_in >= 0", "an urn stays")
    append_only("ballots_cast")
    refused_when(
        "ballots_cast",
        "INSERT",
        "unmarked",
        _CAST_INSERT,
        "only who is marked in the register votes and only while it is open",
    )
    closed_when("ballots_paper", _CLOSED.format(row="{row}", column="ballot_id"), "a closed ballot does not change")
    append_only("ballots_closing")
    refused_when(
        "ballots_closing", "INSERT", "early", _CLOSING_INSERT, "a ballot closes after its time with every vote counted"
    )
