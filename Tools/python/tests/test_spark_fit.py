"""Catalogues that Spark builds: the same bytes in any order of arrival, and the answers of one index."""

import threading

import numpy as np
import pytest
from spark_world import akin, digests, found, pa, quiet, spark, table, truth, vectors

from akin_index.spark import AkinIndexer, AkinModel

pytestmark = quiet
_ = spark


def ids(kind, count, seed):
    numbers = np.random.default_rng(seed).choice(3 * count, count, replace=False)
    if kind == "string":
        # Some spell numbers, and mean them.
        return [f"{'item ' if number % 3 else ''}{number}" for number in numbers]
    return (numbers - (count if kind == "negative" else 0)).tolist()


TYPES = {"string": pa.string(), "int": pa.int32(), "long": pa.int64(), "negative": pa.int64()}


@pytest.mark.parametrize("kind", list(TYPES))
def test_the_same_rows_give_the_same_bytes(spark, tmp_path, kind):
    rows, names = vectors(300, 6, 5), ids(kind, 300, 5)
    made = []
    for seed, partitions in [(1, 1), (2, 7)]:
        order = np.random.default_rng(seed).permutation(300)
        frame = spark.createDataFrame(table([names[i] for i in order], rows[order], TYPES[kind])).repartition(partitions)
        path = tmp_path / str(seed)
        model = AkinIndexer(path=str(path), numPartitions=5, exact=True, k=3).fit(frame)
        made.append(digests(path))
        assert sorted(name for name in digests(path) if name.endswith(".cat")) == ["000000000001.cat"]
        assert {file.name for file in path.iterdir()} == {*digests(path), "metadata", "writer.lock"}
    assert made[0] == made[1]
    assert len(made[0]) == 6
    assert akin.verify(path)
    # Each item is found by its own id, which comes back as what it was.
    answers = found(model.transform(frame))
    assert all(answers[name][0][0] == name for name in names)
    schema = model.transform(frame).schema["prediction"].dataType.elementType
    assert schema["neighbor"].dataType.simpleString() == {"string": "string", "int": "int"}.get(kind, "bigint")


SEGMENTS = {"cosine": (2, 16), "inner-product": (3, 7), "euclidean": (5,)}


@pytest.mark.parametrize("metric", list(SEGMENTS))
def test_exact_answers_are_those_of_one_index(spark, tmp_path, metric):
    rows, queries = vectors(400, 7, 6), vectors(30, 7, 60)
    # Some vectors are there twice, so that scores tie.
    rows[200:230] = rows[:30]
    frame = spark.createDataFrame(table(np.arange(400), rows))
    asked = spark.createDataFrame(table(np.arange(30), queries))
    for segments in SEGMENTS[metric]:
        path = tmp_path / str(segments)
        model = AkinIndexer(path=str(path), metric=metric, numPartitions=segments, k=50, exact=True).fit(frame)
        answers = found(model.transform(asked))
        # Equal scores come in the order of segments, and of ids in each.
        order = model.index().ids
        assert np.count_nonzero(np.diff(order) < 0) == segments - 1
        wanted = truth(akin.Index.build(rows[order], order, metric=metric), queries, 50)
        plain = truth(akin.Index.build(rows, metric=metric), queries, 50)
        for query in range(30):
            assert answers[query][0] == wanted[0][query].tolist(), f"{segments} segments, query {query}"
            assert np.array_equal(answers[query][1], wanted[1][query])
            assert np.array_equal(answers[query][1], plain[1][query])


def test_the_graphs_find_what_one_graph_finds(spark, tmp_path):
    rows, queries = vectors(14_000, 32, 7), vectors(400, 32, 70)
    frame = spark.createDataFrame(table(np.arange(14_000), rows))
    model = AkinIndexer(path=str(tmp_path / "c"), numPartitions=3, k=10, ef=64).fit(frame)
    assert all(one["way"] == "graph" for one in segments(tmp_path / "c"))
    answers = found(model.transform(spark.createDataFrame(table(np.arange(400), queries))))
    index = akin.Index.build(rows)
    exact = truth(index, queries, 10)[0]

    def recall(lists):
        return np.mean([len(set(one) & set(best)) for one, best in zip(lists, exact.tolist())]) / 10

    assert recall([answers[query][0] for query in range(400)]) >= recall(index.search(queries, 10, ef=64)[0].tolist()) - 0.002


def segments(path):
    import json

    return json.loads(akin.run("catalogue", "info", path, "--json")[1])["segments"]


def test_one_segment_is_the_catalogue_of_the_command(spark, tmp_path):
    rows = vectors(5_000, 4, 8)
    AkinIndexer(path=str(tmp_path / "spark"), m=8, seed=3).fit(spark.createDataFrame(table(np.arange(5_000)[::-1], rows[::-1])))
    akin.Catalogue.create(tmp_path / "command", akin.Embeddings.of(rows, np.arange(5_000)), m=8, seed=3)
    assert digests(tmp_path / "spark") == digests(tmp_path / "command")


def test_more_partitions_than_rows_and_rows_per_segment(spark, tmp_path):
    frame = spark.createDataFrame(table(np.arange(5), vectors(5, 3, 9)))
    model = AkinIndexer(path=str(tmp_path / "many"), numPartitions=12, k=9).fit(frame)
    assert [len(one[0]) for one in found(model.transform(frame)).values()] == [5] * 5
    frame = spark.createDataFrame(table(np.arange(100), vectors(100, 3, 9)))
    AkinIndexer(path=str(tmp_path / "sized"), rowsPerSegment=30).fit(frame)
    assert len(segments(tmp_path / "sized")) == 4


def test_what_is_there_stays_unless_it_may_be_replaced(spark, tmp_path):
    path = str(tmp_path / "c")
    first = spark.createDataFrame(table(np.arange(50), vectors(50, 3, 1)))
    second = spark.createDataFrame(table(np.arange(30), vectors(30, 3, 2)))
    old = AkinIndexer(path=path, numPartitions=2, k=60).fit(first)
    before = digests(tmp_path / "c")
    with pytest.raises(akin.UsageError, match="holds a catalogue already, of generation 1") as refused:
        AkinIndexer(path=path).fit(second)
    assert "overwrite=True" in refused.value.help and digests(tmp_path / "c") == before
    new = AkinIndexer(path=path, numPartitions=3, overwrite=True, k=60).fit(second)
    assert (old.generation, new.generation) == (1, 2)
    # A model keeps its generation; load takes the newest.
    assert len(found(old.transform(first))[0][0]) == 50
    assert len(found(new.transform(first))[0][0]) == len(found(AkinModel.load(path).transform(first))[0][0]) == 30
    assert set(before) < set(digests(tmp_path / "c"))


def test_of_two_drivers_one_wins(spark, tmp_path):
    frames = [spark.createDataFrame(table(np.arange(60) + 100 * seed, vectors(60, 3, seed))) for seed in (1, 2)]
    alone = []
    for seed, frame in enumerate(frames):
        AkinIndexer(path=str(tmp_path / f"alone{seed}"), numPartitions=2).fit(frame)
        alone.append(digests(tmp_path / f"alone{seed}"))
    results, gate = [], threading.Barrier(2)

    def drive(frame):
        indexer = AkinIndexer(path=str(tmp_path / "both"), numPartitions=2)
        gate.wait()
        try:
            results.append(indexer.fit(frame))
        except akin.AkinError as error:
            results.append(error)

    threads = [threading.Thread(target=drive, args=(frame,)) for frame in frames]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    lost = [one for one in results if isinstance(one, akin.AkinError)]
    assert len(lost) == 1, results
    assert "holds a catalogue already" in str(lost[0]) or "another process is writing" in str(lost[0])
    assert digests(tmp_path / "both") in alone
    assert {file.name for file in (tmp_path / "both").iterdir()} == {*digests(tmp_path / "both"), "metadata", "writer.lock"}
