"""Training and recommending."""

import contextlib
import ctypes
import importlib
import json
import os
import re
import signal
import threading
import time

import numpy as np
import pandas
import pytest
from scipy import sparse

import akin_index as akin


def same(one, other):
    return (one.item_factors == other.item_factors).all() and (one.user_factors == other.user_factors).all()


def test_every_input_gives_the_same_embeddings(ratings, trained, tmp_path):
    table = ratings.tocoo()
    frame = pandas.DataFrame({"user_id": table.row, "movieId": table.col, "rating": table.data})
    tables = []
    for name, kind in (("pyarrow", "table"), ("polars", "DataFrame")):
        with contextlib.suppress(ImportError):
            tables.append(getattr(importlib.import_module(name), kind)({column: frame[column].to_numpy() for column in frame}))
    whole = dict(dimensions=8, epochs=6, seed=3)
    # Rows and columns without a value are items all the same where a matrix says so; these ratings have none.
    assert (ratings.getnnz(axis=0) > 0).all() and (ratings.getnnz(axis=1) > 0).all()
    frame.sample(frac=1, random_state=1).to_csv(tmp_path / "r.csv", index=False)
    for given in (
        frame,
        *tables,
        (table.row, table.col, table.data),
        frame.sample(frac=1, random_state=2),
        tmp_path / "r.csv",
        ratings.tocsc(),
        ratings.astype(np.float64),
    ):
        assert same(akin.train(given, **whole), trained), type(given)
    assert same(akin.train(frame, user="user_id", item="movieId", value="rating", threads=1, **whole), trained)
    named = akin.train(ratings, item_ids=[f"i{row:03}" for row in range(160)], **whole)
    assert named.ids[7] == "i007" and same(named, trained)


@pytest.mark.parametrize("model", ["wals", "mf", "bpr", "logistic", "svd", "spectral", "contrastive", "elsa", "popular", "random"])
def test_every_model_recommends_what_is_not_seen(ratings, model):
    options = {} if model in ("popular", "svd", "spectral", "random") else {"epochs": 2}
    if model != "popular":
        options["dimensions"] = 8
    embeddings = akin.train(ratings, model, **options)
    recommender = akin.Recommender(akin.Index.build(embeddings), embeddings)
    ids, scores = recommender.recommend(np.arange(90), 6)
    assert ids.shape == (90, 6) and (np.diff(scores, axis=1) <= 0).all()
    for user in range(90):
        assert not set(ids[user]) & set(ratings[user].indices)
        assert (recommender.recommend(user, 6)[0] == ids[user]).all()


def test_recommendations_are_of_the_taste(recommender, ratings):
    ids, _ = recommender.recommend(np.arange(90), 10)
    assert (ids % 4 == (np.arange(90) % 4)[:, None]).mean() > 0.8
    related, _ = recommender.related([5, 6, 7, 8], 10)
    assert (related % 4 == np.array([[1], [2], [3], [0]])).mean() > 0.8
    assert (recommender.related(6, 10)[0] == related[1]).all()
    folded, _ = recommender.recommend_history([1, 5, 9, 13], 10, values=[5, 5, 4, 5])
    assert (folded % 4 == 1).mean() > 0.8 and not set(folded) & {1, 5, 9, 13}
    several, _ = recommender.recommend_history([[1, 5, 9, 13], [2, 6]], 10, values=[[5, 5, 4, 5], [1, 1]])
    assert (several[0] == folded).all()


def test_scores_are_those_of_the_vectors(trained, recommender):
    ids, scores = recommender.recommend(4, 5, include_seen=True, exact=True)
    product = trained.item_factors.astype(float) @ trained.user_factors[4].astype(float)
    assert np.allclose(scores, np.sort(product)[::-1][:5], rtol=1e-5)


def test_files_and_held_embeddings(trained, tmp_path, recommender):
    trained.save(tmp_path / "t.emb")
    index = akin.Index.build(trained, path=tmp_path / "t.idx", with_users=True)
    own = akin.Recommender(tmp_path / "t.idx")
    assert (own.recommend(7, 5)[0] == recommender.recommend(7, 5)[0]).all()
    assert same(index.embeddings(), trained) and same(akin.Embeddings.open(tmp_path / "t.emb"), trained)
    plain = akin.Recommender(akin.Index.build(trained, path=tmp_path / "p.idx"))
    with pytest.raises(akin.InputError, match="there are no users"):
        plain.recommend(7)
    other = akin.Embeddings.of(np.ones((160, 8), np.float32))
    with pytest.raises(akin.InputError, match="built from other embeddings"):
        akin.Recommender(index, other)


def test_catalogues_change_by_generations(tmp_path, trained):
    catalogue = akin.Catalogue.create(tmp_path / "shop", trained, m=8)
    old = catalogue.open()
    assert old.generation == 1 and len(old) == old.live == 160
    done = catalogue.delete([100, 101, 7000])
    assert done[0]["deleted"] == 2 and done[0]["unknown"] == 1 and done[0]["operation"] == "delete"
    query = trained.item_factors[100]
    now = catalogue.open()
    assert now.live == 158 and 100 not in now.search(query, 160, exact=True)[0]
    assert 100 in old.search(query, 160, exact=True)[0]
    assert (now.ids == old.ids).all() and now.ids.dtype == now.search(query, 5)[0].dtype == np.int64
    assert catalogue.add(trained)[0]["added"] == 2
    recommender = akin.Recommender(catalogue.open(), trained)
    assert (recommender.recommend(3, 5)[1] == akin.Recommender(old, trained).recommend(3, 5)[1]).all()
    catalogue.compact(keep=1)
    assert catalogue.open().live == 160
    with pytest.raises(akin.UsageError, match="holds a catalogue already"):
        akin.Catalogue.create(tmp_path / "shop", trained)
    with pytest.raises(akin.UsageError, match="segments"):
        catalogue.compact(0)
    with pytest.raises(akin.SystemFailure, match="nowhere"):
        akin.Catalogue(tmp_path / "nowhere").open()


def test_recall_is_measured_as_by_the_command(trained, tmp_path):
    index = akin.Index.build(trained)
    report = akin.recall(index, trained.user_factors[:60], k=5, ef=[16, 64])
    assert report["answer"] is True and index.path is None
    index.save(tmp_path / "i.idx")
    np.save(tmp_path / "q.npy", trained.user_factors[:60])
    code, output, _ = akin.run("recall", tmp_path / "i.idx", "--queries", tmp_path / "q.npy", "-k", "5", "--ef", "16,64", "--json")
    measured = [[(one.get("ef"), one["recall"]) for one in found["searches"]] for found in (json.loads(output), report)]
    assert code == 0 and measured[0] == measured[1] and measured[0][0][0] == 16


def test_models_are_evaluated_as_by_the_command(ratings, tmp_path):
    options = dict(folds=2, epochs=2, dimensions=8, seed=1)
    table = ratings.tocoo()
    frame = pandas.DataFrame({"user": table.row, "item": table.col, "value": table.data})
    frame.to_csv(tmp_path / "r.csv", index=False)
    reports = [akin.evaluate(given, **options) for given in (ratings, frame, tmp_path / "r.csv")]
    for report in reports[:2]:
        assert report["models"] == reports[2]["models"] and report["answer"]


BAD = [
    (dict(dimensions=0), akin.UsageError, "--dimensions must be"),
    (dict(dimension=8), akin.UsageError, "did you mean '--dimensions'"),
    (dict(model="als"), akin.UsageError, "--model must be"),
    (dict(rounds=3), akin.UsageError, "--rounds requires --model svd"),
    (dict(item_ids=[1]), akin.UsageError, "item_ids must have 160 ids"),
    (dict(seed={"a": 1}), akin.UsageError, "one JSON object"),
]


@pytest.mark.parametrize("options, error, sentence", BAD)
def test_bad_options_are_errors(ratings, options, error, sentence):
    with pytest.raises(error, match=sentence):
        akin.train(ratings, **options)


def test_bad_interactions_are_errors(tmp_path):
    for given, error, sentence in [
        (sparse.csr_matrix(np.array([[1.0, -2.0]])), akin.InputError, "0 or more"),
        (sparse.csr_matrix(np.array([[1.0, np.nan]])), akin.InputError, "finite"),
        (([1, 1], [2, 2], [1, 1]), akin.InputError, "each user and item once"),
        (([1, 1], [2], [1, 1]), akin.UsageError, "equally long"),
        (pandas.DataFrame({"user": [1, None], "item": [1, 2]}), akin.InputError, "1 rows without a value"),
        (pandas.DataFrame({"a": [1], "b": [2]}), akin.UsageError, "no column looks like the user"),
        (tmp_path / "none.csv", akin.SystemFailure, "none.csv: no such file"),
        (7, akin.UsageError, "found builtins.int"),
        (([], []), akin.InputError, "at least one"),
    ]:
        with pytest.raises(error, match=sentence):
            akin.train(given)


def test_listeners_hear_and_cancel(ratings):
    stages = set()
    akin.train(ratings, dimensions=8, epochs=3, progress=lambda stage, done, total, unit: stages.add(stage))
    assert "train" in stages

    def stop(*_):
        raise RuntimeError("enough")

    with pytest.raises(RuntimeError, match="enough"):
        akin.train(ratings, progress=stop)


@pytest.mark.skipif(os.name == "nt", reason="signals")
def test_ctrl_c_cancels(ratings):
    # A shell without job control starts what runs in the background with SIGINT ignored; Python then leaves it so.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)

    def press():
        time.sleep(0.3)
        os.kill(os.getpid(), signal.SIGINT)

    thread = threading.Thread(target=press)
    thread.start()
    start = time.monotonic()
    try:
        with pytest.raises(KeyboardInterrupt):
            akin.train(ratings, dimensions=256, epochs=100_000)
    finally:
        signal.signal(signal.SIGINT, before)
    thread.join()
    assert time.monotonic() - start < 60


def test_a_fork_answers(recommender):
    wanted = recommender.recommend(np.arange(30), 5)[0]
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        found = recommender.recommend(np.arange(30), 5, threads=2)[0]
        os.write(writer, b"1" if (found == wanted).all() else b"0")
        os._exit(0)
    os.waitpid(child, 0)
    assert os.read(reader, 1) == b"1"
    os.close(reader)
    os.close(writer)


def test_structures_have_the_sizes_of_the_library(trained, recommender):
    """A structure that says it is shorter is refused, and the refusal tells the size that the library has."""
    from akin_index._library import ANSWERS, Facts, Interactions, Request, Texts, Work, failure, lib, pack_answers

    embeddings, index = trained._handle.number, recommender.index._handle.number
    refused = {}

    def size(name, status):
        assert status == 2
        found = re.search(r"the size of (\w+) must be at least (\d+) bytes, found 4", str(failure(status)))
        refused[found[1]] = int(found[2])

    def at(kind):
        structure = kind(4)
        kept.append(structure)
        return ctypes.addressof(structure)

    kept = []
    number = ctypes.c_uint64()
    size("akin_facts", lib.akin_describe(embeddings, at(Facts)))
    size("akin_texts", lib.akin_ids(embeddings, 0, at(Texts)))
    size("akin_work", lib.akin_train(at(Interactions), None, at(Work), ctypes.byref(number)))
    size("akin_interactions", lib.akin_train(at(Interactions), None, None, ctypes.byref(number)))
    size("akin_request", lib.akin_search(index, at(Request), None, 0, 8, pack_answers(ANSWERS, 0, 0, 0, 0, 0)))
    size("akin_answers", lib.akin_search(index, None, None, 0, 8, pack_answers(4, 0, 0, 0, 0, 0)))
    assert refused == {
        "akin_facts": ctypes.sizeof(Facts),
        "akin_texts": ctypes.sizeof(Texts),
        "akin_work": ctypes.sizeof(Work),
        "akin_interactions": ctypes.sizeof(Interactions),
        "akin_request": ctypes.sizeof(Request),
        "akin_answers": ANSWERS,
    }


def test_notes_of_a_training_go_to_the_logger(ratings, caplog):
    with caplog.at_level("INFO", logger="akin_index"):
        akin.train(ratings, "spectral", dimensions=8)
    assert any("the largest residual of a singular vector is" in one.message for one in caplog.records)
