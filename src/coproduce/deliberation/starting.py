"""The values that a space begins with, until its members make the list their own.

Three systems of values that people bring to taking part in research and care (Gradinger and others, *Values
associated with public involvement in health and social care research*, 2015): what is right, what makes it good, how
one goes about it. And three kinds of argument for doing it at all (Filipe, Renedo and Marston 2017): rights, good
management, experience. ``docs/methods/valuing.md`` says which of theirs stands behind each of these words.
"""

from typing import NamedTuple

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class System(models.TextChoices):
    """What kind of value it is. "" for what people here added."""

    NORMATIVE = "normative", _("What is right")
    SUBSTANTIVE = "substantive", _("What makes it good")
    PROCESS = "process", _("How we go about it")
    ARGUMENT = "argument", _("Why do it together at all")


class Offered(NamedTuple):
    """One value to begin with. code: what it is called in addresses before anybody used the list."""

    code: str
    system: str
    name: Promise | str
    explanation: Promise | str


STARTING: tuple[Offered, ...] = (
    Offered("having-a-say", System.NORMATIVE, _("having a say"), _("People can change what happens to them.")),
    Offered("answering", System.NORMATIVE, _("answering for it"), _("Those who decide say why, and can be asked.")),
    Offered("fairness", System.NORMATIVE, _("fairness"), _("Nobody gets less for who they are or where they live.")),
    Offered("works", System.SUBSTANTIVE, _("that it works"), _("It does what it is meant to do, and does no harm.")),
    Offered("matters", System.SUBSTANTIVE, _("that it matters"), _("It is about what people live with every day.")),
    Offered("evidence", System.SUBSTANTIVE, _("evidence"), _("We know it, and we can show how we know it.")),
    Offered("equals", System.PROCESS, _("being equals"), _("A title counts for no more than a life.")),
    Offered("respect", System.PROCESS, _("respect and trust"), _("People are believed, and treated with care.")),
    Offered("honesty", System.PROCESS, _("honesty"), _("Nothing is hidden, and mistakes are said aloud.")),
    Offered("rights", System.ARGUMENT, _("rights"), _("What people are owed, whether or not it saves anything.")),
    Offered("money", System.ARGUMENT, _("money well spent"), _("Money, time and beds go where they do most.")),
    Offered(
        "experience",
        System.ARGUMENT,
        _("what experience teaches"),
        _("What people learn by living with it is knowledge too."),
    ),
)
SYSTEMS: tuple[str, ...] = (*System.values, "")
