"""What came from what as linked data: expanded by a JSON-LD library with the context of the submission, offline."""

import json
import re

import pytest
from prov.serializers.provjsonld import JSONLD_CONTEXT_URL, load_vendored_context
from pyld import jsonld

from coproduce.consent.models import Use
from coproduce.exchange.provenance import TERMS, THING
from tests.exchange.test_provenance import agree, written
from tests.traces.test_across import Two
from tests.traces.test_walking import Story

pytestmark = pytest.mark.django_db
PROV = "http://www.w3.org/ns/prov#"
RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
ABSOLUTE = re.compile(r"^[a-z][a-z0-9+.-]*:\S+$")
KEYWORDS = {"@id", "@type", "@value", "@language", "@reverse"}


def only_the_context(url, _options):
    """Nothing is fetched: whatever the file points to but its context is an error."""
    assert url == JSONLD_CONTEXT_URL
    context = {"@context": load_vendored_context()}
    return {"contentType": "application/ld+json", "contextUrl": None, "documentUrl": url, "document": context}


@pytest.fixture
def story(build):
    made = Story(build)
    agree(made.space, made.bo, Use.ATTRIBUTED_QUOTE)
    return made


def file_of(space):
    return json.loads(written(space, "provld"))


def expanded(space):
    return jsonld.expand(file_of(space), {"documentLoader": only_the_context})


def terms_in(node):
    """Every property, type and identifier of an expanded document."""
    if isinstance(node, list):
        return {term for each in node for term in terms_in(each)}
    if not isinstance(node, dict):
        return set()
    found = {key for key in node if key not in KEYWORDS} | set(node.get("@type", []) if "@value" not in node else [])
    found |= {node["@id"]} if "@id" in node else set()
    return found | {term for value in node.values() for term in terms_in(value)}


def test_every_term_of_the_file_means_something_and_nothing_is_lost(story):
    """JSON-LD leaves out in silence what its context does not know: as many nodes, and each of them with properties."""
    found = expanded(story.space)
    assert len(found) == len(file_of(story.space)["@graph"])
    for node in found:
        assert node["@type"], node
        assert set(node) - {"@id", "@type"} or node["@type"] == [f"{PROV}Person"], node
    wrong = {term for term in terms_in(found) if not (ABSOLUTE.match(term) or term.startswith("_:"))}
    assert not wrong
    kinds = {kind for node in found for kind in node["@type"]}
    kinds |= {kind["@id"] for node in found for kind in node.get(RDF_TYPE, [])}
    assert {f"{PROV}{kind}" for kind in ("Entity", "Agent", "Activity", "Derivation", "Generation")} <= kinds
    assert {f"{TERMS}{kind}" for kind in ("words", "theme", "outcome", "decision")} <= kinds


def test_what_it_says_of_words_and_people_is_what_was_meant(story):
    by_id = {node["@id"]: node for node in expanded(story.space) if "@id" in node}
    said = by_id[f"{THING}{story.answer.pk}"]
    assert said[f"{TERMS}ways"] == [{"@value": "C"}]
    assert "He sits down halfway" in json.dumps(said)
    assert "A rail" in json.dumps(by_id[f"{THING}{story.outcome.pk}"])


def test_as_statements_it_leads_from_the_outcome_to_the_decision(story):
    """In RDF, as any store of linked data reads it: one qualified derivation joins the outcome to the decision."""
    options = {"documentLoader": only_the_context}
    said = [
        tuple(one[part]["value"] for part in ("subject", "predicate", "object"))
        for one in jsonld.to_rdf(file_of(story.space), options)["@default"]
    ]
    derived = {
        to for of, what, to in said if (of, what) == (f"{THING}{story.outcome.pk}", f"{PROV}qualifiedDerivation")
    }
    from_decision = (f"{PROV}entity", f"{THING}{story.decision.pk}")
    assert [of for of, *rest in said if tuple(rest) == from_decision and of in derived] == list(derived)


def test_of_another_space_it_expands_to_what_anyone_may_read(build):
    two = Two(build)
    two.hold()
    text = json.dumps(expanded(two.ours))
    assert f"{TERMS}another-space" in text
    assert two.theirs.name not in text
    assert str(two.theirs.pk) not in text
