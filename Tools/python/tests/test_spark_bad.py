"""What is wrong with rows and calls is an error that names it, once, and nothing is committed."""

import contextlib
import os
import time

import numpy as np
import pytest
from spark_world import akin, pa, quiet, spark, table, vectors

from akin_index.spark import AkinIndexer, AkinModel, _store, from_als, recommend_all

pytestmark = quiet
_ = spark


def changed(row, value):
    rows = vectors(40, 4, 1).tolist()
    rows[row] = value
    return rows


@pytest.mark.parametrize(
    "ids, rows, sentence, help",
    [
        (range(40), changed(7, None), "the row with the id 7, in partition . of 3: its vector is null", "dropna"),
        (range(40), changed(7, []), "the row with the id 7, in partition . of 3: its vector is empty", "leave out"),
        (
            range(40),
            changed(7, [1.0, None, 2.0, 3.0]),
            "the row with the id 7, in partition . of 3: a component of its vector is null",
            "finite",
        ),
        (
            range(40),
            changed(7, [1.0, float("nan"), 2.0, 3.0]),
            "the row with the id 7, in partition . of 3: a component of its vector is no finite number",
            "finite",
        ),
        (
            range(40),
            changed(7, [1.0, float("inf"), 2.0, 3.0]),
            "the row with the id 7, in partition . of 3: a component of its vector is no finite number",
            "finite",
        ),
        (
            range(40),
            changed(7, [1.0, 2.0, 3.0]),
            "the row with the id 7, in partition . of 3: its vector has 3 components, expected 4 as in 39 of 40 rows",
            "same model",
        ),
        (
            [*range(39), 7],
            changed(0, [1.0] * 4),
            "the row with the id 7, in partition . of 3: several rows have this id",
            "dropDuplicates",
        ),
        ([*range(39), None], changed(0, [1.0] * 4), "a row, in partition . of 3: a row has no id", "dropna"),
        ([], [], "the DataFrame has no rows", "at least one"),
    ],
)
def test_a_bad_row_is_named_before_anything_is_committed(spark, tmp_path, ids, rows, sentence, help):
    # The rows come from several partitions.
    frame = spark.createDataFrame(table(list(ids), rows, pa.int64())).repartition(3)
    tracker = spark.sparkContext.statusTracker()
    group = f"bad {time.monotonic_ns()}"
    spark.sparkContext.setJobGroup(group, "")
    with pytest.raises(akin.InputError, match=sentence) as refused:
        AkinIndexer(path=str(tmp_path / "c"), numPartitions=3).fit(frame)
    assert help in refused.value.help
    assert not (tmp_path / "c").exists()
    # It is no failure that Spark would try again.
    stages = [tracker.getStageInfo(stage) for job in tracker.getJobIdsForGroup(group) for stage in tracker.getJobInfo(job).stageIds]
    assert all(stage.numFailedTasks == 0 for stage in stages if stage)
    spark.sparkContext.setJobGroup("", "")


def test_a_vector_that_overflows_single_precision_is_named(spark, tmp_path):
    frame = spark.createDataFrame([(1, [1.0, 2.0]), (2, [1e300, 1.0])], "id long, features array<double>")
    with pytest.raises(akin.InputError, match="the row with the id 2, in partition 0 of 1: a component of its vector is no finite"):
        AkinIndexer(path=str(tmp_path / "c")).fit(frame)


def test_a_path_that_workers_do_not_see_is_named(spark, tmp_path, monkeypatch):
    @contextlib.contextmanager
    def elsewhere(self):
        yield "building-elsewhere"

    monkeypatch.setattr(_store.Folder, "staging", elsewhere)
    frame = spark.createDataFrame(table(np.arange(9), vectors(9, 3, 1)))
    with pytest.raises(akin.InputError, match=r"does not see what the driver has made in .*: the path is not shared") as refused:
        AkinIndexer(path=str(tmp_path / "c"), numPartitions=2).fit(frame)
    assert "mount" in refused.value.help


@pytest.mark.parametrize(
    "options, sentence",
    [
        ({"path": None}, "there is no path for the catalogue"),
        ({"path": "nowhere://bucket/items"}, "nowhere://bucket/items: no file system of fsspec opens it"),
        ({"identifierCol": "key"}, "identifierCol names the column 'key'; the DataFrame has id, features, name"),
        ({"identifierCol": "features"}, "identifierCol 'features' must be long, int or string, found array<float>"),
        ({"featuresCol": "name"}, "featuresCol 'name' must be array<float>, array<double> or a vector of Spark ML, found string"),
        ({"numPartitions": 0}, "numPartitions must be 1 to 4096, found 0"),
        ({"rowsPerSegment": 0}, "rowsPerSegment must be at least 1, found 0"),
        ({"numPartitions": 2, "rowsPerSegment": 5}, "numPartitions and rowsPerSegment exclude each other"),
        ({"m": 1}, "m must be"),
        ({"efConstruction": 0}, "must be"),
    ],
)
def test_a_call_without_a_meaning_is_said_before_spark_runs(spark, tmp_path, options, sentence):
    frame = spark.createDataFrame([(1, [1.0, 2.0], "a")], "id long, features array<float>, name string")
    with pytest.raises(akin.UsageError, match=sentence):
        AkinIndexer(**{"path": str(tmp_path / "c"), **options}).fit(frame)
    assert not (tmp_path / "c").exists()


def test_metrics_have_these_names(tmp_path):
    for name in ("inner-product", "inner_product"):
        assert AkinIndexer(path="x", distanceFunction=name).getMetric() == "inner-product"
    for name in ("bray-curtis", "manhattan", 3):
        with pytest.raises((akin.UsageError, TypeError), match="metric must be inner-product, cosine, euclidean, found"):
            AkinIndexer(metric=name)


def test_a_bad_question_is_said_by_the_driver(spark, tmp_path):
    frame = spark.createDataFrame(table(np.arange(20), vectors(20, 3, 1)))
    path = str(tmp_path / "c")
    model = AkinIndexer(path=path).fit(frame)
    for options, sentence in [
        ({"k": 0}, "k must be at least 1"),
        ({"ef": 5, "exact": True}, "ef, recall and exact exclude each other"),
        ({"where": "colour = red"}, "colour"),
        ({"predictionCol": "id"}, "has already"),
        ({"featuresCol": "none"}, "featuresCol names the column 'none'"),
        ({"excludeSelf": True, "queryIdentifierCol": "none"}, "queryIdentifierCol names the column 'none'"),
        ({"size": 3}, "has no parameter 'size'"),
    ]:
        with pytest.raises(akin.AkinError, match=sentence):
            model.copy().setParams(**options).transform(frame)
    with pytest.raises(akin.UsageError, match="handleInvalid must be error, skip or keep"):
        model.copy().setHandleInvalid("drop")
    with pytest.raises(akin.UsageError, match="there is something already"):
        model.write().save(path)
    with pytest.raises(akin.UsageError, match="the model lies there"):
        model.write().overwrite().save(path)
    with pytest.raises(akin.InputError, match="none: expected a catalogue, found none"):
        AkinModel.load(str(tmp_path / "none"))
    with pytest.raises(akin.UsageError, match="expected an ALSModel"):
        from_als(model, path)
    with pytest.raises(akin.UsageError, match="'user'"):
        recommend_all(frame, model, seen=frame)


def test_what_killed_drivers_left_goes_after_a_day(spark, tmp_path):
    path = tmp_path / "c"
    for name, age in (("old", 2 * _store.OLD), ("new", 60)):
        (path / f"building-{name}").mkdir(parents=True)
        (path / f"building-{name}" / "token").write_text(name)
        (path / f"building-{name}" / "half.idx").write_text("x")
        for place in (path / f"building-{name}" / "token", path / f"building-{name}"):
            os.utime(place, (time.time() - age,) * 2)
    AkinIndexer(path=str(path)).fit(spark.createDataFrame(table(np.arange(9), vectors(9, 3, 1))))
    assert [file.name for file in path.iterdir() if file.name.startswith("building-")] == ["building-new"]
