#!/usr/bin/env python3
"""Whether WALS across executors would pay, and from which size: the parts measured on this machine, and a model of their cost.

    Tools/bench/spark/wals.py [--users 100000] [--items 20000] [--interactions 5000000] [--width 64] [--rounds 3]

There is no such training in `akin_index.spark`. It would alternate: the factors of one side are a file that every machine maps,
executors solve the rows of the other side from lists that were grouped once, and write factors that every machine then reads.
Measured are an epoch of `akin_index.train` on this machine and, on Spark, all that the two half-steps do but their arithmetic,
each at two sizes, so that what is fixed is told from what grows:

    epoch(W) = one(n) / W + fixed + rows(n) / W + gather(n)

n: the size, with interactions and rows in one proportion. W: machines like this one, each with Spark on all of its cores.
one: an epoch on one machine. fixed: what the two jobs cost whatever their size. rows: lists in and vectors out, of users and
of items. gather: the factors of both sides, each read whole by every machine. The network and the grouping (once a training)
cost nothing in the model, so that it favours Spark.

Prints the parts, and for some W the size from which Spark is faster, or that it never is. JSON behind it.
Needs pyspark, and akin_index to be installed.
"""

import argparse
import json
import os
import shutil
import statistics
import time

import numpy as np
from world import finish, scratch_folder, session

import akin_index as akin

MACHINES = (2, 4, 10, 100)


def timed(call):
    begun = time.monotonic()
    call()
    return time.monotonic() - begun


def epoch(pairs, given):
    """Seconds of an epoch on this machine, both cores: the difference between a training of three epochs and one of one."""

    def train(epochs):
        return timed(lambda: akin.train(pairs, dimensions=given.width, epochs=epochs, seed=1, threads=given.threads))

    once, thrice = (statistics.median(train(epochs) for _ in range(given.rounds)) for epochs in (1, 3))
    return (thrice - once) / 2


class Unsolved:
    """A half-step without arithmetic: lists in, a vector for each out."""

    def __init__(self, width):
        self.width = width

    def __call__(self, batches):
        import pyarrow as pa

        for batch in batches:
            values = np.zeros(batch.num_rows * self.width, np.float32)
            starts = np.arange(0, len(values) + 1, self.width, dtype=np.int32)
            lists = pa.ListArray.from_arrays(pa.array(starts), values)
            yield pa.RecordBatch.from_arrays([batch.column(0), lists], ["id", "features"])


def half_step(spark, rows, columns, folder, given):
    """Seconds of a half-step without its arithmetic, one vector for each of `rows`, and of reading these whole, once it is warm."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    os.makedirs(folder)
    pq.write_table(pa.table({"row": rows, "column": columns}), f"{folder}/pairs.parquet")
    grouped = spark.read.parquet(f"{folder}/pairs.parquet").groupBy("row").agg({"column": "collect_list"})
    grouped.write.mode("overwrite").parquet(f"{folder}/lists")

    def solve():
        found = spark.read.parquet(f"{folder}/lists").mapInArrow(Unsolved(given.width), "id long, features array<float>")
        found.write.mode("overwrite").parquet(f"{folder}/factors")

    def gather():
        batches = pq.ParquetDataset(f"{folder}/factors").read(columns=["features"]).to_batches()
        np.concatenate([batch.column(0).values.to_numpy() for batch in batches])

    solve()
    gather()
    return [statistics.median(timed(call) for _ in range(given.rounds)) for call in (solve, gather)]


def sized(share, given):
    """Interactions of a share of the users and items, items by a power law, each pair once."""
    random = np.random.default_rng(given.seed)
    users, items, count = (max(1, int(one * share)) for one in (given.users, given.items, given.interactions))
    place = (items * random.random(count) ** 2).astype(np.int64)
    pairs = np.unique(random.integers(users, size=count) * items + place)
    return pairs // items, pairs % items, np.ones(len(pairs), np.float32)


def measured(given):
    """The parts at a quarter of the size and at all of it, in seconds."""
    spark = session(f"local[{given.threads}]", "akin-wals", f"{given.folder}/local", **{"spark.driver.memory": "4g"})
    found = {}
    for share in (0.25, 1.0):
        users, items, values = sized(share, given)
        sides = [
            half_step(spark, users, items, f"{given.folder}/users-{share}", given),
            half_step(spark, items, users, f"{given.folder}/items-{share}", given),
        ]
        solve, gather = (sum(parts) for parts in zip(*sides))
        found[share] = {"epoch": epoch((users, items, values), given), "rows": solve, "gather": gather}
        print(f"{len(users):,} interactions: {found[share]}", flush=True)
    finish(spark)
    return found


def model(found, given):
    """The parts as (fixed, at the whole size) of the line through both sizes."""
    parts = {}
    for name in ("epoch", "rows", "gather"):
        few, all = found[0.25][name], found[1.0][name]
        grows = max(0.0, (all - few) / 0.75)
        parts[name] = (max(0.0, all - grows), grows)
    return parts


def pays_from(parts, machines):
    """The size, in sizes of this run, from which an epoch on so many machines is faster than on one; None where it never is."""
    fixed = parts["rows"][0] + parts["gather"][0]
    saved = parts["epoch"][1] * (1 - 1 / machines) - parts["rows"][1] / machines - parts["gather"][1]
    return fixed / saved if saved > 0 else None


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--users", type=int, default=100_000)
    parser.add_argument("--items", type=int, default=20_000)
    parser.add_argument("--interactions", type=int, default=5_000_000)
    parser.add_argument("--width", type=int, default=64)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--scratch")
    given = parser.parse_args()
    given.folder = scratch_folder(given.scratch)
    try:
        found = measured(given)
        parts = model(found, given)
        for name, (fixed, grows) in parts.items():
            print(f"{name}: {fixed:.2f} s whatever the size, and {grows:.2f} s of the whole size")
        sizes = {}
        for machines in MACHINES:
            sizes[machines] = size = pays_from(parts, machines)
            if size is None:
                print(f"{machines} machines: an epoch is never faster than on one")
            else:
                print(f"{machines} machines: an epoch is faster from {size * given.interactions:,.0f} interactions on")
        print(json.dumps({"found": found, "parts": parts, "pays from": sizes}))
    finally:
        shutil.rmtree(given.folder, ignore_errors=True)


if __name__ == "__main__":
    main()
