"""Pictures drawn on the server: plain values in, a safe SVG string out. No models, no queries, no chance.

Every picture has a title and a description, every thread that has an address can be focused and says where it
goes, every text is escaped, and the same input gives the same string. The page shows the same facts as a table.
"""

from coproduce.ui.pictures.agreement import Row as AgreementRow
from coproduce.ui.pictures.agreement import agreement_key, agreement_marks, people_a_mark
from coproduce.ui.pictures.cloth import Cloth, cloth, few
from coproduce.ui.pictures.did import Event, did
from coproduce.ui.pictures.ends import ends
from coproduce.ui.pictures.opinion import OpinionMap, Point, group_mark, opinion_map
from coproduce.ui.pictures.reached import Reached, reached
from coproduce.ui.pictures.relations import Relations, Tie, relations
from coproduce.ui.pictures.selvedge import selvedge
from coproduce.ui.pictures.values import Slope, Value, values_slope
from coproduce.ui.pictures.warp import Known, Warp, knowledge_warp
from coproduce.ui.pictures.weave import weave
from coproduce.ui.pictures.weave_data import Decision, More, Outcome, Theme, Voice, Weave

__all__ = [
    "AgreementRow",
    "Cloth",
    "Decision",
    "Event",
    "Known",
    "More",
    "OpinionMap",
    "Outcome",
    "Point",
    "Reached",
    "Relations",
    "Slope",
    "Theme",
    "Tie",
    "Value",
    "Voice",
    "Warp",
    "Weave",
    "agreement_key",
    "agreement_marks",
    "cloth",
    "did",
    "ends",
    "few",
    "group_mark",
    "knowledge_warp",
    "opinion_map",
    "people_a_mark",
    "reached",
    "relations",
    "selvedge",
    "values_slope",
    "weave",
]
