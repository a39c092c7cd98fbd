"""Searches, against the slow and obvious answer."""

import pickle
import threading

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

import akin_index as akin

METRICS = ["cosine", "inner-product", "euclidean"]


def truth(items, queries, metric, allowed=None):
    """The scores of all items in float64."""
    items, queries = items.astype(float), queries.astype(float)
    if metric == "euclidean":
        scores = -((queries[:, None, :] - items[None, :, :]) ** 2).sum(axis=2)
    else:
        scores = queries @ items.T
        if metric == "cosine":
            scores /= np.linalg.norm(queries, axis=1)[:, None] * np.linalg.norm(items, axis=1)
    if allowed is not None:
        scores[:, ~allowed] = -np.inf
    return scores


@pytest.mark.parametrize("metric", METRICS)
def test_exact_answers_are_the_obvious_ones(vectors, metric):
    index = akin.Index.build(vectors, metric=metric)
    queries = np.random.default_rng(1).normal(size=(40, 12)).astype(np.float32)
    ids, scores = index.search(queries, 12, exact=True)
    scored = truth(vectors, queries, metric)
    best = np.argsort(-scored, axis=1, kind="stable")[:, :12]
    assert (ids == best).all()
    assert np.allclose(scores, np.take_along_axis(scored, best, axis=1), rtol=1e-5, atol=1e-6)
    assert ids.dtype == np.int64 and scores.dtype == np.float32


@pytest.mark.parametrize("options", [{}, {"ef": 40}, {"recall": 0.9}, {"exact": True}, {"diversity": 0.3}])
def test_one_query_has_the_answer_of_a_batch(vectors, index, options):
    queries = vectors[:20] + np.float32(0.1)
    ids, scores = index.search(queries, 7, threads=2, **options)
    if "recall" in options:
        # A recall target learns from the queries that are asked, so only scores and order are promised.
        assert (np.diff(scores, axis=1) <= 0).all()
        return
    for row, query in enumerate(queries):
        own, score = index.search(query, 7, **options)
        assert (own == ids[row]).all() and (score == scores[row]).all()


def test_masks_filters_and_excluded_rows(vectors):
    index = akin.Index.build(vectors, ids=[f"item {row}" for row in range(len(vectors))])
    allowed = np.random.default_rng(2).random(len(vectors)) < 0.2
    queries = vectors[:15]
    ids, scores = index.search(queries, 6, exact=True, allow=allowed)
    best = np.argsort(-truth(vectors, queries, "cosine", allowed), axis=1, kind="stable")[:, :6]
    assert (ids == np.array([f"item {row}" for row in range(len(vectors))], dtype=object)[best]).all()
    without, _ = index.search(queries, 3, exact=True, exclude=[[row] for row in range(15)])
    with_all, _ = index.search(queries, 4, exact=True)
    assert (without == with_all[:, 1:]).all()
    own, _ = index.search(queries[0], 3, exact=True, exclude=[0])
    assert (own == without[0]).all()


def test_places_without_an_item(vectors):
    numbered = akin.Index.build(vectors[:5], ids=[10, 20, 30, 40, 2**63 - 1])
    ids, scores = numbered.search(vectors[:2], 8)
    assert (ids[:, 5:] == -1).all() and np.isneginf(scores[:, 5:]).all() and sorted(ids[0, :5])[-1] == 2**63 - 1
    ids, scores = numbered.search(vectors[0], 8)
    assert len(ids) == len(scores) == 5
    texts = akin.Index.build(vectors[:5], ids=list("abcde"))
    assert texts.search(vectors[:2], 8)[0][0, 5:].tolist() == [None] * 3
    large = akin.Index.build(vectors[:2], ids=np.array([1, 2**64 - 2], dtype=np.uint64))
    assert large.search(vectors[1], 2)[0].tolist()[0] == 2**64 - 2
    none, scores = numbered.search(np.empty((0, 12), np.float32), 3)
    assert none.shape == scores.shape == (0, 3)


def test_files_pickles_and_views(vectors, tmp_path):
    made = akin.Index.build(vectors, path=tmp_path / "a.idx", m=8)
    memory = akin.Index.build(vectors, m=8)
    memory.save(tmp_path / "b.idx")
    assert (tmp_path / "a.idx").read_bytes() == (tmp_path / "b.idx").read_bytes()
    assert akin.verify(tmp_path / "a.idx") and akin.info(tmp_path / "a.idx")["items"] == len(vectors)
    with pytest.raises(akin.UsageError, match="exists already"):
        akin.Index.build(vectors, path=tmp_path / "a.idx")
    akin.Index.build(vectors, path=tmp_path / "a.idx", overwrite=True)
    again = pickle.loads(pickle.dumps(made))
    assert (again.search(vectors[:9], 5)[0] == made.search(vectors[:9], 5)[0]).all()
    with pytest.raises(akin.UsageError, match="in memory cannot be pickled"):
        pickle.dumps(akin.Index.build(vectors[:10]))
    embeddings = akin.Embeddings.of(vectors, titles=[f"t{row}" for row in range(len(vectors))])
    view = embeddings.item_factors
    assert (view == vectors).all() and not view.flags.writeable
    part = view[3:5]
    del view
    with pytest.raises(akin.UsageError, match="still in use"):
        embeddings.close()
    assert (part == vectors[3:5]).all() and embeddings.titles[4] == "t4"
    del part
    embeddings.close()
    with pytest.raises(akin.UsageError, match="closed"):
        embeddings.save(tmp_path / "c.emb")


def test_arrays_in_any_order_are_copied(vectors, index):
    queries = vectors[:8] + np.float32(0.1)
    ids, scores = index.search(queries, 5)
    for other in (np.asfortranarray(queries), np.repeat(queries, 2, axis=0)[::2], queries[::-1][::-1], queries.astype(">f4")):
        again = index.search(other, 5)
        assert (again[0] == ids).all() and (again[1] == scores).all()
    one = index.search(np.stack([queries[0]] * 2, axis=1)[:, 0], 5)
    assert (one[0] == ids[0]).all()
    assert (akin.Index.build(np.asfortranarray(vectors), m=8, ef_construction=40).search(queries, 5)[0] == ids).all()


def test_threads_share_views(vectors):
    made = akin.Embeddings.of(vectors)

    def look():
        for _ in range(2000):
            made.item_factors[0]

    threads = [threading.Thread(target=look) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    held = made.item_factors
    with pytest.raises(akin.UsageError, match="1 array of it is still in use"):
        made.close()
    del held
    made.close()
    with pytest.raises(akin.UsageError, match="closed"):
        made.item_factors  # noqa: B018


def test_a_path_with_a_zero_is_no_path():
    with pytest.raises(akin.UsageError, match="no zero character"):
        akin.Index.open("f.idx\0.emb")
    with pytest.raises(akin.UsageError, match="no zero character"):
        akin.run("info", "f\0")


def test_threads_share_an_index(vectors, index):
    wanted = index.search(vectors, 5, ef=50)[0]
    wrong = []

    def ask(start):
        for row in range(start, len(vectors), 4):
            if (index.search(vectors[row], 5, ef=50)[0] != wanted[row]).any():
                wrong.append(row)

    threads = [threading.Thread(target=ask, args=(start,)) for start in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


BAD = [
    (dict(k=0), akin.UsageError, "k must be at least 1"),
    (dict(k=-3), akin.UsageError, "k must be at least 1"),
    (dict(k=2.5), akin.UsageError, "k must be a whole number"),
    (dict(k=1 << 70), akin.UsageError, "k must fit 64 bits"),
    (dict(k=1 << 50), akin.UsageError, "k must be at most"),
    (dict(ef=0), akin.UsageError, "ef must be at least 1"),
    (dict(ef=5, exact=True), akin.UsageError, "exclude each other"),
    (dict(recall=2), akin.UsageError, "a recall must be"),
    (dict(recall=float("nan")), akin.UsageError, "a recall must be"),
    (dict(recall=0.9999999, fallback=False), akin.InputError, "cannot promise a recall"),
    (dict(min_score=float("nan")), akin.UsageError, "a minimum score must be"),
    (dict(diversity=7), akin.UsageError, "a diversity must be"),
    (dict(threads=-1), akin.UsageError, "'threads' must be"),
    (dict(where="year >="), akin.UsageError, "filter"),
    (dict(where="year > 3"), akin.InputError, "year"),
    (dict(where=7), akin.UsageError, "where must be"),
    (dict(where=[]), akin.UsageError, "where must be"),
    (dict(where="year > 3\0"), akin.UsageError, "no zero character"),
    (dict(where="genre = \ud800"), akin.UsageError, "must be Unicode"),
    (dict(allow=[1, 2]), akin.UsageError, "one truth value for each item"),
    (dict(allow=np.ones(3, bool)), akin.UsageError, "the filter is over 3 rows"),
    (dict(exclude=[300]), akin.UsageError, "'seen_rows' has 300"),
    (dict(exclude=[-1]), akin.UsageError, "rows of items"),
    (dict(exclude=[[1], [2]]), akin.UsageError, "a list for each of 1 queries"),
    (dict(exclude=3), akin.UsageError, "exclude must be a list"),
    (dict(exclude="no"), akin.UsageError, "exclude must be a list"),
    (dict(cancellation=3), akin.UsageError, "must be a Cancellation"),
]


@pytest.mark.parametrize("options, error, sentence", BAD)
def test_bad_options_are_errors(vectors, index, options, error, sentence):
    with pytest.raises(error, match=sentence):
        index.search(vectors[0], **options)


def test_bad_vectors_are_errors(vectors):
    index = akin.Index.build(vectors[:50])
    for query, error, sentence in [
        (vectors[0, :-1], akin.InputError, "12 dimensions, the query has 11"),
        (np.full(12, np.nan), akin.InputError, "NaN"),
        (np.full(12, 1e300), akin.InputError, "infinity"),
        (np.zeros((2, 3, 12)), akin.UsageError, "one axis or two"),
        (3.0, akin.UsageError, "one axis or two"),
        (["a"] * 12, akin.UsageError, "must be numbers"),
        (np.ma.masked_equal(np.arange(12.0), 3), akin.InputError, "masked"),
    ]:
        with pytest.raises(error, match=sentence):
            index.search(query)
    for build, error, sentence in [
        (dict(vectors=[[1.0, np.inf]]), akin.InputError, "finite|infin"),
        (dict(vectors=[1.0, 2.0]), akin.UsageError, "two axes"),
        (dict(vectors=vectors, metric="manhattan"), akin.UsageError, "metric must be"),
        (dict(vectors=vectors, ids=[1, 2]), akin.UsageError, "'ids' must have 300 entries"),
        (dict(vectors=vectors[:2], ids=[1, 1]), akin.InputError, "1"),
        (dict(vectors=vectors[:2], ids=[1, -1]), akin.UsageError, "from 0 on"),
        (dict(vectors=vectors[:2], ids=[1.5, 2.5]), akin.UsageError, "found the type"),
        (dict(vectors=vectors, m=1), akin.UsageError, "--m must be"),
        (dict(vectors=vectors, links=4), akin.UsageError, "no option '--links'"),
        (dict(vectors=vectors, m=object()), akin.UsageError, "options must be"),
    ]:
        with pytest.raises(error, match=sentence):
            akin.Index.build(**build)
    index.close()
    with pytest.raises(akin.UsageError, match="closed"):
        index.search(vectors[0])
    index.close()


@settings(max_examples=60, deadline=None)
@given(
    arrays.arrays(
        dtype=st.sampled_from([np.float32, np.float64, np.int32, np.uint8, bool, np.float16]),
        shape=arrays.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=6),
    ),
    st.integers(-3, 12),
    st.booleans(),
)
def test_any_shape_is_an_answer_or_an_error(queries, k, exact):
    index = _small()
    try:
        ids, scores = index.search(queries, k, exact=exact)
    except akin.AkinError as error:
        assert str(error)
        return
    assert k >= 1 and ids.shape == scores.shape
    assert queries.shape[-1] == 4 or queries.size == 0
    if queries.ndim == 2:
        assert ids.shape == (len(queries), k)
        alone = [index.search(query, k, exact=exact)[0].tolist() for query in np.ascontiguousarray(queries)]
        assert [[one for one in row if one >= 0] for row in ids.tolist()] == alone


_made = []


def _small():
    if not _made:
        _made.append(akin.Index.build(np.random.default_rng(5).normal(size=(9, 4)).astype(np.float32), metric="euclidean"))
    return _made[0]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.text(max_size=20), max_size=12))
def test_texts_come_back_or_are_refused(texts):
    vectors = np.ones((len(texts), 3), np.float32)
    try:
        made = akin.Embeddings.of(vectors, ids=np.asarray(texts, dtype=object)) if texts else None
    except akin.AkinError:
        return
    if made is not None:
        assert [str(one) for one in made.ids] == texts
        assert made.rows(np.asarray(texts, dtype=object)).tolist() == list(range(len(texts)))
