#!/usr/bin/env python3
"""What Spark adds to a build and to lists for everybody: one worker against two, 1 to 64 segments, and Spark ML's own way.

    Tools/bench/spark/growth.py workers  [--rows 200000] [--users 50000] [--lists]        1 against 2 workers, by turns
    Tools/bench/spark/growth.py segments [--rows 200000] [--users 20000] [--most 64]      S = 1, 2, 4 …
    Tools/bench/spark/growth.py peer     [--rows 100000] [--users 100000] [-k 100]        beside recommendForAllUsers

All take --width 64, --k, --seed and --scratch DIR. Each compares answers before it reads a clock. Vectors are normal, with
lengths that differ as those of factors do; with --clouds 10000 they lie in so many clouds, and have structure as real ones do.
A worker is an executor of one core in `local-cluster`. Prints a table, and JSON behind it.
Needs pyspark, and akin_index to be installed.
"""

import argparse
import json
import os
import shutil
import statistics
import time

import numpy as np
from world import finish, scratch_folder, session, write_vectors

import akin_index as akin


def timed(call):
    begun = time.monotonic()
    return call(), time.monotonic() - begun


def sizes(path):
    return sum(os.path.getsize(f"{path}/{name}") for name in os.listdir(path) if name.endswith((".idx", ".cat")))


def cluster(workers, given):
    memory = given.memory
    return session(
        f"local-cluster[{workers},1,{memory}]", "akin-growth", f"{given.folder}/local",
        **{"spark.executor.memory": f"{memory - 400}m", "spark.executor.cores": "1", "spark.driver.memory": "2g"},
    )  # fmt: skip


def indexer(path, segments, given):
    from akin_index.spark import AkinIndexer

    options = {"path": path, "numPartitions": segments, "metric": "inner-product", "k": given.k, "overwrite": True}
    return AkinIndexer(efConstruction=given.ef_construction, **options)


def recommend(users, model, given, output, **effort):
    from akin_index.spark import recommend_all

    return recommend_all(users, model, given.k, output=output, overwrite=True, **effort)


def warm(spark, rows, given):
    """Starts the workers' Python, so that no measurement pays for it."""
    model = indexer(f"{given.folder}/warm", 2, given).fit(spark.read.parquet(rows).limit(2000))
    model.transform(spark.read.parquet(rows).limit(2000)).count()


def workers(given):
    """One worker against two, by turns: a build of `--segments` segments, and the lists of all users.

    With `--lists` two workers build once, and lists alone are compared.
    """
    rows = write_vectors(f"{given.folder}/rows", given.rows, given.width, given.seed, spread=0.3, clouds=given.clouds)
    users = write_vectors(f"{given.folder}/users", given.users, given.width, given.seed + 1, clouds=given.clouds)
    found = {1: {"build": [], "lists": []}, 2: {"build": [], "lists": []}}
    path, digest, model = f"{given.folder}/c", set(), None
    for turn in range(given.rounds):
        for count in (1, 2) if turn % 2 else (2, 1):
            spark = cluster(count, given)
            warm(spark, rows, given)
            if model is None or not given.lists:
                shutil.rmtree(path, ignore_errors=True)
                build = indexer(path, given.segments, given).setVerify(False)
                model, seconds = timed(lambda: build.fit(spark.read.parquet(rows)))
                found[count]["build"].append(seconds)
                digest.add(tuple(sorted(name for name in os.listdir(path) if name.endswith(".idx"))))
                print(f"turn {turn + 1}, {count} workers: build {seconds:.1f} s", flush=True)
            frame = spark.read.parquet(users).repartition(8)
            _, seconds = timed(lambda: recommend(frame, model, given, f"{given.folder}/lists", ef=given.ef))
            found[count]["lists"].append(seconds)
            print(f"turn {turn + 1}, {count} workers: lists {seconds:.1f} s", flush=True)
            finish(spark)
    assert len(digest) == 1, "one and two workers made other segments"
    for what in ("lists",) if given.lists else ("build", "lists"):
        one, two = found[1][what], found[2][what]
        ratio, best = statistics.median(one) / statistics.median(two), min(one) / min(two)
        print(f"{what}: 1 worker {statistics.median(one):.1f} s, 2 workers {statistics.median(two):.1f} s (medians), ", end="")
        print(f"speed-up {ratio:.2f} of medians, {best:.2f} of the best")
    return {"seconds": found}


def segments(given):
    """S segments on two workers: what a build writes and takes, and what lists cost and find."""
    rows = write_vectors(f"{given.folder}/rows", given.rows, given.width, given.seed, spread=0.3, clouds=given.clouds)
    users = write_vectors(f"{given.folder}/users", given.users, given.width, given.seed + 1, clouds=given.clouds)
    spark = cluster(2, given)
    warm(spark, rows, given)
    frame = spark.read.parquet(users).repartition(8).cache()
    frame.count()
    table, truth, count = [], None, 1
    print("| segments | build, s | commit with checks, s | catalogue, MB | lists at ef, s | recall | exact lists, s |")
    while count <= given.most:
        path = f"{given.folder}/c{count}"
        model, build = timed(lambda: indexer(path, count, given).setVerify(False).fit(spark.read.parquet(rows)))
        _, check = timed(lambda: akin.verify(path))
        graph, lists = timed(lambda: recommend(frame, model, given, f"{given.folder}/g", ef=given.ef))
        exact, scan = timed(lambda: recommend(frame, model, given, f"{given.folder}/e", exact=True))
        best = answers(exact)
        assert (
            truth is None or truth.keys() == best.keys() and all(np.array_equal(truth[user][1], best[user][1]) for user in best)
        ), "exact scores differ between segments"
        truth = truth or best
        found = answers(graph)
        recall = float(np.mean([len(set(found[user][0]) & set(best[user][0])) / given.k for user in best]))
        table.append(
            {
                "segments": count,
                "build": build,
                "verify": check,
                "megabytes": sizes(path) / 1e6,
                "lists": lists,
                "recall": recall,
                "exact": scan,
            }
        )
        print(
            f"| {count} | {build:.1f} | {check:.1f} | {sizes(path) / 1e6:.0f} | {lists:.1f} | {recall:.4f} | {scan:.1f} |",
            flush=True,
        )
        shutil.rmtree(path)
        count *= 2
    finish(spark)
    return {"table": table}


def answers(frame):
    """Items and scores of each user."""
    table = frame.toArrow()
    users = table.column("user").to_numpy()
    lists = table.column("recommendations").combine_chunks()
    offsets, flat = lists.offsets.to_numpy(), lists.values
    items, scores = flat.field("item").to_numpy(), flat.field("rating").to_numpy()
    return {user: (items[a:b].tolist(), scores[a:b]) for user, a, b in zip(users.tolist(), offsets, offsets[1:])}


def peer(given):
    """Lists for all users by a catalogue, exact and by its graph, beside Spark ML's recommendForAllUsers, on the same factors."""
    rows = write_vectors(f"{given.folder}/rows", given.rows, given.width, given.seed, spread=0.3, clouds=given.clouds)
    users = write_vectors(f"{given.folder}/users", given.users, given.width, given.seed + 1, clouds=given.clouds)
    spark = session("local[2]", "akin-growth", f"{given.folder}/local", **{"spark.driver.memory": "8g"})
    als = als_model(spark, rows, users, given)
    warm(spark, rows, given)
    (model, build) = timed(lambda: indexer(f"{given.folder}/c", 2, given).fit(als.itemFactors))
    print(f"build: {build:.1f} s", flush=True)
    ways = {"exact": {"exact": True}, "recall .99": {"recall": 0.99}, f"ef {given.ef}": {"ef": given.ef}}
    times, lists = {}, {}
    for name, effort in ways.items():
        output = f"{given.folder}/{name}"
        _, first = timed(lambda: recommend(als.userFactors.repartition(8), model, given, output, **effort))
        _, second = timed(lambda: recommend(als.userFactors.repartition(8), model, given, output, **effort))
        times[name], lists[name] = min(first, second), output
        print(f"{name}: {first:.1f} s, {second:.1f} s", flush=True)
    theirs = f"{given.folder}/theirs"
    sample = als.userFactors.sample(given.peer_share, seed=1) if given.peer_share < 1 else als.userFactors
    asked = sample.selectExpr("id as user").cache()
    count = asked.count()

    def spark_lists():
        way = als.recommendForAllUsers(given.k) if given.peer_share >= 1 else als.recommendForUserSubset(asked, given.k)
        way.write.mode("overwrite").parquet(theirs)

    _, times["Spark ML"] = timed(spark_lists)
    print(f"Spark ML, {count} users: {times['Spark ML']:.1f} s", flush=True)
    truth = answers(spark.read.parquet(theirs))
    for name in ways:
        got = answers(spark.read.parquet(lists[name]))
        share = float(np.mean([len(set(got[user][0]) & set(truth[user][0])) / given.k for user in truth]))
        rate, other = given.users / times[name], count / times["Spark ML"]
        print(f"{name}: {share:.4f} of its items, {rate:,.0f} users/s beside {other:,.0f}: {rate / other:.1f} × as fast")
        assert name != "exact" or share > 0.9999, "exact lists differ from those of Spark ML"
    finish(spark)
    return {"seconds": times, "users": given.users, "peer users": count, "build": build}


def als_model(spark, rows, users, given):
    """An ALSModel of given factors: Spark ML reads one from Parquet."""
    from pyspark.ml.recommendation import ALSModel

    path = f"{given.folder}/als"
    shutil.rmtree(path, ignore_errors=True)
    for name, source in (("itemFactors", rows), ("userFactors", users)):
        spark.read.parquet(source).selectExpr("cast(id as int) as id", "features").repartition(8).write.parquet(f"{path}/{name}")
    usual = {"userCol": "user", "itemCol": "item", "predictionCol": "prediction", "blockSize": 4096, "coldStartStrategy": "nan"}
    facts = {
        "class": "org.apache.spark.ml.recommendation.ALSModel",
        "timestamp": 0,
        "sparkVersion": spark.version,
        "uid": "als_growth",
        "paramMap": {},
        "defaultParamMap": usual,
        "rank": given.width,
    }
    spark.createDataFrame([(json.dumps(facts),)], ["value"]).coalesce(1).write.text(f"{path}/metadata")
    return ALSModel.load(path)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["workers", "segments", "peer"])
    parser.add_argument("--rows", type=int)
    parser.add_argument("--users", type=int)
    parser.add_argument("--width", type=int, default=64)
    parser.add_argument("--clouds", type=int, default=0, help="vectors in so many normal clouds, in place of one")
    parser.add_argument("-k", "--k", type=int)
    parser.add_argument("--ef", type=int, default=128)
    parser.add_argument("--ef-construction", type=int, default=100)
    parser.add_argument("--segments", type=int, default=8)
    parser.add_argument("--most", type=int, default=64)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--lists", action="store_true", help="workers: build once, and compare lists alone")
    parser.add_argument("--memory", type=int, default=3072, help="megabytes of a worker")
    parser.add_argument("--peer-share", type=float, default=1.0, help="the share of users that Spark ML is asked for")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--scratch")
    given = parser.parse_args()
    usual = {
        "workers": (200_000, 50_000, 10),
        "segments": (200_000, 20_000, 10),
        "peer": (100_000, 100_000, 100),
    }
    given.rows, given.users, given.k = (
        value or other for value, other in zip((given.rows, given.users, given.k), usual[given.what])
    )
    given.folder = scratch_folder(given.scratch)
    try:
        found = globals()[given.what](given)
        print(json.dumps({"what": given.what, **{name: value for name, value in vars(given).items() if name != "folder"}, **found}))
    finally:
        shutil.rmtree(given.folder, ignore_errors=True)


if __name__ == "__main__":
    main()
