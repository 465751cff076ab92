"""Every address × method × who asks: what is not for someone is not there, and a route without a row fails.

The table says for each route what each role is answered in a space for members only. Every text in that space holds
a mark; an answer to somebody outside that holds the mark, or an identifier of anything in the space, is a leak.
"""

# long because it is one table, with a row for each address, and one of everything for it to name
import re
import uuid
from datetime import timedelta

import pytest
from django.apps import apps
from django.db import transaction
from django.urls import URLResolver, get_resolver, reverse

from coproduce import clock
from coproduce.ballots.models import Ballot, BallotOption, Closing, Paper, RegisterEntry, Urn
from coproduce.ballots.urn import Contents, seal
from coproduce.care.models import Appeal, BrokenGlass, CareNote, CareRole, Concern, Flag, HouseRule, Moderation
from coproduce.consent.models import Agreement, AgreementText, Use
from coproduce.contributions.models import Acknowledgement, ContributionState, WaitingWords
from coproduce.conversation.models import Ask, Following, Mention, Muted
from coproduce.decisions.models import (
    AdviceAsked,
    Amendment,
    Decision,
    Position,
    Proposal,
    ProposalSource,
    ProposalVersion,
    ReopeningAsked,
    RungSaid,
    Voice,
)
from coproduce.deliberation.models import Response, Round, Statement, StatementSource, Value, WordingTalk
from coproduce.exchange.models import Upload
from coproduce.gatherings.models import Gathering
from coproduce.history.models import Event, Submission
from coproduce.outcomes.models import (
    Commitment,
    Ending,
    Handing,
    Keeper,
    LeftOpen,
    Outcome,
    OutcomeSource,
    OutcomeState,
    Succession,
)
from coproduce.priorities.models import EvidenceCheck, Exercise, Question, QuestionSource, Seat, Uncertainty
from coproduce.reports.actions import keep_account
from coproduce.spaces.models import Affiliation, Membership, MembershipState, Understanding
from coproduce.suggestions.models import Suggestion, SuggestionRun, SuggestionWords
from coproduce.themes.models import Theme, ThemeChange, ThemeLink
from coproduce.traces.models import AcrossLink
from coproduce.valuing.actions import count_values, give_tokens, name_tension, word_value
from coproduce.valuing.queries.giving import season_now
from coproduce.walls.models import Wall, WallCard, WallGroup
from coproduce.work.models import Piece
from tests import building
from tests.config.bodies import readable

pytestmark = pytest.mark.slow

MARK = "Nightjar"
IDENTIFIER = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
SIGN_IN = "led to sign in"
OUTSIDE = ("visitor", "elsewhere", "former")
INSIDE = ("member", "paused", "facilitator")
ROLES = ("stranger", *OUTSIDE, *INSIDE)
ODD = ("PUT", "PATCH", "DELETE", "TRACE", "OPTIONS", "PROPFIND")
ACTS = (200, 302, 409, 422)
"""What a sheet answers to someone who may use it, whatever is filled in."""


def rule(stranger, outside, member, facilitator):
    """What one method is answered: a status, several, or ``SIGN_IN``."""
    return {
        "stranger": stranger,
        **dict.fromkeys(OUTSIDE, outside),
        "member": member,
        "paused": member,
        "facilitator": facilitator,
    }


def same(answer):
    return rule(answer, answer, answer, answer)


NEVER = same(405)
# Name of a rule -> (GET, POST).
RULES = {
    "read": (rule(404, 404, 200, 200), NEVER),  # in a public space: by everybody
    "members": (rule(SIGN_IN, 404, 200, 200), NEVER),
    "sheet": (rule(SIGN_IN, 404, 200, 200), rule(SIGN_IN, 404, ACTS, ACTS)),
    "sheet of readers": (rule(404, 404, 200, 200), rule(404, 404, ACTS, ACTS)),
    "leads on": (rule(SIGN_IN, 404, (200, 302), (200, 302)), NEVER),
    "read or led on": (rule(404, 404, (200, 302), (200, 302)), NEVER),
    "button": (NEVER, rule(SIGN_IN, 404, ACTS, ACTS)),
    "not written yet": (rule(SIGN_IN, 404, 404, 404), NEVER),
    "button of whose it is": (NEVER, rule(SIGN_IN, 404, 403, 403)),
    "button of nothing": (NEVER, rule(SIGN_IN, 404, 404, 404)),
    "button of facilitators": (NEVER, rule(SIGN_IN, 404, 403, ACTS)),
    "for facilitators": (rule(SIGN_IN, 404, 403, 200), rule(SIGN_IN, 404, 403, ACTS)),
    "page for those who were told": (rule(SIGN_IN, 404, 404, 200), NEVER),
    "page for facilitators": (rule(SIGN_IN, 404, 403, 200), NEVER),
    # Whether someone is assisted is not told to those who do not help them.
    "helping": (rule(SIGN_IN, 404, 404, 200), rule(SIGN_IN, 404, 404, ACTS)),
    "page of helping": (rule(SIGN_IN, 404, 404, 200), NEVER),
    "someone else's button": (NEVER, rule(SIGN_IN, 404, 404, 404)),
    # Whether words may be changed by whoever asks would say whose they are: it is not there, as at another's address.
    "someone else's words": (rule(SIGN_IN, 404, 404, 404), rule(SIGN_IN, 404, (403, 404), (403, 404))),
    # Somebody who left and presses the button again is told once more that they have left.
    "leaving": (rule(SIGN_IN, 404, 200, 200), rule(SIGN_IN, 404, 302, 302) | {"former": 302}),
    "not yours to change": (rule(SIGN_IN, 404, 404, 404), rule(SIGN_IN, 404, (403, 422), (403, 422))),
    "of who put it, or looks after": (rule(SIGN_IN, 404, 404, 200), rule(SIGN_IN, 404, (403, 422), (*ACTS, 403))),
    "sheet or nothing to do": (rule(SIGN_IN, 404, 200, 200), rule(SIGN_IN, 404, (*ACTS, 403), (*ACTS, 403))),
    "not yours to judge": (rule(SIGN_IN, 404, 403, 403), rule(SIGN_IN, 404, 403, 403)),
    "only who sent it": (rule(SIGN_IN, 404, 403, 404), rule(SIGN_IN, 404, 403, 404)),
    "front": (rule(404, 404, 200, 200), NEVER),
    "begin": (same(302), same(302)),  # leads to a sheet, which looks who is there; it says nothing itself
    "anybody": (same(200), NEVER),
    "anybody's sheet": (same(200), same(ACTS)),
    "not served here": (same(404), NEVER),
    "not served here at all": (same(404), same(404)),
    "by a signed link": (same(404), same(404)),
    "by code": (rule(200, 200, 302, 302), NEVER),
    "by code, signed in": (rule(SIGN_IN, 200, 302, 302), rule(SIGN_IN, ACTS, ACTS, ACTS)),
    "by code, to write": (rule(200, 200, 302, 302), rule(ACTS, ACTS, ACTS, ACTS)),
    "by token": (rule(SIGN_IN, 200, 200, 200), rule(SIGN_IN, ACTS, ACTS, ACTS)),
    "home": (rule(200, 302, 302, 302), NEVER),
    "dead link": (same(410), same(410)),
    "signing in": (same((200, 302)), same((*ACTS, 400, 410))),
    "own page": (rule(SIGN_IN, 200, 200, 200), NEVER),
    "own sheet": (rule(SIGN_IN, 200, 200, 200), rule(SIGN_IN, ACTS, ACTS, ACTS)),
    "own, after asking again": (rule(SIGN_IN, (200, 302, 404), (200, 302, 404), (200, 302, 404)), None),
    "own button": (NEVER, rule(SIGN_IN, ACTS, ACTS, ACTS)),
    "kept while writing": (NEVER, rule(401, 404, 404, 404)),
    "stay": (rule(401, 200, 200, 200), NEVER),
    "health": (same(200), NEVER),
}
# Route -> (name of the rule, the kinds of objects that its address names, in order).
ROUTES = {
    "health": ("health", ""),
    "help": ("anybody", ""),
    "paper": ("anybody's sheet", ""),
    "server": ("anybody", ""),
    "find": ("anybody", ""),
    "finding:alike": ("read", "slug contribution"),
    "people:sign_in": ("signing in", ""),
    "people:code": ("signing in", ""),
    "people:link": ("dead link", "token"),
    "people:name": ("signing in", ""),
    "people:again": ("own sheet", ""),
    "people:sign_out": ("anybody's sheet", ""),
    "people:signed_out": ("anybody", ""),
    "people:stay": ("stay", ""),
    "people:whose_words": ("own button", ""),
    "people:me": ("own page", ""),
    "people:about_you": ("own sheet", ""),
    "people:password": ("own, after asking again", ""),
    "account_login": ("signing in", ""),
    "account_inactive": ("anybody", ""),
    "mfa_authenticate": ("signing in", ""),
    "mfa_login_webauthn": ("signing in", ""),
    "account_reauthenticate": ("own, after asking again", ""),
    "mfa_reauthenticate": ("own, after asking again", ""),
    "mfa_reauthenticate_webauthn": ("own, after asking again", ""),
    "mfa_index": ("signing in", ""),
    "mfa_list_webauthn": ("own, after asking again", ""),
    "mfa_add_webauthn": ("own, after asking again", ""),
    "mfa_edit_webauthn": ("own, after asking again", "number"),
    "mfa_remove_webauthn": ("own, after asking again", "number"),
    "mfa_activate_totp": ("own, after asking again", ""),
    "mfa_deactivate_totp": ("own, after asking again", ""),
    "mfa_view_recovery_codes": ("own, after asking again", ""),
    "mfa_generate_recovery_codes": ("own, after asking again", ""),
    "mfa_download_recovery_codes": ("own, after asking again", ""),
    "spaces:home": ("home", ""),
    "spaces:your_spaces": ("own page", ""),
    "spaces:open": ("own sheet", ""),
    "spaces:join_with_code": ("anybody's sheet", ""),
    "spaces:join": ("by code", "code"),
    "spaces:introduce": ("by code, signed in", "code"),
    "spaces:reframe": ("sheet", "slug"),
    "spaces:charter": ("read", "slug"),
    "spaces:change_charter": ("for facilitators", "slug"),
    "spaces:members": ("members", "slug"),
    "spaces:add_member": ("for facilitators", "slug"),
    "spaces:describe_for": ("helping", "slug assisted_membership"),
    "spaces:appoint": ("button of facilitators", "slug membership"),
    "spaces:my_place": ("members", "slug"),
    "spaces:describe": ("sheet", "slug"),
    "spaces:pause": ("button", "slug"),
    "spaces:leave": ("leaving", "slug"),
    "spaces:stop_facilitating": ("for facilitators", "slug"),
    "spaces:ways_in": ("for facilitators", "slug"),
    "spaces:close_way_in": ("button of facilitators", "slug join_link"),
    "spaces:card": ("page for facilitators", "slug join_link"),
    "spaces:space": ("front", "slug"),
    "spaces:begin": ("begin", "slug"),
    "spaces:framings": ("read", "slug"),
    "consent:agreements": ("sheet", "slug"),
    "consent:agreements_for": ("helping", "slug assisted_membership"),
    "gatherings:gatherings": ("members", "slug"),
    "gatherings:arrange": ("sheet", "slug"),
    "gatherings:gathering": ("members", "slug gathering"),
    "gatherings:change": ("for facilitators", "slug gathering"),
    "walls:type_code": ("anybody's sheet", ""),
    "walls:come": ("by code, to write", "wall_code"),
    "walls:wall": ("members", "slug gathering"),
    "walls:open": ("for facilitators", "slug gathering"),
    "walls:close": ("for facilitators", "slug gathering"),
    "walls:card": ("sheet", "slug gathering"),
    "walls:pass_round": ("for facilitators", "slug gathering"),
    "walls:projector": ("members", "slug gathering"),
    "walls:paper": ("members", "slug gathering"),
    "walls:group": ("sheet", "slug gathering"),
    "walls:rename": ("sheet", "slug gathering wall_group"),
    "walls:take_down": ("sheet", "slug gathering wall_group"),
    "walls:theme": ("sheet", "slug gathering wall_group"),
    "walls:move": ("sheet", "slug gathering wall_card"),
    "contributions:bring_first": ("by code, to write", "code"),
    "contributions:kept": ("by token", "waiting"),
    "contributions:whose": ("own button", "waiting"),
    "contributions:contributions": ("read", "slug"),
    "contributions:draft": ("kept while writing", "slug"),
    "contributions:discard": ("someone else's button", "slug draft"),
    "contributions:attachment": ("read", "slug contribution attachment"),
    "contributions:describe": ("someone else's words", "slug contribution"),
    "contributions:close_words": ("page for facilitators", "slug"),
    "contributions:bring": ("sheet", "slug"),
    "contributions:write_down": ("for facilitators", "slug"),
    "contributions:answer": ("sheet", "slug contribution"),
    "contributions:acknowledge": ("sheet", "slug contribution"),
    "contributions:revise": ("someone else's words", "slug contribution"),
    "contributions:changes": ("members", "slug contribution"),
    "contributions:hide": ("for facilitators", "slug contribution"),
    "contributions:reframe_from": ("sheet", "slug contribution"),
    "contributions:contribution": ("read", "slug contribution"),
    "contributions:withdraw": ("someone else's words", "slug contribution"),
    "care:told": ("own page", ""),
    "care:care": ("front", "slug"),
    "care:people": ("for facilitators", "slug"),
    "care:end_role": ("button of facilitators", "slug care_role"),
    "care:where_to_turn": ("front", "slug"),
    "care:write_note": ("for facilitators", "slug"),
    "care:rules": ("read", "slug"),
    "care:suggest_rule": ("sheet", "slug"),
    "care:rule": ("sheet", "slug house_rule"),
    "care:hold": ("button of facilitators", "slug house_rule"),
    "care:end_rule": ("for facilitators", "slug house_rule"),
    "care:my_worries": ("members", "slug"),
    "care:flag": ("sheet", "slug contribution"),
    "care:worries": ("page for those who were told", "slug"),
    "care:worry": ("page for those who were told", "slug flag"),
    "care:leave": ("helping", "slug flag"),
    "care:talk": ("helping", "slug flag"),
    "care:out_of_sight": ("page for facilitators", "slug"),
    "care:several": ("for facilitators", "slug contribution"),
    "care:appeal": ("someone else's words", "slug moderation"),
    "care:decide": ("helping", "slug appeal"),
    "care:readings": ("members", "slug"),
    "care:not_safe": ("sheet", "slug"),
    "care:concerns": ("members", "slug"),
    "care:concern": ("someone else's words", "slug concern"),
    "care:open": ("helping", "slug concern"),
    "care:agree": ("helping", "slug broken_glass"),
    "themes:themes": ("read", "slug"),
    "themes:name_theme": ("sheet", "slug"),
    "themes:link": ("sheet", "slug contribution"),
    "themes:board": ("sheet", "slug"),
    "themes:move_back": ("button of nothing", "slug"),
    "themes:compare": ("members", "slug"),
    "themes:coding": ("members", "slug"),
    "themes:talk": ("sheet", "slug theme contribution"),
    "themes:their_way": ("button of nothing", "slug theme contribution"),
    "themes:next_to_read": ("leads on", "slug"),
    "themes:read": ("sheet", "slug contribution"),
    "themes:theme": ("read", "slug theme"),
    "themes:rename": ("sheet", "slug theme"),
    "themes:merge": ("sheet", "slug theme"),
    "themes:split": ("sheet", "slug theme"),
    "themes:place": ("sheet", "slug theme"),
    "themes:colour": ("sheet", "slug theme"),
    "themes:undo": ("sheet", "slug theme theme_change"),
    "themes:end_link": ("for facilitators", "slug theme theme_link"),
    "conversation:quiet": ("members", "slug"),
    "conversation:fold": ("sheet", "slug"),
    "conversation:show_again": ("someone else's button", "slug muted"),
    "conversation:who_may_ask": ("button", "slug"),
    "conversation:follow_words": ("button", "slug contribution"),
    "conversation:follow_theme": ("button", "slug theme"),
    "conversation:mean_for": ("someone else's words", "slug contribution"),
    "conversation:a_few": ("members", "slug"),
    "conversation:ask": ("sheet", "slug"),
    "conversation:asked_of_me": ("members", "slug"),
    "conversation:to_ask": ("page for facilitators", "slug"),
    "conversation:asked": ("page of helping", "slug ask"),
    "conversation:answer_ask": ("helping", "slug ask"),
    "conversation:decline": ("helping", "slug ask"),
    "conversation:take_back_ask": ("someone else's button", "slug ask"),
    "deliberation:statements": ("read", "slug"),
    "deliberation:all_statements": ("read", "slug"),
    "deliberation:held": ("read", "slug"),
    "deliberation:how_made": ("read", "slug"),
    "deliberation:map_group": ("read or led on", "slug number_of_a_group"),
    "deliberation:counted": ("read or led on", "slug statement row_of_a_figure"),
    "deliberation:draw_statement": ("sheet", "slug"),
    "deliberation:say": ("leads on", "slug"),
    "deliberation:say_to": ("sheet", "slug statement"),
    "deliberation:skip": ("button", "slug statement"),
    "deliberation:statement": ("read", "slug statement"),
    "deliberation:hide": ("for facilitators", "slug statement"),
    "deliberation:show": ("button of facilitators", "slug hidden_statement"),
    "deliberation:let_stand": ("button of nothing", "slug statement"),
    "deliberation:wording": ("read", "slug statement"),
    "deliberation:reword": ("not yours to judge", "slug statement"),
    "deliberation:talk": ("sheet", "slug statement"),
    "deliberation:answer_talk": ("not yours to judge", "slug talk"),
    "deliberation:take_back_talk": ("button of whose it is", "slug talk"),
    "deliberation:rounds": ("read", "slug"),
    "deliberation:open_round": ("for facilitators", "slug"),
    "deliberation:round": ("read", "slug round"),
    "deliberation:close_round": ("for facilitators", "slug round"),
    "deliberation:paper": ("page for facilitators", "slug round"),
    "deliberation:enter_paper": ("for facilitators", "slug round"),
    "ballots:ballots": ("read", "slug"),
    "ballots:ballot": ("read", "slug ballot"),
    "ballots:vote": ("sheet", "slug ballot"),
    "ballots:check": ("sheet of readers", "slug closed_ballot"),
    "ballots:votes": ("read", "slug closed_ballot"),
    "ballots:votes_file": ("read", "slug closed_ballot"),
    "ballots:register": ("members", "slug ballot"),
    "ballots:close": ("sheet", "slug ballot"),
    "ballots:slips": ("for facilitators", "slug ballot"),
    "ballots:envelope": ("for facilitators", "slug ballot"),
    "ballots:enter": ("for facilitators", "slug ballot"),
    "priorities:exercises": ("read", "slug"),
    "priorities:propose": ("sheet", "slug"),
    "priorities:exercise": ("read", "slug exercise"),
    "priorities:change": ("for facilitators", "slug exercise"),
    "priorities:steering": ("for facilitators", "slug exercise"),
    "priorities:move": ("for facilitators", "slug exercise"),
    "priorities:words": ("read", "slug exercise"),
    "priorities:gather": ("sheet", "slug exercise"),
    "priorities:out": ("for facilitators", "slug exercise uncertainty"),
    "priorities:back_in": ("button of facilitators", "slug exercise uncertainty"),
    "priorities:questions": ("read", "slug exercise"),
    "priorities:draw": ("for facilitators", "slug exercise"),
    "priorities:question": ("read", "slug exercise priority_question"),
    "priorities:behind": ("for facilitators", "slug exercise priority_question"),
    "priorities:reword": ("for facilitators", "slug exercise priority_question"),
    "priorities:check": ("for facilitators", "slug exercise priority_question"),
    "priorities:choose": ("sheet", "slug exercise"),
    "priorities:paper": ("members", "slug exercise"),
    "priorities:results": ("read", "slug exercise"),
    "priorities:shortlist": ("for facilitators", "slug exercise"),
    "priorities:tables": ("read", "slug exercise"),
    "priorities:seat": ("for facilitators", "slug exercise"),
    "priorities:cards": ("members", "slug exercise"),
    "priorities:move_seat": ("for facilitators", "slug exercise seat"),
    "priorities:rank": ("for facilitators", "slug exercise number number"),
    "priorities:count": ("button of facilitators", "slug exercise"),
    "priorities:change_place": ("for facilitators", "slug exercise"),
    "priorities:top": ("read", "slug exercise"),
    "valuing:values": ("read", "slug"),
    "valuing:give": ("sheet", "slug"),
    "valuing:room": ("page for facilitators", "slug"),
    "valuing:paper": ("members", "slug"),
    "valuing:how": ("read", "slug"),
    "valuing:value_list": ("read", "slug"),
    "valuing:add_value": ("sheet", "slug"),
    "valuing:value": ("read", "slug value_key"),
    "valuing:change_value": ("sheet", "slug value_key"),
    "valuing:meaning": ("members", "slug"),
    "valuing:say_meaning": ("sheet", "slug"),
    "valuing:tensions": ("read", "slug"),
    "valuing:name_tension": ("sheet", "slug"),
    "valuing:take_back": ("someone else's button", "slug tension"),
    "decisions:decisions": ("read", "slug"),
    "decisions:propose": ("sheet", "slug"),
    "decisions:proposal": ("read", "slug proposal"),
    "decisions:position": ("sheet", "slug proposal"),
    "decisions:amend": ("not yours to change", "slug proposal"),
    "decisions:hand_on": ("not yours to change", "slug proposal"),
    "decisions:changes": ("read", "slug proposal"),
    "decisions:close": ("sheet", "slug proposal"),
    "decisions:propose_charter": ("sheet", "slug"),
    "decisions:through": ("sheet", "slug proposal"),
    "decisions:no_longer_through": ("sheet or nothing to do", "slug proposal"),
    "decisions:time": ("sheet", "slug proposal"),
    "decisions:speak": ("sheet", "slug proposal"),
    "decisions:suggest": ("sheet", "slug proposal"),
    "decisions:answer": ("of who put it, or looks after", "slug proposal voice"),
    "decisions:move": ("of who put it, or looks after", "slug proposal"),
    "decisions:suggestion": ("not yours to change", "slug proposal amendment"),
    "decisions:ask": ("not yours to change", "slug proposal"),
    "decisions:heard": ("not yours to change", "slug proposal asked"),
    "decisions:again": ("sheet", "slug decided"),
    "decisions:rung": ("sheet", "slug decided"),
    "outcomes:outcomes": ("read", "slug"),
    "outcomes:tell": ("sheet", "slug"),
    "outcomes:outcome": ("read", "slug outcome"),
    "outcomes:say_state": ("sheet", "slug outcome"),
    "outcomes:happened": ("sheet", "slug"),
    "outcomes:unanswered": ("read", "slug"),
    "outcomes:mine": ("members", "slug"),
    "outcomes:to_tell": ("page for facilitators", "slug"),
    "outcomes:say_where_from": ("sheet", "slug outcome"),
    "outcomes:tell_effect": ("sheet", "slug outcome"),
    "outcomes:bring_evidence": ("sheet", "slug outcome"),
    "outcomes:choose_evidence": ("sheet", "slug outcome"),
    "outcomes:take_on": ("button of whose it is", "slug outcome"),
    "outcomes:let_go": ("button of whose it is", "slug outcome"),
    "outcomes:hand_on": ("for facilitators", "slug outcome"),
    "outcomes:hand_on_promise": ("for facilitators", "slug commitment"),
    "outcomes:answer_handing": ("helping", "slug handing"),
    "outcomes:told": ("for facilitators", "slug outcome helped"),
    "outcomes:card": ("page for facilitators", "slug outcome helped"),
    "outcomes:ending": ("read", "slug"),
    "outcomes:say_ending": ("for facilitators", "slug"),
    "outcomes:leave_open": ("for facilitators", "slug left_kind"),
    "outcomes:ask_successor": ("for facilitators", "slug"),
    "outcomes:finish": ("for facilitators", "slug"),
    "outcomes:call_off": ("button of facilitators", "slug"),
    "outcomes:last_letter": ("not written yet", "slug"),
    "outcomes:wake": ("button of whose it is", "slug"),
    "outcomes:inherited": ("read", "slug"),
    "outcomes:answer_succession": ("for facilitators", "slug succession"),
    "outcomes:take_up": ("button", "slug left_open"),
    "outcomes:commit": ("sheet", "slug outcome"),
    "outcomes:good_enough": ("not yours to judge", "slug outcome"),
    "outcomes:keep": ("for facilitators", "slug commitment"),
    "messages:letters": ("own sheet", ""),
    "messages:stop": ("by a signed link", "token"),
    "messages:mails": ("not served here", ""),
    "messages:mail": ("not served here", "nothing"),
    "demonstration:people": ("not served here", ""),
    "demonstration:part": ("not served here at all", "word"),
    "traces:came_from": ("read", "slug kind_of_thing theme"),
    "traces:all_from": ("read", "slug kind_of_thing theme"),
    "traces:led_to": ("read", "slug kind_of_thing theme"),
    "traces:all_to": ("read", "slug kind_of_thing theme"),
    "traces:ask_across": ("sheet", "slug kind_of_thing theme"),
    "traces:across": ("members", "slug"),
    "traces:across_one": ("members", "slug across_link"),
    "traces:agree_across": ("button of facilitators", "slug across_link"),
    "traces:end_across": ("for facilitators", "slug across_link"),
    "reports:weave": ("read", "slug"),
    "reports:not_on_agenda": ("read", "slug"),
    "reports:account": ("read", "slug"),
    "reports:keep": ("sheet", "slug"),
    "reports:how": ("read", "slug"),
    "reports:kept": ("read", "slug kept_account"),
    "reports:rows": ("read", "slug number_of_the_account"),
    "reports:letter": ("leads on", "slug"),
    "reports:season_letter": ("members", "slug season"),
    "reports:did": ("members", "slug"),
    "reports:words_did": ("read", "slug contribution"),
    "suggestions:suggestions": ("members", "slug"),
    "suggestions:ask": ("button", "slug"),
    "suggestions:decide": ("button", "slug"),
    "suggestions:decided": ("members", "slug"),
    "suggestions:group": ("sheet", "slug suggestion"),
    "suggestions:refuse_group": ("button", "slug suggestion"),
    "suggestions:again": ("button", "slug suggestion"),
    "work:piece": ("members", "piece"),
    "work:so_far": ("members", "piece"),
    "work:stop": ("button", "piece"),
    "exchange:export": ("members", "slug"),
    "exchange:export_file": ("members", "slug"),
    "exchange:take": ("members", "slug kind_of_file"),
    "exchange:import_csv": ("for facilitators", "slug"),
    "exchange:columns": ("only who sent it", "slug upload"),
    "exchange:project": ("only who sent it", "slug upload"),
}


# ── a space with one of everything ───────────────────────────────────────────────────────────────


class World:
    """A space for members only, its people, and one of everything in it; another space; and someone in neither."""

    def __init__(self):
        say = f"{MARK} said"
        self.space = building.space(name=f"{MARK} space", question=f"{MARK}?", for_whom=say, slug="ours")
        self.author = building.member(self.space, f"{MARK} Author", ways="LC")
        assisted = building.member(self.space, f"{MARK} Helped", account=False)
        self.helped = assisted
        member = building.member(self.space)
        paused = building.member(self.space)
        former = building.member(self.space)
        Membership.objects.filter(person=paused).update(state=MembershipState.PAUSED)
        Membership.objects.filter(person=former).update(state=MembershipState.LEFT)
        self.other = building.space(name="Elsewhere", slug="elsewhere")
        self.people = {
            "stranger": None, "visitor": building.person(), "elsewhere": self.other.opened_by, "former": former,
            "member": member, "paused": paused, "facilitator": building.member(self.space, facilitator=True),
        }  # fmt: skip
        held = Membership.objects.get(person=self.author)
        Affiliation.objects.create(membership=held, organisation=say)
        Understanding.objects.create(membership=held, words=say)
        self.named = {
            "slug": "ours", "word": "noreen", "number": 1, "nothing": uuid.uuid4(), "token": "not-a-token",
            "number_of_the_account": "brought", "kind_of_file": "qdpx", "number_of_a_group": 1,
            "row_of_a_figure": "everyone", "season": "2026-spring", "membership": held.pk, "kind_of_thing": "theme",
            "assisted_membership": Membership.objects.get(person=assisted).pk,
        }  # fmt: skip
        self._words(say)
        self._quiet(say, assisted)
        self._claims(say)
        self._valued(say)
        self._cared_for(say)
        self._asked_first(say)
        self._balloted(say)
        self._decided(say)
        self._came_of_it(say)
        self._noticed(say)
        third = building.space()
        self._keep("across_link", AcrossLink.objects.create(
            ours=self.space, ours_theme=self.theme, theirs=third, why=say, asked_by=third.opened_by
        ))  # fmt: skip
        self._keep("piece", Piece.objects.create(space=self.space, kind="x", name=say, shared=True))
        self._keep("kept_account", keep_account(actor=self.author, space=self.space, note=say))

    def _keep(self, name, row):
        self.named[name] = row.pk
        return row

    def _words(self, say):
        space, author = self.space, self.author
        link = self._keep("join_link", building.join_link(space))
        self.named["code"] = link.code
        self.named["waiting"] = WaitingWords.objects.create(
            space=space, join_link=link, token="kept-words",
            filled_in={"words": "waiting", "kind": "story", "ways": "", "attribution": "chosen", "content_note": ""},
        ).token  # fmt: skip
        self._keep("gathering", Gathering.objects.create(
            space=space, title=say, place=say, access=say, words=say, arranged_by=author,
            starts_at=clock.now() + timedelta(days=3),
        ))  # fmt: skip
        self._wall(say)
        words = self._keep("contribution", building.contribution(space, author, say, ways="LC", content_note=say))
        self._keep("attachment", building.attachment(words, name=f"{say}.png", words=say))
        self._keep("draft", building.draft(space, author, "/s/ours/brought/bring/", say))
        building.contribution(space, author, say, state=ContributionState.HIDDEN, state_why=say)
        building.contribution(space, author, say, state=ContributionState.CLOSE, content_note=say)
        building.contribution(space, author, say, answers=words, verb="builds_on")
        Acknowledgement.objects.create(contribution=words, person=self.people["paused"], words=say)
        text = AgreementText.objects.create(space=space, use=Use.QUOTE, version=1, words=say, written_by=author)
        Agreement.objects.create(space=space, person=author, use=Use.QUOTE, text=text, given=True)
        theme = self._keep("theme", Theme.objects.create(space=space, name=say, words=say, proposed_by=author))
        self._keep("theme_change", ThemeChange.objects.create(
            theme=theme, kind="renamed", before=say, after=say, changed_by=author
        ))  # fmt: skip
        self._keep("theme_link", ThemeLink.objects.create(theme=theme, contribution=words, linked_by=author, why=say))
        self._keep("upload", Upload.objects.create(space=space, person=author, name=say, content=b"words\nNightjar\n"))
        self.words, self.theme = words, theme

    def _quiet(self, say, assisted):
        """The one who is asked does not go online, so that those who facilitate know of it, and nobody else."""
        Following.objects.create(space=self.space, person=self.author, contribution=self.words)
        Mention.objects.create(contribution=self.words, person=self.people["paused"], by=self.author)
        self._keep("muted", Muted.objects.create(space=self.space, person=self.author, phrase=say))
        self._keep("ask", Ask.objects.create(
            space=self.space, asked=assisted, by=self.author, about=self.words, words=say
        ))  # fmt: skip

    def _wall(self, say):
        gathering = Gathering.objects.get(pk=self.named["gathering"])
        wall = Wall.objects.create(
            gathering=gathering, code="WARP-WEFT", opened_by=self.author,
            way_in=building.join_link(self.space, code="WARP-WEFT"),
        )  # fmt: skip
        self.named["wall_code"] = wall.code
        group = self._keep("wall_group", WallGroup.objects.create(wall=wall, name=say, place=1, made_by=self.author))
        card = self._keep("wall_card", building.contribution(self.space, self.author, say, gathering=gathering))
        WallCard.objects.create(wall=wall, contribution=card, group=group, moved_by=self.author)

    def _noticed(self, say):
        run = SuggestionRun.objects.create(space=self.space, kind="new", asked_by=self.author, method="x")
        made = self._keep("suggestion", Suggestion.objects.create(
            run=run, space=self.space, kind="new", name=say, score=0.5
        ))  # fmt: skip
        for _ in range(2):
            words = building.contribution(self.space, self.author, say)
            SuggestionWords.objects.create(suggestion=made, contribution=words)

    def _claims(self, say):
        claim = self._keep("statement", Statement.objects.create(space=self.space, words=say, drawn_by=self.author))
        StatementSource.objects.create(statement=claim, contribution=self.words)
        Response.objects.create(statement=claim, person=self.author, answer=1, reason=say)
        talk = WordingTalk.objects.create(statement=claim, person=self.author, why=say, words=say)
        self._keep("talk", talk)
        closed = {"closed_by": self.space.opened_by, "closed_at": clock.now(), "closing_words": say}
        asked = Round.objects.create(
            space=self.space, question=say, about=say, opened_by=self.author, not_before=closed["closed_at"], **closed
        )
        asked.claims.set([claim])
        self._keep("round", asked)
        hidden = {"hidden_at": clock.now(), "hidden_why": say}
        self._keep("hidden_statement", Statement.objects.create(
            space=self.space, words=say, drawn_by=self.author, **hidden
        ))  # fmt: skip

    def _asked_first(self, say):
        """A priority exercise while words are put together, with a seat at its first table."""
        author = self.author
        exercise = self._keep("exercise", Exercise.objects.create(
            space=self.space, title=say, asks=say, scope=say, looked_after_by=author, proposed_by=author, step="merging"
        ))  # fmt: skip
        gathered = self._keep("uncertainty", Uncertainty.objects.create(
            exercise=exercise, contribution=self.words, gathered_by=author
        ))  # fmt: skip
        question = self._keep("priority_question", Question.objects.create(
            exercise=exercise, number=1, words=say, drawn_by=author
        ))  # fmt: skip
        QuestionSource.objects.create(question=question, uncertainty=gathered, made_by=author)
        EvidenceCheck.objects.create(
            question=question, verdict="not_answered", words=say, checked_on=clock.today(), checked_by=author
        )
        self._keep("seat", Seat.objects.create(exercise=exercise, round=1, table=1, person=author))

    def _valued(self, say):
        give_tokens(actor=self.author, space=self.space, tokens={"rights": 9}, own=(say, 1), words=say, about="own")
        give_tokens(actor=self.author, space=self.space, tokens={"rights": 10}, words=say)
        own, rights = Value.objects.get(name=say), Value.objects.get(starting="rights")
        word_value(actor=self.author, space=self.space, key=own.pk.hex, name=say, explanation=say, why=say)
        self.named["value_key"] = own.pk.hex
        self._keep("tension", name_tension(
            actor=self.author, space=self.space, one=own.pk.hex, other=rights.pk.hex, words=say,
            contributions=[self.words],
        ))  # fmt: skip
        count_values(actor=None, space=self.space, season=season_now().code)

    def _cared_for(self, say):
        """What nobody but those who were told may find: in care even that it is there."""
        space, author, keeper = self.space, self.author, self.space.opened_by
        self._keep("house_rule", HouseRule.objects.create(space=space, words=say, why=say, proposed_by=author))
        self._keep("care_role", CareRole.objects.create(
            space=space, person=author, role="safeguarding", named_by=keeper
        ))  # fmt: skip
        self._keep("flag", Flag.objects.create(
            contribution=self.words, flagger=self.people["paused"], reason="other", words=say, to_person=keeper
        ))  # fmt: skip
        hidden = building.contribution(space, author, say, state=ContributionState.HIDDEN, state_why=say)
        held = self._keep("moderation", Moderation.objects.create(contribution=hidden, hidden_by=keeper, why=say))
        self._keep("appeal", Appeal.objects.create(moderation=held, hidden_by=keeper, made_by=author, words=say))
        CareNote.objects.create(space=space, version=1, words="Stop reading.", contacts="999", written_by=keeper)
        told = self._keep("concern", Concern.objects.create(
            space=space, written_by=author, words=say, to_person=keeper
        ))  # fmt: skip
        self._keep("broken_glass", BrokenGlass.objects.create(concern=told, asked_by=author, why=say))

    def _balloted(self, say):
        long_ago = clock.now() - timedelta(days=9)
        for name, papers in (("ballot", 0), ("closed_ballot", 1)):
            made = self._keep(name, Ballot.objects.create(
                space=self.space, title=say, words=say, rule="approval", secret=True, opened_by=self.author,
                opened_at=long_ago, stays_open_until=long_ago + timedelta(days=7),
            ))  # fmt: skip
            for number in (1, 2):
                BallotOption.objects.create(ballot=made, number=number, words=f"{say} {number}")
            for person in (self.author, self.helped, *(self.people[role] for role in INSIDE)):
                RegisterEntry.objects.create(ballot=made, person=person, voted=papers > 0 and person == self.author)
            Urn.objects.create(ballot=made, papers_in=papers, sealed="" if papers else seal(made.pk, Contents()))
        Paper.objects.create(ballot=made, code="AAAA-BBBB-CCCC", choice=[1, 0])
        Closing.objects.create(ballot=made, closed_by=self.author, counted=True)

    def _proposal(self, say, state):
        charter = self.space.charters.get()
        made = Proposal.objects.create(space=self.space, title=say, proposed_by=self.author, charter=charter)
        building.eligible(made, *({self.author, *self.people.values()} - {None}))
        version = ProposalVersion.objects.create(proposal=made, number=1, title=say, words=say, written_by=self.author)
        ProposalSource.objects.create(proposal=made, theme=self.theme)
        Position.objects.create(proposal=made, person=self.author, version=version, kind="object", reason=say)
        Proposal.objects.filter(pk=made.pk).update(state=state)
        return made, version

    def _decided(self, say):
        open_one = self._keep("proposal", self._proposal(say, "open")[0])
        self._spoken_to(open_one, say)
        made, version = self._proposal(say, "not_agreed")
        self.decision = Decision.objects.create(
            proposal=made, agreed=False, version=version, why=say, closed_by=self.author
        )
        self._keep("decided", made)
        ReopeningAsked.objects.create(decision=self.decision, person=self.author, reason=say)
        RungSaid.objects.create(
            decision=self.decision, person=self.author, ladder="tlap-2021", rung="co-design", words=say
        )

    def _spoken_to(self, proposal, say):
        author = self.author
        self._keep("voice", Voice.objects.create(proposal=proposal, person=author, kind="question", words=say))
        self._keep("amendment", Amendment.objects.create(proposal=proposal, suggested_by=author, words=say, why=say))
        self._keep("asked", AdviceAsked.objects.create(
            proposal=proposal, outside=say, because="knows", asked_by=author
        ))  # fmt: skip

    def _came_of_it(self, say):
        outcome = self._keep("outcome", Outcome.objects.create(
            space=self.space, title=say, words=say, kind="service", recorded_by=self.author
        ))  # fmt: skip
        OutcomeState.objects.create(outcome=outcome, number=1, state="partly", because=say, told_by=self.author)
        OutcomeSource.objects.create(outcome=outcome, contribution=self.words)
        theirs = building.contribution(self.space, self.helped, say)
        OutcomeSource.objects.create(outcome=outcome, contribution=theirs)
        Keeper.objects.create(outcome=outcome, person=self.author)
        self.named["helped"] = self.helped.pk
        Ending.objects.create(
            space=self.space, ends_as="ended", why=say, stays=say, said_by=self.author, not_before=clock.today()
        )
        before = Ending.objects.create(
            space=self.other, ends_as="ended", why="Done.", said_by=self.author, not_before=clock.today()
        )
        agreed = {"agreed": True, "answered_at": clock.now(), "answered_by": self.author}
        self._keep("succession", Succession.objects.create(
            ending=before, to_space=self.space, name=say, asked_by=self.author, **agreed
        ))  # fmt: skip
        self._keep("left_open", LeftOpen.objects.create(
            ending=before, kind="outcome", subject=uuid.uuid4(), title=say, handed_on=True, by=self.author
        ))  # fmt: skip
        self.named["left_kind"] = "commitment"
        self._keep("handing", Handing.objects.create(outcome=outcome, by=self.author, to=self.helped, words=say))
        self._keep("commitment", Commitment.objects.create(outcome=outcome, person=self.author, words=say))

    def address(self, route, **instead):
        kinds = ROUTES[route][1].split()
        return reverse(route, args=[instead.get(kind, self.named[kind]) for kind in kinds])

    def identifiers(self):
        """Every identifier of a row of the space, as it would stand in an address."""
        rows = [row for model in OF_A_SPACE() for row in model.objects.values_list("pk", flat=True)]
        return {str(pk) for pk in rows if isinstance(pk, uuid.UUID)} - {str(self.other.pk)}


def OF_A_SPACE():
    """Every model whose rows belong to spaces."""
    apart = {"history", "people", "ui", "coproduce_messages"}
    return [
        model for model in apps.get_models()
        if model.__module__.startswith("coproduce.") and model._meta.app_label not in apart
    ]  # fmt: skip


@pytest.fixture
def world(db):
    return World()


FILLED_IN = {
    "words": "Changed by an outsider.", "why": "Because.", "name": "Changed", "title": "Changed", "reason": "Because.",
    "kind": "consent", "answer": "1", "attribution": "chosen", "question": "Changed?", "state": "done",
    "because": "Because.", "agreed": "on", "origin": "emerged", "verb": "supports", "minimum_reading_days": "0",
    "objections_that_may_stand": "9", "days": "7", "called": "Changed", "rows": "0", "channel": "post",
    "starts_at_0": "2030-01-01", "starts_at_1": "10:00", "starts_at": "2030-01-01T10:00", "expected": "yes",
}  # fmt: skip


def ask(client, method, address):
    """The answer to one request, and whether it wrote anything. What it wrote is undone."""
    body = {**FILLED_IN, "key": str(uuid.uuid4())} if method == "POST" else None
    before = written()
    with transaction.atomic():
        response = client.generic(method, address) if method in ODD else getattr(client, method.lower())(address, body)
        text = b"".join(response.streaming_content) if response.streaming else response.content
        after = written()
        transaction.set_rollback(True)
    return response, readable(text) + str(dict(response.headers)), before != after


def written():
    return Event.objects.count(), Submission.objects.count(), WaitingWords.objects.count()


def fits(response, wanted):
    if wanted == SIGN_IN:
        return response.status_code == 302 and response["Location"].startswith(reverse("people:sign_in"))
    return response.status_code in (wanted if isinstance(wanted, tuple) else (wanted,))


def routes():
    """Every named route that is served, with the names of what its address holds."""

    def walk(patterns, namespace="", held=frozenset()):
        for one in patterns:
            if isinstance(one, URLResolver):
                inner = namespace + (f"{one.namespace}:" if one.namespace else "")
                yield from walk(one.url_patterns, inner, held | set(one.pattern.converters))
            else:
                yield f"{namespace}{one.name}", held | set(one.pattern.converters)

    return dict(walk(get_resolver().url_patterns))


def test_every_route_has_a_row_and_every_row_a_route():
    served = routes()
    assert {name for name in served if name not in ROUTES} == set(), "say in ROUTES who may do what at these"
    assert {name for name in ROUTES if name not in served} == set(), "these are not served any more"
    for name, held in served.items():
        assert len(held) == len(ROUTES[name][1].split()), name
    assert {rule for rule, _kinds in ROUTES.values()} == set(RULES), "a rule is missing, or nobody uses it"


def in_a_space():
    return [name for name, (_rule, kinds) in ROUTES.items() if kinds.startswith("slug")]


@pytest.mark.parametrize("role", ROLES)
def test_each_role_is_answered_as_the_table_says(world, signed_in, role):
    person, wrong = world.people[role], []
    for name, (rule_name, _kinds) in ROUTES.items():
        for method, answers in zip(("GET", "POST"), RULES[rule_name], strict=True):
            if answers is None:
                continue
            response, _text, _wrote = ask(signed_in(person), method, world.address(name))
            if not fits(response, answers[role]):
                wrong.append((method, name, response.status_code, response.headers.get("Location"), answers[role]))
    assert wrong == []


@pytest.mark.parametrize("role", ["stranger", *OUTSIDE])
def test_nobody_outside_reads_or_changes_anything(world, signed_in, role):
    person, leaks, asked = world.people[role], [], 0
    known = world.identifiers()
    for name in in_a_space():
        for method in ("GET", "POST"):
            address = world.address(name)
            response, text, wrote = ask(signed_in(person), method, address)
            found = {pk for pk in re.findall(IDENTIFIER, text) if pk in known and pk not in address}
            asked += 1
            if MARK in text or found or wrote or response.status_code >= 500:
                leaks.append((method, name, response.status_code, wrote, found))
    assert asked > 140
    assert leaks == []


@pytest.mark.parametrize("also_here", [False, True])
def test_nothing_of_one_space_is_found_through_another(world, signed_in, also_here):
    """Someone who looks after another space asks there for what is in this one; even as a member of both."""
    person = world.other.opened_by
    if also_here:
        building.join(world.space, person, facilitator=True)
    wrong, asked = [], 0
    for name in in_a_space():
        kinds = ROUTES[name][1].split()
        if len(kinds) < 2 or {"number_of_the_account", "season", "kind_of_file", "number_of_a_group"} & set(kinds):
            continue
        for method, answers in zip(("GET", "POST"), RULES[ROUTES[name][0]], strict=True):
            response, text, wrote = ask(signed_in(person), method, world.address(name, slug=world.other.slug))
            asked += 1
            if response.status_code != (405 if answers is NEVER else 404) or MARK in text or wrote:
                wrong.append((method, name, response.status_code, wrote))
    assert asked > 60
    assert wrong == []


@pytest.mark.parametrize(
    ("name", "begun_with", "fields"),
    [
        ("decisions:propose", ("from", "theme"), ("themes", "contributions")),
        ("deliberation:draw_statement", ("from",), ("contributions",)),
        ("outcomes:tell", ("from", "theme", "decision"), ("themes", "contributions", "decisions")),
        ("themes:name_theme", ("tick",), ("tick",)),
        ("contributions:write_down", (), ("person",)),
        ("deliberation:say", ("for",), ()),
        ("reports:weave", ("theme",), ()),
    ],
)
def test_what_is_chosen_on_a_sheet_must_be_of_the_same_space(world, signed_in, name, begun_with, fields):
    """Every identifier of this space in every field of a sheet of another changes nothing and shows nothing."""
    person, address = world.other.opened_by, reverse(name, args=[world.other.slug])
    every = sorted(world.identifiers() | {str(one.pk) for one in world.people.values() if one})
    building.contribution(world.other, person, "Own.")
    Theme.objects.create(space=world.other, name="Own", proposed_by=person)
    for field in begun_with:
        for chosen in (every, str(world.named["theme"])):
            assert MARK not in signed_in(person).get(address, {field: chosen}).content.decode(), field
    for field in fields:
        body = {**FILLED_IN, "kind": "service", "key": str(uuid.uuid4()), field: every}
        before = written()
        sent = signed_in(person).post(address, body)
        assert sent.status_code == 422, field
        assert MARK not in sent.content.decode(), field
        assert written() == before, field


def test_no_other_method_does_anything(world, signed_in):
    """Asked by the one who may do most."""
    person, wrong = world.people["facilitator"], []
    for name in in_a_space():
        for method in ODD:
            response, _text, wrote = ask(signed_in(person), method, world.address(name))
            if response.status_code != 405 or wrote:
                wrong.append((method, name, response.status_code, wrote))
    assert wrong == []


PUBLIC = {"read": 200, "front": 200, "sheet of readers": 200, "read or led on": (200, 302)}


@pytest.mark.parametrize("role", ["stranger", *OUTSIDE])
def test_in_a_public_space_visitors_read_what_was_agreed_to_and_no_more(world, signed_in, role):
    world.space.privacy = "public"
    world.space.save()
    held = Agreement.objects.filter(space=world.space)
    held.update(given=False)
    wrong = []
    for name in in_a_space():
        rule_name = ROUTES[name][0]
        wanted = RULES[rule_name][0][role]
        if rule_name in PUBLIC:
            # Words that nobody agreed to let be quoted are not there for visitors.
            wanted = 404 if ROUTES[name][1].endswith(("contribution", "attachment")) else PUBLIC[rule_name]
        response, text, _wrote = ask(signed_in(world.people[role]), "GET", world.address(name))
        if not fits(response, wanted) or f"{MARK} Author" in text:
            wrong.append((name, response.status_code, wanted, f"{MARK} Author" in text))
    assert wrong == []


@pytest.mark.parametrize("role", ["stranger", *OUTSIDE])
def test_of_a_listed_space_only_the_question_is_found(world, signed_in, role):
    world.space.privacy = "listed"
    world.space.save()
    for name in in_a_space():
        rule_name = ROUTES[name][0]
        wanted = 200 if rule_name == "front" else RULES[rule_name][0][role]
        response, text, _wrote = ask(signed_in(world.people[role]), "GET", world.address(name))
        assert fits(response, wanted), (name, response.status_code, wanted)
        assert f"{MARK} Author" not in text
        if rule_name != "front":
            assert MARK not in text, name


def test_addresses_of_another_shape_are_answered_like_what_is_not_there(world, signed_in):
    """Identifiers that cannot be, and slugs in other letters: never an error of ours."""
    odd = ["x" * 300, "ours%00", "OURS", "%D0%BEurs", "ours%0d%0aSet-Cookie:a=b", "..%2f..%2fours", "ours%20", "-1"]
    for client in (signed_in(None), signed_in(world.people["facilitator"])):
        for slug in odd:
            for tail in ("", "brought/", "data/copy.jsonl", "brought/not-a-uuid/", f"brought/{uuid.uuid4()}/"):
                assert client.get(f"/s/{slug}/{tail}").status_code in (302, 404), (slug, tail)
        for code in ("%00", "K7QM%00", "x" * 3000, "%F0%9F%98%80", "..%2f..", "%EF%BC%AB7QM-3XTR", "-", "%20"):
            for address in ("/join/{}/", "/join/{}/bring/", "/join/{}/you/", "/kept/{}/", "/sign-in/link/{}/"):
                assert client.get(address.format(code)).status_code in (302, 404, 410), (address, code)
        for tail in ("brought/00000000-0000-0000-0000-00000000000g/", f"brought/{uuid.UUID(int=0)}/", "themes/1/"):
            assert client.get(f"/s/ours/{tail}").status_code == 404, tail


@pytest.mark.parametrize("typed", ["-1", "9" * 5000, "²", "\0"])
def test_whatever_stands_after_the_question_mark_is_no_error_of_ours(world, signed_in, typed):
    client, asked = signed_in(world.people["facilitator"]), 0
    for name in in_a_space():
        if RULES[ROUTES[name][0]][0] is NEVER:
            continue
        named = [
            "page",
            "from",
            "before",
            "go",
            "version",
            "way",
            "kind",
            "order",
            "theme",
            "tick",
            "for",
            "decision",
            "verb",
            "words",
            "next",
            "hidden",
        ]
        response = client.get(world.address(name), dict.fromkeys(named, typed))
        asked += 1
        assert response.status_code in (200, 302, 403, 404), (name, response.status_code)
    assert asked > 60


@pytest.mark.parametrize("typed", ["9" * 5000, "\0", "9" * 200_000])
def test_whatever_a_sheet_is_filled_in_with_is_no_error_of_ours(world, signed_in, typed):
    client, asked = signed_in(world.people["facilitator"]), 0
    for name in in_a_space():
        _response, sheet, _wrote = ask(client, "GET", world.address(name))
        fields = set(re.findall(r'name="([a-z_0-9]+)"', sheet))
        for more in ({}, {"another": ""}, {"look": ""}, {"go": typed}):
            body = {**dict.fromkeys(fields | {"rows", "tick", "person"}, typed), "key": str(uuid.uuid4()), **more}
            with transaction.atomic():
                response = client.post(world.address(name), body)
                transaction.set_rollback(True)
            asked += 1
            assert response.status_code < 500, (name, more, response.status_code)
    assert asked > 240
