from django.apps import AppConfig

DECIDED = "EXISTS (SELECT 1 FROM decisions_decision AS d WHERE d.proposal_id = {row}.proposal_id)"
DECIDED_ITSELF = "EXISTS (SELECT 1 FROM decisions_decision AS d WHERE d.proposal_id = {row}.id)"
DECIDED_BY_POSITION = (
    "EXISTS (SELECT 1 FROM decisions_decision AS d JOIN decisions_position AS p ON p.proposal_id = d.proposal_id "
    "WHERE p.id = {row}.position_id)"
)


class DecisionsConfig(AppConfig):
    name = "coproduce.decisions"
    label = "decisions"

    def ready(self) -> None:
        from coproduce.history.triggers import append_only, closed_when

        append_only("decisions_decision")
        says = "a decided proposal does not change"
        closed_when("decisions_proposal", DECIDED_ITSELF, says)
        closed_when("decisions_position", DECIDED, says)
        closed_when("decisions_proposalversion", DECIDED, says)
        closed_when("decisions_earlierposition", DECIDED_BY_POSITION, says)
