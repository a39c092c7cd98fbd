"""From ratings to lists for everybody on Spark, Parquet in and Parquet out.

    python Tools/python/examples/spark.py --data ml-latest-small --out lists      # ratings.csv and movies.csv of MovieLens
    python Tools/python/examples/spark.py --out lists                             # a generated data set (akin sample)

Runs on `local[2]` in about a minute. On a cluster, give `--master` and folders that all machines see. Needs Java 17 and
`pip install 'akin-index[spark]'`.
"""

# %% Settings
import argparse
import os
import sys
import tempfile
import time

os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
os.environ.setdefault("PYSPARK_PYTHON", sys.executable)

from pyspark.ml.recommendation import ALS
from pyspark.sql import SparkSession, functions

import akin_index
from akin_index.spark import AkinModel, from_als, recommend_all

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("--data", help="a folder with ratings.csv and movies.csv of MovieLens; without it one is generated")
parser.add_argument("--out", default=None, help="a folder for what is made; by default a temporary one")
parser.add_argument("--master", default="local[2]")
given = parser.parse_args()
out = given.out or tempfile.mkdtemp(prefix="akin-spark-")
begun = time.monotonic()


def say(what):
    print(f"{time.monotonic() - begun:6.1f} s  {what}", flush=True)


spark = (
    SparkSession.builder.master(given.master)
    .appName("akin example")
    .config("spark.driver.host", "127.0.0.1")
    .config("spark.ui.showConsoleProgress", "false")
    .config("spark.sql.shuffle.partitions", "4")
    .getOrCreate()
)
spark.sparkContext.setLogLevel("ERROR")
say(f"Spark {spark.version} on {given.master}")

# %% Ratings as Parquet
data = given.data
if data is None:
    data = os.path.join(out, "sample")
    akin_index.run("sample", "--out", data, "--users", "2000", "--items", "3000", "--interactions", "60000", "--force")
csv = spark.read.csv(os.path.join(data, "ratings.csv"), header=True, inferSchema=True)
user, item, rating = csv.columns[:3]
csv.select(
    functions.col(user).cast("int").alias("user"),
    functions.col(item).cast("int").alias("item"),
    functions.col(rating).cast("float").alias("rating"),
).write.mode("overwrite").parquet(os.path.join(out, "ratings.parquet"))
ratings = spark.read.parquet(os.path.join(out, "ratings.parquet")).cache()
say(f"{ratings.count()} ratings as Parquet")

# %% Factors by Spark ML
als = ALS(userCol="user", itemCol="item", ratingCol="rating", rank=32, maxIter=5, implicitPrefs=True, alpha=10.0, seed=1)
als.setNumUserBlocks(4).setNumItemBlocks(4)
factors = als.fit(ratings)
say(f"ALS: {factors.userFactors.count()} users, {factors.itemFactors.count()} items × {factors.rank}")

# %% A catalogue of the items
items = os.path.join(out, "items")
model = from_als(factors, items, numPartitions=2, overwrite=True)
say(f"the catalogue {items}: {model.index()!r}, generation {model.generation}")

# %% Lists for everybody, without what they know
path = os.path.join(out, "recommendations.parquet")
lists = recommend_all(factors.userFactors, items, k=10, seen=ratings, recall=0.99, output=path, overwrite=True)
say(f"{lists.count()} lists in {path}")
titles = {}
for name in ("movies.csv", "items.csv"):
    if os.path.exists(os.path.join(data, name)):
        titles = dict(spark.read.csv(os.path.join(data, name), header=True).rdd.map(lambda row: (str(row[0]), row[1])).collect())
for row in lists.orderBy("user").limit(2).collect():
    print(f"         user {row.user}: " + ", ".join(titles.get(str(one.item), str(one.item)) for one in row.recommendations[:4]))

# %% The same lists as Spark's own, where nothing is left out
ours = {
    row.user: [one.item for one in row.recommendations]
    for row in recommend_all(factors.userFactors, items, 10, exact=True).collect()
}
say("recommend_all, exact, all users")
theirs = {row.user: [one.item for one in row.recommendations] for row in factors.recommendForAllUsers(10).collect()}
say("recommendForAllUsers, all users")
same = sum(len(set(ours[one]) & set(theirs[one])) for one in theirs) / sum(map(len, theirs.values()))
print(f"         {same:.4f} of the items are the same")

# %% Items like an item: the catalogue opened as a model of cosines would be, or here by product
alike = AkinModel.load(items).setParams(k=5, excludeSelf=True, recall=0.99, predictionCol="alike").transform(factors.itemFactors)
alike.write.mode("overwrite").parquet(os.path.join(out, "alike.parquet"))
say(f"{alike.count()} items with items of the largest products in {out}/alike.parquet")

# %% Whatever opens catalogues opens this one
index = akin_index.Index.open(items)
say(f"{index!r}; akin-serve {items} would answer from it")
spark.stop()
