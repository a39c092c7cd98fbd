"""Factors of Spark ML's ALS: the lists of `recommendForAllUsers`, from a catalogue."""

import numpy as np
import pytest
from spark_world import akin, quiet, spark

from akin_index.spark import from_als, recommend_all

pytestmark = quiet
_ = spark


@pytest.fixture(scope="module")
def trained(spark, tmp_path_factory):
    """Ratings, a model of Spark ML, and its catalogue."""
    from pyspark.ml.recommendation import ALS

    random = np.random.default_rng(5)
    pairs = {(int(random.integers(60)), int(random.integers(90))): float(random.integers(1, 6)) for _ in range(1500)}
    ratings = spark.createDataFrame(
        [(user, item, value) for (user, item), value in pairs.items()], "user int, item int, rating float"
    )
    als = ALS(userCol="user", itemCol="item", ratingCol="rating", rank=6, maxIter=3, seed=1, numUserBlocks=2, numItemBlocks=2)
    model = als.fit(ratings)
    folder = tmp_path_factory.mktemp("als")
    return ratings.cache(), model, from_als(model, str(folder / "items"), numPartitions=2, embeddings=folder / "als.emb"), folder


def lists(frame):
    return {row.user: [(one.item, one.rating) for one in row.recommendations] for row in frame.collect()}


def test_everybody_gets_what_spark_recommends(spark, trained):
    _, als, model, _ = trained
    wanted = lists(als.recommendForAllUsers(12))
    answers = recommend_all(als.userFactors, model.path, 12, exact=True)
    assert answers.schema["recommendations"].dataType.simpleString() == "array<struct<item:int,rating:float>>"
    assert answers.schema["user"].dataType.simpleString() == "int"
    got = lists(answers)
    assert got.keys() == wanted.keys()
    for user, best in wanted.items():
        assert np.allclose([score for _, score in got[user]], [score for _, score in best], atol=1e-4), user
        # Spark's products are rounded elsewhere, so items of nearly equal scores may change places.
        assert {item for item, score in best if score > best[-1][1] + 1e-4} <= {item for item, _ in got[user]}, user


def test_nobody_gets_what_is_seen_and_the_result_is_parquet(spark, trained, tmp_path):
    ratings, als, model, _ = trained
    output = str(tmp_path / "lists")
    answers = recommend_all(als.userFactors, model, 20, seen=ratings, exact=True, output=output)
    got, plain = lists(spark.read.parquet(output)), lists(recommend_all(als.userFactors, model, 90, exact=True))
    assert lists(answers) == got
    seen = {(row.user, row.item) for row in ratings.collect()}
    for user, best in plain.items():
        assert got[user] == [(item, score) for item, score in best if (user, item) not in seen][:20], user
    with pytest.raises(Exception, match="already exists"):
        recommend_all(als.userFactors, model, 20, output=output)
    recommend_all(als.userFactors, model, 3, output=output, overwrite=True)
    assert all(len(best) == 3 for best in lists(spark.read.parquet(output)).values())


def test_users_without_seen_items_and_seen_items_without_a_vector(spark, trained):
    _, als, model, _ = trained
    seen = spark.createDataFrame([(0, 10_000), (0, 5)], "user long, item long")
    got = lists(recommend_all(als.userFactors, model, 90, seen=seen, exact=True))
    plain = lists(recommend_all(als.userFactors, model, 90, exact=True))
    assert [item for item, _ in got[0]] == [item for item, _ in plain[0] if item != 5]
    assert all(got[user] == plain[user] for user in got if user)


def test_the_embeddings_file_recommends_as_well(spark, trained):
    _, als, model, folder = trained
    recommender = akin.Recommender(akin.Index.open(model.path), akin.Embeddings.open(folder / "als.emb"))
    plain = lists(recommend_all(als.userFactors, model, 8, exact=True))
    for user, best in plain.items():
        ids, scores = recommender.recommend(user, 8, exact=True)
        assert ids.tolist() == [item for item, _ in best] and np.array_equal(scores, np.float32([score for _, score in best]))


def test_factors_are_compared_by_their_product(trained, tmp_path):
    with pytest.raises(akin.UsageError, match="by inner product, found metric='cosine'"):
        from_als(trained[1], str(tmp_path / "c"), metric="cosine")
