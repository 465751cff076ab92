"""Ways to cheat in a ballot, each as one request (or one statement), and what must be answered.

``Ground`` makes the ballots and people; ``ATTEMPTS`` names the ways; ``attempt`` tries one and says what came back.
Used by ``test_attempts.py`` and, ten thousand times over and from several processes at once, by ``bench/ballots.py``.
"""

import json
import random
import re
from dataclasses import dataclass, field
from datetime import timedelta
from html import unescape
from uuid import UUID

from django.conf import settings
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from coproduce import clock
from coproduce.ballots import actions
from coproduce.ballots.models import Ballot, Cast, Closing, Paper, RegisterEntry, Urn
from coproduce.ballots.urn import new_code, unseal
from coproduce.people.models import Account, Person
from tests import building

OPTIONS = ["Mornings", "Evenings", "By phone"]


@dataclass
class Ground:
    """Identifiers of what the attempts are made at; plain values, so that other processes get them."""

    slug: str = ""
    foreign_slug: str = ""
    secret: str = ""
    named: str = ""
    closed: str = ""
    foreign: str = ""
    voted: list[str] = field(default_factory=list)
    abstaining: list[str] = field(default_factory=list)
    late: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)
    assisted: list[str] = field(default_factory=list)
    helper: str = ""
    other_helper: str = ""
    sent: list[tuple[str, dict[str, object]]] = field(default_factory=list)
    used_slip: str = ""
    slip: str = ""


def lay(voters=12, abstaining=8):
    """People, an open secret ballot and one by name with some votes in them, a closed one, and another space's."""
    space = building.space(threshold=5, privacy="members")
    other = building.space(threshold=5)
    helper = building.member(space, "Helper", facilitator=True)
    other_helper = building.member(space, "Other helper", facilitator=True)
    voted = [building.member(space) for _ in range(voters)]
    quiet = [building.member(space) for _ in range(abstaining)]
    assisted = [building.member(space, account=False) for _ in range(3)]
    outside = [building.member(other) for _ in range(6)]
    register = [*voted, *quiet, *assisted]
    ground = Ground(slug=space.slug, foreign_slug=other.slug, helper=key(helper), other_helper=key(other_helper))
    open_one = {"actor": helper, "space": space, "title": "When?", "options": OPTIONS, "minimum_days": 7}
    secret = actions.open_ballot(**open_one, rule="approval", secret=True, people=register)
    named = actions.open_ballot(**open_one, rule="score", secret=False, people=register)
    with clock.told(clock.now() - timedelta(days=30)):
        closed = actions.open_ballot(**open_one, rule="approval", secret=True, people=register)
        for person in voted:
            cast(closed, person)
    actions.close_ballot(actor=helper, ballot=closed)
    foreign = actions.open_ballot(
        **{**open_one, "actor": outside[0], "space": other}, rule="approval", secret=True, people=outside
    )
    for person in voted:
        ground.sent.append((key(person), cast(secret, person)))
        actions.vote_by_name(actor=person, ballot=named, choice=(5, 3, None))
    _paper_votes(ground, secret, helper, other_helper, assisted[0])
    ground.secret, ground.named, ground.closed, ground.foreign = map(key, (secret, named, closed, foreign))
    ground.voted, ground.abstaining, ground.outside = (list(map(key, each)) for each in (voted, quiet, outside))
    ground.assisted = [key(each) for each in assisted]
    ground.late = [key(building.member(space)) for _ in range(6)]
    return ground


def _paper_votes(ground, ballot, helper, other_helper, person):
    ground.used_slip, ground.slip = actions.print_slips(actor=helper, ballot=ballot, how_many=2)
    actions.note_envelope(actor=helper, ballot=ballot, person=person)
    actions.enter_paper(actor=other_helper, ballot=ballot, code=ground.used_slip, choice=(0, 1, 0))


def key(row):
    return str(row.pk)


def cast(ballot, person, choice=(1, 0, 1)):
    """A vote that counts; what its sheet would send."""
    code, ticket = actions.new_sheet(ballot, person)
    actions.vote_in_secret(actor=person, ballot=ballot, choice=choice, code=code, ticket=ticket)
    return sheet_of(code, ticket, [str(i + 1) for i, ticked in enumerate(choice) if ticked])


def sheet_of(code, ticket, ticks):
    return {"secret-code": code, "secret-ticket": ticket, "secret-ticks": ticks}


def sheet_for(ballot, person, chance, ticks=None):
    """A good sheet of this person for this ballot, with a fresh choice."""
    code, ticket = actions.new_sheet(Ballot(pk=UUID(ballot)), Person(pk=UUID(person)))
    return sheet_of(code, ticket, ticks or chance.sample(["1", "2", "3"], chance.randint(1, 3)))


def standing(ground):
    """Everything that counts, so that it can be compared before and after."""
    urn = Urn.objects.get(ballot=ground.secret)
    return {
        "papers": sorted(unseal(urn.ballot_id, urn.sealed).papers.items()),
        "counts": sorted(Urn.objects.values_list("ballot", "papers_in", "waiting")),
        "marks": sorted(RegisterEntry.objects.filter(voted=True).values_list("ballot", "person")),
        "register": RegisterEntry.objects.count(),
        "by_name": sorted((str(row["entry"]), json.dumps(row["choice"])) for row in Cast.objects.values()
                          .values("entry", "choice")),
        "closed": (Paper.objects.count(), Closing.objects.count()),
    }  # fmt: skip


# ── asking ───────────────────────────────────────────────────────────────────────────────────────

_clients: dict[str, Client] = {}


def client_of(person):
    """A browser in which this person is signed in; kept, as people keep theirs."""
    if person not in _clients:
        browser = Client(enforce_csrf_checks=True, raise_request_exception=False)
        if person:
            account = Account.objects.get(person__pk=person)
            browser.force_login(account, backend="coproduce.people.backends.PersonBackend")
        browser.get(reverse("help"))
        _clients[person] = browser
    return _clients[person]


def forget_browsers():
    _clients.clear()


def address(ground, ballot, page="vote", slug=None):
    return reverse(f"ballots:{page}", args=[slug or ground.slug, ballot])


def send(person, where, body, *, token=True):
    """(status, sentence) of one sending. With the token that this site's own pages carry, unless told otherwise."""
    browser = client_of(person)
    if token:
        body = {**body, "csrfmiddlewaretoken": _token(browser)}
    answer = browser.post(where, body, REMOTE_ADDR="127.0.0.1")
    return answer.status_code, said_by(answer)


def _token(browser):
    from django.middleware.csrf import _get_new_csrf_string

    name = settings.CSRF_COOKIE_NAME
    if name not in browser.cookies:
        browser.cookies[name] = _get_new_csrf_string()
    return browser.cookies[name].value


def said_by(answer):
    """The sentence with which a page refuses: its title, or what it found wrong in the sheet."""
    if answer.status_code == 302:
        return f"leads to {answer['Location'].split('?')[0]}"
    text = answer.content.decode()
    wrong = re.search(r'class="error"[^>]*><span[^>]*>[^<]*</span>([^<]+)', text)
    heading = re.search(r"<h1[^>]*>(.*?)</h1>", text, re.DOTALL)
    found = wrong or heading
    return unescape(re.sub(r"<[^>]+>", "", found[1])).strip() if found else text[:60]


# ── ways to cheat ────────────────────────────────────────────────────────────────────────────────


def late(ground, chance):
    person = chance.choice(ground.abstaining)
    return send(person, address(ground, ground.closed), sheet_for(ground.closed, person, chance))


def doubled(ground, chance):
    person = chance.choice(ground.voted)
    return send(person, address(ground, ground.secret), sheet_for(ground.secret, person, chance))


def doubled_by_name(ground, chance):
    body = {"key": str(clock.new_id()), "secret-1": "0", "secret-2": str(chance.randint(1, 5)), "secret-3": ""}
    return send(chance.choice(ground.voted), address(ground, ground.named), body)


def replayed(ground, chance):
    person, body = chance.choice(ground.sent)
    return send(person, address(ground, ground.secret), body)


def replayed_with_another_choice(ground, chance):
    person, body = chance.choice(ground.sent)
    return send(person, address(ground, ground.secret), {**body, "secret-ticks": [chance.choice("123")]})


def replayed_by_another(ground, chance):
    _person, body = chance.choice(ground.sent)
    return send(chance.choice(ground.abstaining), address(ground, ground.secret), body)


def somebody_elses_sheet(ground, chance):
    owner, thief = chance.sample(ground.abstaining, 2)
    return send(thief, address(ground, ground.secret), sheet_for(ground.secret, owner, chance))


def made_up_sheet(ground, chance):
    body = sheet_of(
        "".join(chance.choices("ABCDEFGHJKMNPQRSTUVWXYZ23456789", k=12)), f"{chance.getrandbits(256):064x}", ["1"]
    )
    return send(chance.choice(ground.abstaining), address(ground, ground.secret), body)


def receipt_as_sheet(ground, chance):
    """A code that this installation made, with a ticket that it did not."""
    body = sheet_of(new_code(UUID(ground.secret)), f"{chance.getrandbits(256):064x}", ["1"])
    return send(chance.choice(ground.abstaining), address(ground, ground.secret), body)


def sheet_of_another_ballot(ground, chance):
    person = chance.choice(ground.abstaining)
    return send(person, address(ground, ground.secret), sheet_for(ground.closed, person, chance))


def choice_that_is_none(ground, chance):
    person = chance.choice(ground.abstaining)
    ticks = [chance.choice(["0", "4", "-1", "1e0", "99999999999", "\u0661", "1,2", "<script>", "\U0001f5f3"])]
    return send(person, address(ground, ground.secret), sheet_for(ground.secret, person, chance, ticks))


def points_that_are_none(ground, chance):
    body = {
        "key": str(clock.new_id()),
        "secret-1": chance.choice(["6", "-1", "5.0", "\u0665", "50", "x"]),
        "secret-2": "1",
    }
    return send(chance.choice(ground.abstaining), address(ground, ground.named), body)


def not_on_the_register(ground, chance):
    person = chance.choice(ground.late)
    return send(person, address(ground, ground.secret), sheet_for(ground.secret, person, chance))


def not_on_the_register_by_name(ground, chance):
    body = {"key": str(clock.new_id()), "secret-1": str(chance.randint(0, 5)), "secret-2": "5", "secret-3": ""}
    return send(chance.choice(ground.late), address(ground, ground.named), body)


def from_another_space(ground, chance):
    person = chance.choice(ground.outside)
    return send(person, address(ground, ground.secret), sheet_for(ground.secret, person, chance))


def through_another_space(ground, chance):
    person = chance.choice(ground.outside)
    where = address(ground, ground.secret, slug=ground.foreign_slug)
    return send(person, where, sheet_for(ground.secret, person, chance))


def foreign_ballot(ground, chance):
    person = chance.choice(ground.abstaining)
    where = address(ground, ground.foreign, slug=chance.choice([ground.slug, ground.foreign_slug]))
    return send(person, where, sheet_for(ground.foreign, person, chance))


def not_signed_in(ground, chance):
    person = chance.choice(ground.abstaining)
    return send("", address(ground, ground.secret), sheet_for(ground.secret, person, chance))


def from_another_site(ground, chance):
    """A page elsewhere makes somebody's browser send a vote: it cannot know the token."""
    person = chance.choice(ground.abstaining)
    return send(person, address(ground, ground.secret), sheet_for(ground.secret, person, chance), token=False)


def in_anothers_name(ground, chance):
    person, other = chance.choice(ground.abstaining), chance.choice([*ground.abstaining, *ground.assisted])
    where = f"{address(ground, ground.secret)}?for={other}"
    return send(person, where, sheet_for(ground.secret, other, chance))


def helper_for_somebody_online(ground, chance):
    other = chance.choice(ground.abstaining)
    where = f"{address(ground, ground.secret)}?for={other}"
    return send(ground.helper, where, sheet_for(ground.secret, other, chance))


def paper_that_was_never_printed(ground, chance):
    body = {"secret-code": new_code(UUID(ground.secret)), "secret-ticks": [chance.choice("123")]}
    return send(ground.other_helper, address(ground, ground.secret, "enter"), body)


def paper_twice(ground, chance):
    body = {"secret-code": ground.used_slip, "secret-ticks": [chance.choice("123")]}
    return send(ground.other_helper, address(ground, ground.secret, "enter"), body)


def paper_without_an_envelope(ground, chance):
    body = {"secret-code": ground.slip, "secret-ticks": [chance.choice("123")]}
    return send(ground.other_helper, address(ground, ground.secret, "enter"), body)


def paper_by_who_knows_the_names(ground, chance):
    body = {"secret-code": ground.slip, "secret-ticks": [chance.choice("123")]}
    return send(ground.helper, address(ground, ground.secret, "enter"), body)


def paper_by_a_member(ground, chance):
    body = {"secret-code": ground.slip, "secret-ticks": [chance.choice("123")]}
    return send(chance.choice(ground.abstaining), address(ground, ground.secret, "enter"), body)


def envelope_of_one_who_voted(ground, chance):
    body = {"key": str(clock.new_id()), "who": chance.choice([ground.assisted[0], *ground.voted])}
    return send(ground.helper, address(ground, ground.secret, "envelope"), body)


def closing_early(ground, chance):
    body = {"key": str(clock.new_id())} | chance.choice([{}, {"why": "Enough."}])
    return send(ground.helper, address(ground, ground.secret, "close"), body)


def straight_into_the_database(ground, chance):
    """Past everything but the database: by whoever holds its password, say."""
    act = chance.choice(_STATEMENTS)
    try:
        with transaction.atomic():
            act(ground, chance)
    except DatabaseError as refusal:
        return 0, str(refusal).splitlines()[0]
    return 200, act.__name__


def _on_the_register(ground, chance):
    RegisterEntry.objects.create(ballot_id=ground.secret, person_id=chance.choice(ground.late))


def _off_the_register(ground, chance):
    RegisterEntry.objects.filter(ballot=ground.secret, person=chance.choice(ground.abstaining))._raw_delete("default")


def _voted_for_somebody(ground, chance):
    RegisterEntry.objects.filter(ballot=ground.secret, person=chance.choice(ground.voted)).update(
        person=chance.choice(ground.late)
    )


def _not_voted_after_all(ground, chance):
    RegisterEntry.objects.filter(ballot=ground.secret, person=chance.choice(ground.voted)).update(voted=False)


def _one_more_in_the_urn(ground, _chance):
    urn = Urn.objects.get(ballot=ground.secret)
    Urn.objects.filter(pk=urn.pk).update(papers_in=urn.papers_in + 1)


def _one_less_in_the_urn(ground, _chance):
    urn = Urn.objects.get(ballot=ground.secret)
    Urn.objects.filter(pk=urn.pk).update(papers_in=urn.papers_in - 1)


def _a_vote_by_name_without_a_mark(ground, chance):
    entry = RegisterEntry.objects.get(ballot=ground.named, person=chance.choice(ground.abstaining))
    Cast.objects.create(entry=entry, choice=[5, 0, 0])


def _another_choice_by_name(ground, _chance):
    Cast.objects.filter(entry__ballot=ground.named).update(choice=[0, 0, 5])


def _a_paper_after_the_count(ground, _chance):
    Paper.objects.create(ballot_id=ground.closed, code="AAAA-AAAA-AAAA", choice=[1, 0, 0])


def _another_choice_after_the_count(ground, _chance):
    Paper.objects.filter(ballot=ground.closed).update(choice=[0, 0, 1])


def _closed_before_its_time(ground, _chance):
    Closing.objects.create(
        ballot_id=ground.secret, closed_by_id=ground.helper, closed_at=clock.now(), counted=False, why="Now."
    )


def _other_words(ground, _chance):
    Ballot.objects.filter(pk=ground.secret).update(rule="score")


_STATEMENTS = [
    _on_the_register, _off_the_register, _voted_for_somebody, _not_voted_after_all, _one_more_in_the_urn,
    _one_less_in_the_urn, _a_vote_by_name_without_a_mark, _another_choice_by_name, _a_paper_after_the_count,
    _another_choice_after_the_count, _closed_before_its_time, _other_words,
]  # fmt: skip

ATTEMPTS = {
    "late: the ballot is closed": (late, {410}),
    "doubled: a fresh sheet of one who has voted": (doubled, {409}),
    "doubled, by name": (doubled_by_name, {409}),
    "replayed: the same sheet again": (replayed, {200}),
    "replayed with another choice": (replayed_with_another_choice, {200}),
    "replayed by another member": (replayed_by_another, {400}),
    "stolen: somebody else's sheet": (somebody_elses_sheet, {400}),
    "forged: a made up sheet": (made_up_sheet, {400}),
    "forged: a real code, a made up ticket": (receipt_as_sheet, {400}),
    "forged: a sheet of another ballot": (sheet_of_another_ballot, {400}),
    "forged: a choice that there is not": (choice_that_is_none, {422}),
    "forged: points that there are not": (points_that_are_none, {422}),
    "forged: sent by a page elsewhere": (from_another_site, {403}),
    "ineligible: came after the opening": (not_on_the_register, {403}),
    "ineligible: came later, by name": (not_on_the_register_by_name, {403}),
    "ineligible: nobody is signed in": (not_signed_in, {302}),
    "ineligible: in another's name": (in_anothers_name, {404}),
    "ineligible: a helper for one who is online": (helper_for_somebody_online, {404}),
    "foreign: from another space": (from_another_space, {404}),
    "foreign: through another space": (through_another_space, {404}),
    "foreign: another space's ballot": (foreign_ballot, {404}),
    "paper: never printed": (paper_that_was_never_printed, {400}),
    "paper: used before": (paper_twice, {409}),
    "paper: no envelope came": (paper_without_an_envelope, {409}),
    "paper: by who knows the names": (paper_by_who_knows_the_names, {403}),
    "paper: by a member": (paper_by_a_member, {403}),
    "paper: the envelope of one who voted": (envelope_of_one_who_voted, {422}),
    "closing before its time": (closing_early, {409}),
    "straight into the database": (straight_into_the_database, {0}),
}
"""What is tried -> (how, the statuses that are a refusal). Sent again, a sheet is answered with its receipt (200)."""


def attempt(name, ground, chance: random.Random):
    """(whether it was answered as it must be, status, sentence)."""
    act, wanted = ATTEMPTS[name]
    status, sentence = act(ground, chance)
    return status in wanted, status, sentence
