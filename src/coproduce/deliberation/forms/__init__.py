"""Sheets for drawing claims, wording them and saying how one sees them; and the picker that later steps share."""

from coproduce.deliberation.forms.choosing import ChoosesContributions, ChoosesFromMany, DrawForm
from coproduce.deliberation.forms.paper import PaperForm, WhoseForm
from coproduce.deliberation.forms.rounds import CloseRoundForm, RoundForm
from coproduce.deliberation.forms.saying import NobodyForm, SayForm, WhyForm, names_for_reasons
from coproduce.deliberation.forms.wording import AnswerTalkForm, RewordForm, TalkForm

__all__ = [
    "AnswerTalkForm",
    "ChoosesContributions",
    "ChoosesFromMany",
    "CloseRoundForm",
    "DrawForm",
    "NobodyForm",
    "PaperForm",
    "RewordForm",
    "RoundForm",
    "SayForm",
    "TalkForm",
    "WhoseForm",
    "WhyForm",
    "names_for_reasons",
]
