"""Answers of a model are those of the index, whatever the columns are."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from spark_world import akin, digests, found, quiet, spark, table, vectors

from akin_index.spark import AkinIndexer, AkinModel

pytestmark = quiet
_ = spark


@pytest.fixture(scope="module")
def world(spark, tmp_path_factory):
    """A model over 200 items, its frame, and the vectors."""
    rows = vectors(200, 5, 3)
    frame = spark.createDataFrame(table(np.arange(200) * 3, rows)).cache()
    path = tmp_path_factory.mktemp("answers") / "c"
    return AkinIndexer(path=str(path), numPartitions=3, k=7, exact=True, metric="euclidean").fit(frame), frame, rows


def test_every_type_of_vector_gives_the_same(spark, world):
    from pyspark.ml.functions import array_to_vector
    from pyspark.ml.linalg import SparseVector
    from pyspark.sql import functions

    model, frame, rows = world
    answers = found(model.transform(frame))
    wanted = model.index().search(rows, 7, exact=True)
    assert all(answers[3 * row][0] == wanted[0][row].tolist() for row in range(200))
    assert all(np.array_equal(answers[3 * row][1], wanted[1][row]) for row in range(200))
    doubles = frame.withColumn("features", functions.col("features").cast("array<double>"))
    dense = doubles.withColumn("features", array_to_vector("features"))
    for other in (doubles, dense):
        again = model.transform(other)
        # Columns pass, with their types.
        assert again.schema.fields[:2] == other.schema.fields
        assert all(np.array_equal(one[1], answers[id][1]) and one[0] == answers[id][0] for id, one in found(again).items())
    [row] = spark.createDataFrame([(1, SparseVector(5, {1: 2.0}))], ["id", "features"]).transform(model.transform).collect()
    wanted = model.index().search([0, 2, 0, 0, 0], 7, exact=True)
    assert [one.neighbor for one in row.prediction] == wanted[0].tolist()


def test_further_columns_pass_and_empty_partitions_are_nothing(spark, world):
    model, frame, _ = world
    frame = (
        frame.limit(3)
        .selectExpr("features", "id", "id as query", "named_struct('a', id) as s", "cast(id as string) as `a.b`")
        .repartition(6)
    )
    answers = model.copy().setPredictionCol("near").transform(frame)
    assert answers.columns == ["features", "id", "query", "s", "a.b", "near"]
    for row in answers.collect():
        assert (row.s.a, row["a.b"], len(row.near)) == (row.id, str(row.id), 7)
    assert model.transform(frame.where("id < 0")).count() == 0


def test_a_query_may_leave_itself_out(spark, world):
    model, frame, rows = world
    own = model.copy().setExcludeSelf(True)
    wanted = model.index().search(rows, 8, exact=True)[0]
    for id, (ids, _) in found(own.transform(frame)).items():
        assert ids == [one for one in wanted[id // 3].tolist() if one != id][:7]
    # By another column, of another type; an id that no item has leaves out nothing.
    other = frame.selectExpr("id", "features", "cast(if(id = 3, 100000, id) as string) as key")
    for id, (ids, _) in found(own.setQueryIdentifierCol("key").transform(other)).items():
        assert ids == [one for one in wanted[id // 3].tolist() if id == 3 or one != id][:7]


def test_texts_leave_themselves_out(spark, tmp_path):
    rows = vectors(60, 3, 4)
    frame = spark.createDataFrame(table([f"item {number}" for number in range(60)], rows))
    model = AkinIndexer(path=str(tmp_path / "c"), numPartitions=2, excludeSelf=True, exact=True, k=59).fit(frame)
    answers = found(model.transform(frame))
    assert all(id not in ids and len(set(ids)) == 59 for id, (ids, _) in answers.items())


@pytest.mark.parametrize("mode", ["error", "skip", "keep"])
def test_queries_without_a_valid_vector(spark, world, mode):
    model, _, rows = world
    lists = rows[:6].tolist()
    lists[1], lists[2], lists[3], lists[4] = None, [1.0], [1.0, 2.0, 3.0, 4.0, None], [float("nan")] * 5
    frame = spark.createDataFrame(table(np.arange(6), lists)).coalesce(1)
    asked = model.copy().setHandleInvalid(mode)
    if mode == "error":
        with pytest.raises(Exception, match="a query has no valid vector: expected 5 finite numbers, found null"):
            asked.transform(frame).collect()
        return
    answers = {row.id: row.prediction for row in asked.transform(frame).collect()}
    assert sorted(answers) == ([0, 5] if mode == "skip" else list(range(6)))
    assert [id for id in sorted(answers) if answers[id] is not None] == [0, 5]
    wanted = model.index().search(rows[[0, 5]], 7, exact=True)[0].tolist()
    assert [[one.neighbor for one in answers[id]] for id in (0, 5)] == wanted


def test_a_catalogue_of_the_command_has_attributes_to_ask_for(spark, tmp_path):
    rows = vectors(80, 4, 6)
    np.save(tmp_path / "v.npy", rows)
    (tmp_path / "ids.txt").write_text("".join(f"{row}\n" for row in range(80)))
    (tmp_path / "items.csv").write_text(
        "id,title,colour\n" + "".join(f"{row},T{row},{'red' if row % 4 else 'blue'}\n" for row in range(80))
    )
    words = ["--ids", tmp_path / "ids.txt", "--attributes", tmp_path / "items.csv", "--metric", "cosine", "-o", tmp_path / "v.emb"]
    akin.run("import", tmp_path / "v.npy", *words)
    akin.run("catalogue", "create", tmp_path / "c", tmp_path / "v.emb")
    akin.run("delete", tmp_path / "c", "8")
    model = AkinModel.load(str(tmp_path / "c")).setWhere("colour = blue").setK(50).setRecall(0.9)
    frame = spark.createDataFrame(table(np.arange(4), rows[:4]))
    assert {tuple(sorted(ids)) for ids, _ in found(model.transform(frame)).values()} == {tuple(sorted({*range(0, 80, 4)} - {8}))}
    low = model.copy().setWhere(None).setRecall(None).setMinScore(0.5)
    assert all(scores.min() >= 0.5 for _, scores in found(low.transform(frame)).values())
    # A copy has what the generation has, and nothing that was deleted.
    model.write().save(str(tmp_path / "copy"))
    copy = AkinModel.load(str(tmp_path / "copy"))
    assert copy.getWhere() == "colour = blue" and copy.getK() == 50
    assert {tuple(sorted(ids)) for ids, _ in found(copy.transform(frame)).values()} == {tuple(sorted({*range(0, 80, 4)} - {8}))}
    assert akin.verify(tmp_path / "copy")


def test_models_are_saved_and_stand_in_pipelines(spark, world, tmp_path):
    from pyspark.ml import Pipeline, PipelineModel

    model, frame, _ = world
    model.write().overwrite().save(str(tmp_path / "saved"))
    assert digests(tmp_path / "saved") == digests(Path(model.path))
    (tmp_path / "saved" / "other").write_text("x")
    model.write().overwrite().save(f"file://{tmp_path}/saved")
    assert not (tmp_path / "saved" / "other").exists()
    loaded = AkinModel.load(str(tmp_path / "saved"))
    assert loaded.uid == model.uid and loaded.getExact() and loaded.getK() == 7
    wanted = found(model.transform(frame))

    def same(answers):
        return all(ids == wanted[id][0] and np.array_equal(scores, wanted[id][1]) for id, (ids, scores) in found(answers).items())

    assert same(loaded.transform(frame))
    indexer = AkinIndexer(path=str(tmp_path / "c"), numPartitions=3, k=7, exact=True, metric="euclidean")
    indexer.save(str(tmp_path / "indexer"))
    pipeline = Pipeline(stages=[AkinIndexer.load(str(tmp_path / "indexer"))]).fit(frame)
    pipeline.write().overwrite().save(str(tmp_path / "pipeline"))
    assert same(PipelineModel.load(str(tmp_path / "pipeline")).transform(frame))
    assert json.loads((tmp_path / "c" / "metadata" / "part-00000").read_text())["class"] == "akin_index.spark.model.AkinModel"


def test_parameters_have_the_names_that_users_know():
    indexer = AkinIndexer(
        identifierCol="key", featuresCol="v", distanceFunction="cosine", m=32, ef=5, k=200, efConstruction=200, numPartitions=2,
        excludeSelf=True, predictionCol="approximate",
    )  # fmt: skip
    assert (indexer.getM(), indexer.getEf(), indexer.getK(), indexer.getEfConstruction()) == (32, 5, 200, 200)
    assert (indexer.getIdentifierCol(), indexer.getFeaturesCol(), indexer.getPredictionCol()) == ("key", "v", "approximate")
    assert indexer.setM(None).getM() is None and indexer.setDistanceFunction("euclidean").getMetric() == "euclidean"


def test_another_catalogue_at_the_path_of_one_is_opened(spark, tmp_path):
    """Python workers are used again, and keep what they have opened."""
    path, ids = tmp_path / "c", np.arange(50)
    for seed in (1, 2):
        rows = vectors(50, 4, seed)
        frame = spark.createDataFrame(table(ids, rows))
        shutil.rmtree(path, ignore_errors=True)
        model = AkinIndexer(path=str(path), k=3, exact=True).fit(frame)
        assert model.generation == 1
        answers, wanted = found(model.transform(frame)), model.index().search(rows, 3, exact=True)
        assert all(answers[row][0] == wanted[0][row].tolist() for row in ids)
