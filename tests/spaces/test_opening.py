"""Opening a space, asking its question differently, and its charter."""

import uuid

import pytest
from django.core.exceptions import ValidationError

from coproduce.errors import NotAllowed, NotHere
from coproduce.history.models import Event, EventDetail
from coproduce.spaces.actions import open_space, reframe_question, write_charter
from coproduce.spaces.actions.opening import OnlyFacilitatorsOpen
from coproduce.spaces.models import Charter, Framing, JoinLink, Membership, Space

pytestmark = pytest.mark.django_db

HOSTILE = "<script>alert(1)</script>{{ 7|add:7 }}{% now %}\u202e evil"


def filled(**changed):
    return {
        "key": str(uuid.uuid4()),
        "question": "What would make the nights easier?",
        "name": "Nights on Ward 7",
        "for_whom": "Anyone who is awake there.",
        "practices": ["co_research", "co_design"],
        "privacy": "listed",
        "minimum_reading_days": "10",
        "objections_that_may_stand": "1",
        "need_L": "3",
        "need_C": "",
        "need_P": "1",
        "need_R": "0",
        "need_O": "0",
        "need_M": "0",
        "ground_rules": "We wait.\nWe are kind.",
        "how_we_decide": "Slowly.",
        **changed,
    }


def test_someone_opens_a_space_and_is_its_first_member(build, signed_in):
    someone = build.person("Donna")
    client = signed_in(someone)
    assert client.get("/spaces/open/").status_code == 200
    answer = client.post("/spaces/open/", filled())
    assert answer["Location"] == "/s/nights-on-ward-7/"
    space = Space.objects.get()
    assert (space.practices, space.privacy, space.opened_by) == ("co_design co_research", "listed", someone)
    assert Framing.objects.get(space=space).words == "What would make the nights easier?"
    charter = Charter.objects.get(space=space)
    assert (charter.version, charter.minimum_reading_days, charter.objections_that_may_stand) == (1, 10, 1)
    assert dict(charter.needs.values_list("way", "people")) == {"L": 3, "P": 1}
    membership = Membership.objects.get(space=space)
    assert (membership.person, membership.is_facilitator) == (someone, True)
    assert JoinLink.objects.get(space=space).is_open
    event = Event.objects.get(stream=space.pk)
    assert (event.kind, event.subject, event.actor) == ("space opened", space.pk, someone.pk)
    page = client.get(answer["Location"]).content.decode()
    assert "What would make the nights easier?" in page
    assert "this space has just begun" in page


def test_pressing_twice_opens_one_space(build, signed_in):
    client = signed_in(build.person())
    form = filled()
    first, second = client.post("/spaces/open/", form), client.post("/spaces/open/", form)
    assert first["Location"] == second["Location"]
    assert Space.objects.count() == 1
    assert client.post("/spaces/open/", {**form, "name": "Another"}).status_code == 409
    assert Space.objects.count() == 1


def test_two_spaces_of_one_name_get_two_addresses(build):
    someone = build.person()
    slugs = [open_space(actor=someone, question="Q?", name="Ward 7").slug for _i in range(3)]
    assert slugs == ["ward-7", "ward-7-2", "ward-7-3"]
    assert open_space(actor=someone, question="Q?", name="病棟").slug == "space"
    with pytest.raises(ValidationError):
        open_space(actor=someone, question="Q?", name="Mine", slug="ward-7")


def test_a_question_is_all_that_must_be_said(build, signed_in):
    client = signed_in(build.person())
    answer = client.post("/spaces/open/", filled(question="", name="Kept name"))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Kept name" in page
    assert 'href="#id_question"' in page
    assert not Space.objects.exists()


def test_an_installation_may_keep_opening_to_facilitators(build, signed_in, settings):
    settings.WHO_OPENS = "facilitators"
    member, facilitator = build.person(), build.person(is_facilitator=True)
    with pytest.raises(OnlyFacilitatorsOpen):
        open_space(actor=member, question="Q?", name="N")
    assert signed_in(member).get("/spaces/open/").status_code == 403
    assert "/spaces/open/" not in signed_in(member).get("/spaces/").content.decode()
    assert signed_in(facilitator).get("/spaces/open/").status_code == 200
    assert open_space(actor=facilitator, question="Q?", name="N").pk


def test_strangers_are_asked_to_sign_in_and_keep_their_words(client):
    answer = client.post("/spaces/open/", filled())
    assert answer["Location"] == "/sign-in/?next=%2Fspaces%2Fopen%2F"
    assert "What would make the nights easier?" in client.session["kept_words"]["words"].replace("+", " ").replace(
        "%3F", "?"
    )


def test_hostile_words_are_only_words(build, signed_in):
    someone = build.person()
    client = signed_in(someone)
    client.post("/spaces/open/", filled(question=HOSTILE, name=HOSTILE[:80], for_whom=HOSTILE, ground_rules=HOSTILE))
    space = Space.objects.get()
    reframe_question(actor=someone, space=space, words=HOSTILE, why=HOSTILE)
    for path in ("", "framings/", "charter/", "members/", "my-place/", "ways-in/"):
        page = client.get(f"/s/{space.slug}/{path}").content.decode()
        assert "<script>alert" not in page
    page = client.get(f"/s/{space.slug}/framings/").content.decode()
    assert page.count("&lt;script&gt;alert(1)&lt;/script&gt;{{ 7|add:7 }}{% now %}") >= 3


# ── the question ─────────────────────────────────────────────────────────────────────────────────


def test_any_member_asks_it_differently_and_the_earlier_words_stay(build, signed_in):
    space = build.space(question="How do we cut readmissions?")
    noreen = build.member(space, "Noreen")
    client = signed_in(noreen)
    assert "How do we cut readmissions?" in client.get(f"/s/{space.slug}/reframe/").content.decode()
    form = {"key": str(uuid.uuid4()), "words": "What keeps people well at home?", "why": "Nobody is a readmission."}
    answer = client.post(f"/s/{space.slug}/reframe/", form)
    client.post(f"/s/{space.slug}/reframe/", form)
    assert answer["Location"] == f"/s/{space.slug}/framings/"
    assert list(Framing.objects.filter(space=space).values_list("number", flat=True)) == [1, 2]
    page = client.get(answer["Location"]).content.decode()
    assert page.index("What keeps people well at home?") < page.index("How do we cut readmissions?")
    assert "Nobody is a readmission." in page
    assert "Asked this way by Noreen" in page
    event = Event.objects.get(kind="question reframed")
    assert EventDetail.objects.get(event=event).payload["sources"] == []


def test_the_action_keeps_where_the_words_came_from(build):
    space = build.space()
    framing = reframe_question(actor=space.opened_by, space=space, words="Why?", why="", sources_detail=["0190"])
    assert framing.number == 2
    assert EventDetail.objects.get(event__kind="question reframed").payload["sources"] == ["0190"]


def test_nobody_from_outside_changes_the_question(build, signed_in):
    space, other = build.space(), build.space()
    stranger = build.member(other)
    with pytest.raises(NotHere):
        reframe_question(actor=stranger, space=space, words="x", why="y")
    assert signed_in(stranger).get(f"/s/{space.slug}/reframe/").status_code == 404
    assert signed_in(stranger).get(f"/s/{space.slug}/framings/").status_code == 404


# ── the charter ──────────────────────────────────────────────────────────────────────────────────

RULES = {
    "why": "Ten days was too short by post.",
    "ground_rules": "We wait.",
    "how_we_decide": "Slowly.",
    "minimum_reading_days": 21,
    "objections_that_may_stand": 0,
    "needs": {"L": 4, "P": 0},
}


def test_a_facilitator_writes_the_next_charter_and_says_why(build, signed_in):
    space = build.space(needs=[("L", 2)])
    client = signed_in(space.opened_by)
    page = client.get(f"/s/{space.slug}/charter/change/").content.decode()
    assert 'name="need_L" value="2"' in page
    rights = {
        "allowed": ["advice"],
        "for_advice": "What costs less than £50.",
        "matter_0": "The tea money",
        "people_0": [space.opened_by.pk],
        "days_here_to_decide": "0",
        "days_when_asked": "10",
        "positions_one_may_carry": "1",
        "members_to_reopen": "2",
        "amendments": "any_time",
    }
    form = filled(why="Ten days was too short by post.", minimum_reading_days="21", need_L="4", **rights)
    answer = client.post(f"/s/{space.slug}/charter/change/", form)
    assert answer["Location"] == f"/s/{space.slug}/charter/"
    charter = Charter.objects.filter(space=space).last()
    assert (charter.version, charter.minimum_reading_days) == (2, 21)
    page = client.get(answer["Location"]).content.decode()
    assert "at least 21 days to read" in page
    assert "What costs less than £50." in page
    assert f"<bdi>The tea money</bdi>: <bdi>{space.opened_by.chosen_name}</bdi>" in page
    assert "we wait 10 days" in page
    assert "when 2 members ask" in page
    assert "from then on nobody writes it alone" in page
    assert "Ten days was too short by post." in page
    assert "Version 1, from" in page


def test_others_may_not_write_the_charter(build, signed_in):
    space = build.space()
    member = build.member(space)
    with pytest.raises(NotAllowed):
        write_charter(actor=member, space=space, **RULES)
    with pytest.raises(NotHere):
        write_charter(actor=build.person(), space=space, **RULES)
    assert signed_in(member).get(f"/s/{space.slug}/charter/change/").status_code == 403
    assert Charter.objects.filter(space=space).count() == 1


def test_visitors_read_the_charter_of_a_public_space_without_names(build, client):
    space = build.space(privacy="public", opened_by=build.person("Ottoline"))
    page = client.get(f"/s/{space.slug}/charter/")
    assert page.status_code == 200
    assert "Ottoline" not in page.content.decode()
    assert "Ottoline" not in client.get(f"/s/{space.slug}/framings/").content.decode()
    assert client.get(f"/s/{build.space(privacy='listed').slug}/charter/").status_code == 404
