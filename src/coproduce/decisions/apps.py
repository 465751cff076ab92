from django.apps import AppConfig

OF_PROPOSAL = "EXISTS (SELECT 1 FROM decisions_decision AS d WHERE d.proposal_id = {row}.proposal_id)"
ITSELF = "EXISTS (SELECT 1 FROM decisions_decision AS d WHERE d.proposal_id = {row}.id)"
OF_POSITION = (
    "EXISTS (SELECT 1 FROM decisions_decision AS d JOIN decisions_position AS p ON p.proposal_id = d.proposal_id "
    "WHERE p.id = {row}.position_id)"
)
CLOSED = {
    "decisions_proposal": ITSELF,
    "decisions_position": OF_PROPOSAL,
    "decisions_earlierposition": OF_POSITION,
    "decisions_proposalversion": OF_PROPOSAL,
    "decisions_carrying": OF_PROPOSAL,
    "decisions_voice": OF_PROPOSAL,
    "decisions_amendment": OF_PROPOSAL,
    "decisions_adviceasked": OF_PROPOSAL,
    "decisions_stagemove": OF_PROPOSAL,
}
"""Table -> when its rows stand still: once the proposal is decided."""

IS_WORDED = (
    "EXISTS (SELECT 1 FROM decisions_proposalversion AS v JOIN decisions_proposal AS p ON p.id = v.proposal_id "
    "WHERE v.proposal_id = {row}.proposal_id AND NOT p.is_reckoned)"
)
"""The register of who may decide is written before the first word of a proposal, and stands still from then on."""

NOT_IN_THE_REGISTER = (
    "EXISTS (SELECT 1 FROM decisions_proposal AS p WHERE p.id = NEW.proposal_id AND NOT p.is_reckoned) "
    "AND NOT EXISTS (SELECT 1 FROM decisions_eligible AS e "
    "WHERE e.proposal_id = NEW.proposal_id AND e.person_id = NEW.person_id)"
)
NO_POSITIONS_HERE = (
    "EXISTS (SELECT 1 FROM decisions_proposal AS p WHERE p.id = NEW.proposal_id AND p.kind IN ('advice', 'vote'))"
)
CHANGED_WITHOUT_A_TRACE = (
    "NEW.person_id <> OLD.person_id OR NEW.proposal_id <> OLD.proposal_id OR "
    "((NEW.kind <> OLD.kind OR NEW.reason <> OLD.reason OR NEW.version_id <> OLD.version_id) "
    "AND NOT EXISTS (SELECT 1 FROM decisions_earlierposition AS e WHERE e.position_id = OLD.id "
    "AND e.kind = OLD.kind AND e.reason = OLD.reason AND e.version_id = OLD.version_id AND e.taken_at = OLD.taken_at))"
)
_HELD_TO = (
    "NEW.agreed AND EXISTS (SELECT 1 FROM decisions_proposal AS p JOIN spaces_charter AS c ON c.id = p.charter_id "
    "WHERE p.id = NEW.proposal_id AND NOT p.is_reckoned AND p.kind IN ('consent', 'rounds', 'priorities') AND {rule})"
)
TOO_MANY_OBJECT = _HELD_TO.format(
    rule="(SELECT COUNT(*) FROM decisions_position AS s WHERE s.proposal_id = p.id AND s.kind = 'object') "
    "> c.objections_that_may_stand"
)
SOMEBODY_IS_MISSING = _HELD_TO.format(
    rule="EXISTS (SELECT 1 FROM spaces_charterneed AS n WHERE n.charter_id = c.id AND n.people > "
    "(SELECT COUNT(*) FROM decisions_position AS s JOIN decisions_eligible AS e "
    "ON e.proposal_id = s.proposal_id AND e.person_id = s.person_id "
    "WHERE s.proposal_id = p.id AND e.ways LIKE '%' || n.way || '%'))"
)
DELEGATE_OBJECTS = (
    "NEW.agreed AND EXISTS (SELECT 1 FROM decisions_proposal AS p JOIN decisions_position AS s ON s.proposal_id = p.id "
    "WHERE p.id = NEW.proposal_id AND NOT p.is_reckoned AND p.kind = 'delegated' AND s.kind = 'object')"
)
NOT_COUNTED = (
    "EXISTS (SELECT 1 FROM decisions_proposal AS p WHERE p.id = NEW.proposal_id AND p.kind = 'vote' "
    "AND p.ballot_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM ballots_closing AS c "
    "WHERE c.ballot_id = p.ballot_id AND (c.counted OR NOT NEW.agreed)))"
)
WORDS_OF_ANOTHER = (
    "NOT EXISTS (SELECT 1 FROM decisions_proposalversion AS v "
    "WHERE v.id = NEW.version_id AND v.proposal_id = NEW.proposal_id)"
)
OTHER_WORDS = (
    "NOT EXISTS (SELECT 1 FROM decisions_proposalversion AS v WHERE v.id = NEW.version_id "
    "AND v.proposal_id = NEW.proposal_id) OR EXISTS (SELECT 1 FROM decisions_proposalversion AS v "
    "JOIN decisions_proposalversion AS w ON w.proposal_id = v.proposal_id AND w.number > v.number "
    "WHERE v.id = NEW.version_id)"
)


class DecisionsConfig(AppConfig):
    name = "coproduce.decisions"
    label = "decisions"

    def ready(self) -> None:
        from coproduce.history.triggers import append_only, closed_when, refused_when

        append_only("decisions_decision")
        for table, condition in CLOSED.items():
            closed_when(table, condition, "a decided proposal does not change")
        closed_when("decisions_eligible", IS_WORDED, "who may decide is fixed when a proposal is put")
        position, decision = "decisions_position", "decisions_decision"
        refused_when(position, "INSERT", "register", NOT_IN_THE_REGISTER, "this person may not decide this proposal")
        refused_when(position, "INSERT", "kind", NO_POSITIONS_HERE, "this is not decided by positions")
        for operation in ("INSERT", "UPDATE"):
            refused_when(
                position, operation, "words", WORDS_OF_ANOTHER, "a position is about words of its own proposal"
            )
        refused_when(position, "UPDATE", "trace", CHANGED_WITHOUT_A_TRACE, "a position does not change without a trace")
        refused_when(position, "DELETE", "kept", "1 = 1", "a position is not deleted")
        refused_when("decisions_earlierposition", "UPDATE", "kept", "1 = 1", "an earlier position does not change")
        refused_when("decisions_earlierposition", "DELETE", "kept", "1 = 1", "an earlier position is not deleted")
        refused_when("decisions_proposalversion", "UPDATE", "kept", "1 = 1", "a wording does not change")
        refused_when("decisions_proposalversion", "DELETE", "kept", "1 = 1", "a wording is not deleted")
        refused_when(
            decision, "INSERT", "objections", TOO_MANY_OBJECT, "more people object than the charter lets stand"
        )
        refused_when(
            decision, "INSERT", "delegates", DELEGATE_OBJECTS, "somebody of those who were asked to decide objects"
        )
        refused_when(decision, "INSERT", "counted", NOT_COUNTED, "what is decided by a vote is counted first")
        refused_when(decision, "INSERT", "needs", SOMEBODY_IS_MISSING, "people are missing whom the charter asks for")
        refused_when(decision, "INSERT", "words", OTHER_WORDS, "a decision is about the newest words of its proposal")
