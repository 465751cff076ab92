"""Which wordings hold in a space, and what somebody agreed to."""

from dataclasses import dataclass

from django.db.models import QuerySet

from coproduce.consent.models import Agreement, AgreementText, Use
from coproduce.consent.wordings import FIRST_WORDINGS, WHAT_A_NO_REACHES
from coproduce.people.models import Person
from coproduce.spaces.models import Space


def agreement_texts(space: Space) -> list[AgreementText]:
    """The newest wording for each use, in the order of ``Use``. One query.

    A use that the space has written nothing for yet has the first wording, not stored until somebody answers it.
    """
    newest = {text.use: text for text in AgreementText.objects.filter(space=space).order_by("version")}
    return [newest.get(use) or first_text(space, use) for use in Use.values]


def first_text(space: Space, use: str) -> AgreementText:
    """The first wording for a use, as it would be stored."""
    return AgreementText(
        space=space, use=use, version=1, words=str(FIRST_WORDINGS[use]), written_by_id=space.opened_by_id
    )


def agreements_of(person: Person, space: Space) -> dict[str, Agreement]:
    """What holds now: use to the answer given, with the wording that was answered. Unanswered uses are left out."""
    holding = Agreement.objects.filter(space=space, person=person, ended_at=None).select_related("text")
    return {agreement.use: agreement for agreement in holding}


def earlier_agreements(person: Person, space: Space) -> QuerySet[Agreement]:
    """Answers that were taken back or given anew, newest first."""
    return Agreement.objects.filter(space=space, person=person, ended_at__isnull=False).order_by("-ended_at")


@dataclass(frozen=True, slots=True)
class Question:
    """One use as it is asked: the wording, and what was said to it before (None: nothing yet).

    changed: the wording is not the one that was answered.
    """

    use: str
    label: str
    text: AgreementText
    answered: Agreement | None
    reaches: str

    @property
    def changed(self) -> bool:
        return self.answered is not None and self.answered.text.version != self.text.version


def questions_for(person: Person, space: Space) -> list[Question]:
    """The six uses as they are asked of someone. Two queries."""
    given = agreements_of(person, space)
    return [
        Question(
            use=text.use,
            label=str(Use(text.use).label),
            text=text,
            answered=given.get(text.use),
            reaches=str(WHAT_A_NO_REACHES[text.use]),
        )
        for text in agreement_texts(space)
    ]
