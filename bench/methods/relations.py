"""Relations beside igraph, networkx and rustworkx: first the same answers, measure by measure, then times.

    flock /tmp/heavy.lock .venv/bin/python bench/methods relations

10,000 people and 100,000 ties for betweenness; a million events in 52 windows for the measures that a page draws.
"""

import sys

import igraph
import networkx as nx
import numpy as np
import rustworkx as rx
from measuring import Row, alternating, options, told

from coproduce_methods.participation import gini
from coproduce_methods.relations_communities import communities
from coproduce_methods.relations_measures import assortativity, centralisation, density, e_i_index, reciprocity
from coproduce_methods.relations_network import Network, network
from coproduce_methods.relations_paths import betweenness
from coproduce_methods.relations_roles import brokerage, constraint
from coproduce_methods.relations_windows import windows

PEOPLE, TIES, EVENTS, WINDOWS = 10_000, 100_000, 1_000_000, 52
CLOSE = 1e-12


def random_network(people: int, ties: int, seed: int, *, directed: bool = True) -> Network:
    """So many different ties between people drawn at random."""
    rng = np.random.default_rng(seed)
    drawn = rng.integers(0, people, (3 * ties, 2))
    if not directed:
        drawn.sort(axis=1)
    drawn = np.unique(drawn[drawn[:, 0] != drawn[:, 1]], axis=0)
    return network(*rng.permutation(drawn)[:ties].T, people, directed=directed)


def grown_network(people: int, each: int, seed: int, *, directed: bool = False) -> Network:
    """Ties to those who have many already (Barabási and Albert), so that a few have hundreds."""
    graph = nx.barabasi_albert_graph(people, each, seed=seed)
    return network(*np.array(graph.edges()).T, people, directed=directed)


def pairs(net: Network) -> list[tuple[int, int]]:
    kept = slice(None) if net.directed else net.source < net.target
    return list(zip(net.source[kept].tolist(), net.target[kept].tolist(), strict=True))


def as_igraph(net: Network) -> igraph.Graph:
    return igraph.Graph(net.people, pairs(net), directed=net.directed)


def as_networkx(net: Network) -> nx.Graph:
    graph = nx.DiGraph() if net.directed else nx.Graph()
    graph.add_nodes_from(range(net.people))
    graph.add_edges_from(pairs(net))
    return graph


def furthest(ours, theirs) -> float:
    """The largest difference relative to theirs (to 1 where theirs is less)."""
    one, other = np.asarray(ours, float), np.asarray(theirs, float)
    if not np.array_equal(np.isnan(one), np.isnan(other)):
        return float("inf")
    return float(np.nanmax(np.abs(one - other) / np.maximum(np.abs(other), 1), initial=0))


# ── the same answers on many small networks ──────────────────────────────────────────────────────


def gould_fernandez(net: Network, groups: np.ndarray) -> dict[str, np.ndarray]:
    """Written out with sets: no package of the anchors has it."""
    after = {p: set(net.target[net.source == p].tolist()) for p in range(net.people)}
    before = {p: set(net.source[net.target == p].tolist()) for p in range(net.people)}
    names = ("coordinator", "itinerant", "gatekeeper", "representative", "liaison")
    found = {name: np.zeros(net.people, int) for name in names}
    for b in range(net.people):
        for a in before[b]:
            for c in after[b] - after[a] - {a}:
                x, y, z = groups[a], groups[b], groups[c]
                kind = 0 if x == y == z else 1 if x == z else 2 if y == z else 3 if x == y else 4
                found[names[kind]][b] += 1
    return found


def differences(net: Network, groups: np.ndarray) -> dict[str, float]:
    """How far each measure is from each anchor's."""
    graph, other = as_igraph(net), as_networkx(net)
    nx.set_node_attributes(other, {i: int(group) for i, group in enumerate(groups)}, "group")
    found = {
        "density, igraph": furthest(density(net), graph.density()),
        "assortativity, networkx": furthest(
            assortativity(net, groups).r, nx.attribute_assortativity_coefficient(other, "group")
        ),
        "constraint, igraph": furthest(constraint(net), graph.constraint()),
        "constraint, networkx": furthest(constraint(net), list(nx.constraint(other).values())),
        "betweenness, networkx": furthest(
            betweenness(net).values, list(nx.betweenness_centrality(other, normalized=False).values())
        ),
    }
    if net.directed:
        found["reciprocity, igraph"] = furthest(reciprocity(net), graph.reciprocity())
        roles = brokerage(net, groups)
        by_hand = gould_fernandez(net, groups)
        found["brokerage, by hand"] = max(furthest(roles.counts[name], by_hand[name]) for name in by_hand)
    else:
        degrees = np.array(graph.degree())
        most = (net.people - 1) * (net.people - 2)
        found["centralisation, igraph's degrees"] = furthest(
            centralisation(net).degree, (degrees.max() - degrees).sum() / most
        )
    return found


def answers() -> list[Row]:
    worst: dict[str, float] = {}
    for seed in range(12):
        rng = np.random.default_rng(seed)
        net = random_network(40 + 10 * seed, 150 + 40 * seed, seed, directed=seed % 2 == 0)
        for name, far in differences(net, rng.integers(0, 4, net.people)).items():
            worst[name] = max(worst.get(name, 0.0), far)
    rows = []
    for name, far in sorted(worst.items()):
        measure, anchor = name.split(", ")
        rows.append(
            Row(measure, anchor, None, None, f"{'yes' if far < CLOSE else 'NO'}: {far:.0e}", note="12 networks")
        )
    return rows


# ── times ────────────────────────────────────────────────────────────────────────────────────────


def timed(case: str, anchor: str, runs: int, theirs, ours, *, goal: str = "") -> tuple[Row, np.ndarray]:
    """Both in turn; no time where the last answers differ. The row, and what the anchor found."""
    found = {}
    seconds, mine = alternating(runs, lambda: found.update(theirs=theirs()), lambda: found.update(ours=ours()))
    far = furthest(found["ours"], found["theirs"])
    if far > CLOSE:
        return Row(case, anchor, None, None, f"NO: {far:.0e}"), np.array(found["theirs"])
    return Row(case, anchor, seconds, mine, f"yes: {far:.0e}", goal), np.array(found["theirs"])


def betweenness_rows(runs: int) -> list[Row]:
    rows = []
    betweenness(random_network(100, 300, 1), compiled=True)  # what is compiled is loaded before anything is timed
    shapes = {
        "directed, at random": random_network(PEOPLE, TIES, 2),
        "a few with many": grown_network(PEOPLE, TIES // PEOPLE, 3),
        "at random": random_network(PEOPLE, TIES, 1, directed=False),
    }
    for name, net in shapes.items():
        graph = as_igraph(net)
        row, values = timed(
            f"betweenness, {name}",
            "igraph",
            min(runs, 3),
            lambda graph=graph, net=net: graph.betweenness(directed=net.directed),
            lambda net=net: betweenness(net, compiled=True).values,
            goal=">= 8x",
        )
        rows.append(row)
    return [*rows, *_other_betweenness(net, graph, values)]


def _other_betweenness(net: Network, graph: igraph.Graph, exact: np.ndarray) -> list[Row]:
    rusty = rx.PyGraph()
    rusty.add_nodes_from(range(net.people))
    rusty.add_edges_from_no_data(pairs(net))

    def by_rustworkx() -> list[float]:
        values = rx.betweenness_centrality(rusty, normalized=False)
        return [values[i] for i in range(net.people)]

    plain = timed(
        "betweenness, at random, without numba",
        "igraph",
        1,
        lambda: graph.betweenness(directed=False),
        lambda: betweenness(net, compiled=False).values,
    )[0]
    rust = timed(
        "betweenness, at random", "rustworkx", 1, by_rustworkx, lambda: betweenness(net, compiled=True).values
    )[0]
    drawn = betweenness(net, sample=500, seed=1)
    inside = float(np.mean(np.abs(drawn.values - exact) <= 1.96 * drawn.error))
    ours = alternating(3, lambda: None, lambda: betweenness(net, sample=500, seed=1))[1]
    note = f"{inside:.3f} of values within 1.96 standard errors"
    return [plain, rust, Row("betweenness from 500 of 10,000", "none", None, ours, "estimate", note=note)]


def by_igraph(window, source, target, groups) -> np.ndarray:
    """Density, reciprocity, E–I and Gini of each window: graphs by igraph, the rest in numpy."""
    found = np.empty((4, WINDOWS))
    starts = np.searchsorted(window, np.arange(WINDOWS + 1))
    for w in range(WINDOWS):
        here = slice(starts[w], starts[w + 1])
        graph = igraph.Graph(PEOPLE, np.column_stack((source[here], target[here])), directed=True)
        turns = np.sort(np.array(graph.outdegree(), dtype=float))
        rank = 2 * np.arange(1, PEOPLE + 1) - PEOPLE - 1
        graph.simplify()
        ties = np.array(graph.get_edgelist())
        external = (groups[ties[:, 0]] != groups[ties[:, 1]]).sum()
        found[:, w] = (
            graph.density(),
            graph.reciprocity(),
            (2 * external - len(ties)) / len(ties),
            rank @ turns / (turns.sum() * (PEOPLE - 1)),
        )
    return found


def window_rows(runs: int) -> list[Row]:
    rng = np.random.default_rng(5)
    groups = rng.integers(0, 6, PEOPLE)
    lively = rng.pareto(1.5, PEOPLE) + 0.1
    source = rng.choice(PEOPLE, EVENTS, p=lively / lively.sum())
    target = (source + rng.integers(1, PEOPLE, EVENTS)) % PEOPLE
    back = rng.random(EVENTS) < 0.3  # some answer whoever came just before
    source[1:][back[1:]], target[1:][back[1:]] = target[:-1][back[1:]], source[:-1][back[1:]]
    window = np.sort(rng.integers(0, WINDOWS, EVENTS))
    theirs = by_igraph(window, source, target, groups)
    ours = windows(window, source, target, groups, people=PEOPLE, count=WINDOWS)
    far = furthest([ours.density, ours.reciprocity, ours.e_i, ours.gini], theirs)
    if far > CLOSE:
        return [Row("four measures in 52 windows of 1 M events", "igraph", None, None, f"NO: {far:.0e}")]
    anchor, mine = alternating(
        runs,
        lambda: by_igraph(window, source, target, groups),
        lambda: windows(window, source, target, groups, people=PEOPLE, count=WINDOWS),
    )
    row = Row("four measures in 52 windows of 1 M events", "igraph, numpy", anchor, mine, f"yes: {far:.0e}", ">= 5x")
    assert gini(np.bincount(source, minlength=PEOPLE)) is not None
    return [row]


def community_rows(runs: int) -> list[Row]:
    """No one answer is right: beside each time the modularity that was found (igraph: the better of four runs)."""
    rows = []
    rng = np.random.default_rng(8)
    block = rng.integers(0, 60, PEOPLE)
    drawn = rng.integers(0, PEOPLE, (40 * TIES, 2))
    drawn = drawn[(block[drawn[:, 0]] == block[drawn[:, 1]]) | (rng.random(len(drawn)) < 0.008)][:TIES]
    for name, net in (
        ("60 blocks", network(*drawn.T, PEOPLE, directed=False)),
        ("a few with many", grown_network(PEOPLE, 5, 9)),
        ("karate club", network(*np.array(nx.karate_club_graph().edges()).T, 34, directed=False)),
    ):
        graph = as_igraph(net)
        weight = net.weight[net.source < net.target].tolist()

        def leiden(graph=graph, weight=weight):
            found = [graph.community_leiden("modularity", weights=weight, n_iterations=-1) for _ in range(4)]
            return max(each.modularity for each in found)

        def louvain(graph=graph, weight=weight):
            return max(graph.community_multilevel(weights=weight).modularity for _ in range(4))

        ours = communities(net)
        said = graph.modularity(ours.member.tolist(), weights=weight)
        assert abs(said - ours.modularity) < 1e-9
        for anchor, search in (("igraph Leiden", leiden), ("igraph Louvain", louvain)):
            seconds, mine = alternating(min(runs, 3), search, lambda net=net: communities(net))
            found = f"Q {ours.modularity:.4f}, theirs {search():.4f}"
            rows.append(Row(f"communities, {name}", anchor, seconds, mine, "each its own", note=found))
    return rows


def main() -> int:
    given = options()
    rows = answers()
    failed = any(row.agrees.startswith("NO") for row in rows)
    rows += window_rows(given.runs)
    rows += community_rows(given.runs)
    net = random_network(PEOPLE, TIES, 2)
    groups = np.random.default_rng(3).integers(0, 6, PEOPLE)
    for case, measure in (
        ("E–I with 2,000 permutations, 100,000 ties", lambda: e_i_index(net, groups)),
        ("brokerage of 10,000 people", lambda: brokerage(net, groups)),
        ("constraint of 10,000 people", lambda: constraint(net)),
    ):
        rows.append(Row(case, "none", None, alternating(3, lambda: None, measure)[1], "see above"))
    rows += betweenness_rows(given.runs)
    failed = failed or any(row.agrees.startswith("NO") for row in rows)
    told(rows, given.out, "igraph", "networkx", "rustworkx", "numpy", "scipy", "numba")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
