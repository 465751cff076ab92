"""The same answers as Polis' own mathematics, where it published them."""

import numpy as np
import pytest

from coproduce_methods.opinion_map import Parameters, opinion_map
from coproduce_methods.opinion_projection import Responses
from coproduce_methods.opinion_statements import (
    group_informed_consensus,
    representative_statements,
    votes_by_group,
)
from tests.methods.real_data import POLIS_MATH, PolisMath

pytestmark = [pytest.mark.data, pytest.mark.parametrize("name", POLIS_MATH)]

QUICK = Parameters(n_resamples=0, n_null=0)


def mapped(conversation, **settings):
    return opinion_map(
        conversation.person,
        conversation.statement,
        conversation.response,
        n_people=len(conversation.people),
        n_statements=len(conversation.statements),
        moderated_out=conversation.moderated_out,
        parameters=QUICK,
        **settings,
    )


def votes_in_polis_groups(conversation):
    out = np.zeros(len(conversation.statements), dtype=bool)
    out[conversation.moderated_out] = True
    responses = Responses(
        conversation.person,
        conversation.statement,
        conversation.response.astype(float),
        len(conversation.people),
        len(conversation.statements),
        out,
    )
    groups = np.array(conversation.groups())
    return votes_by_group(groups, responses, len(conversation.math["group-clusters"])), np.flatnonzero(~out)


def test_principal_components_point_the_same_way(name):
    conversation = PolisMath(name)
    ours = mapped(conversation).components
    for component, theirs in zip(ours, np.array(conversation.math["pca"]["comps"]), strict=True):
        cosine = abs(component @ theirs) / np.linalg.norm(component) / np.linalg.norm(theirs)
        assert cosine >= 0.9999


def test_people_stand_where_polis_put_them(name):
    conversation = PolisMath(name)
    result = mapped(conversation)
    at = {conversation.people[p]: xy for p, xy in zip(result.people, result.coordinates, strict=True)}
    base = conversation.math["base-clusters"]
    alone = [i for i, members in enumerate(base["members"]) if len(members) == 1]
    ours = np.array([at[base["members"][i][0]] for i in alone])
    theirs = np.array([(base["x"][i], base["y"][i]) for i in alone])
    assert len(alone) > 20
    for axis in (0, 1):
        assert np.abs(np.abs(ours[:, axis]) - np.abs(theirs[:, axis])).max() < 1e-9
        assert abs(np.corrcoef(ours[:, axis], theirs[:, axis])[0, 1]) > 1 - 1e-12


def test_votes_counted_by_group_are_equal(name):
    conversation = PolisMath(name)
    votes, _ = votes_in_polis_groups(conversation)
    for g, group in enumerate(conversation.math["group-clusters"]):
        theirs = conversation.math["group-votes"][str(group["id"])]["votes"]
        for j, statement in enumerate(conversation.statements):
            assert votes[g, j].tolist() == [theirs[str(statement)][key] for key in "ADS"]


def test_representative_statements_and_their_directions_are_equal(name):
    conversation = PolisMath(name)
    votes, allowed = votes_in_polis_groups(conversation)
    ours = representative_statements(votes, allowed)
    for group, found in zip(conversation.math["group-clusters"], ours, strict=True):
        theirs = conversation.math["repness"][str(group["id"])]
        assert [(conversation.statements[r.statement], r.direction) for r in found] == [
            (row["tid"], row["repful-for"]) for row in theirs
        ]
        for mine, row in zip(found, theirs, strict=True):
            assert (mine.n_success, mine.n_trials) == (row["n-success"], row["n-trials"])
            assert mine.p_success == pytest.approx(row["p-success"], rel=1e-12)
            assert mine.p_test == pytest.approx(row["p-test"], rel=1e-12)
            assert mine.repness == pytest.approx(row["repness"], rel=1e-12)
            # Polis keeps this one with 24 bits only.
            assert mine.repness_test == pytest.approx(row["repness-test"], rel=1e-6)


def test_group_informed_consensus_is_equal(name):
    conversation = PolisMath(name)
    votes, _ = votes_in_polis_groups(conversation)
    ours = group_informed_consensus(votes)
    theirs = [conversation.math["group-aware-consensus"][str(s)] for s in conversation.statements]
    assert np.abs(ours - np.array(theirs)).max() < 1e-12
