#!/usr/bin/env python3
"""Does a catalogue that Spark builds survive its executors? Kills, speculation, lost shuffle files, two drivers.

    Tools/bench/spark/soak.py [--kills 50] [--rows 40000] [--width 32] [--partitions 6] [--seed 0] [--scratch DIR]

A healthy build on `local[2]` says what the bytes have to be. Then builds run one after the other on `local-cluster[2,1,2048]` with
speculation on, while executors of this application are killed (SIGKILL, by process id) at random moments and shuffle files are
removed, until there were enough kills. After each build: the same SHA-256 of the manifest and of every segment, and nothing else
in the directory. Then two drivers commit to one path at once: one wins, the other says so, and what is there is what the winner
would have made alone. The merged catalogue is compared with one index of all rows: exact answers bit for bit, and recall. Exits
with 1 at the first thing that is wrong. Needs pyspark, and akin_index to be installed.
"""

import argparse
import os
import random
import signal
import subprocess
import sys
import threading
import time

import numpy as np
from world import digests, executors, finish, scratch_folder, session, strays, write_vectors

import akin_index as akin

SPECULATION = {
    "spark.speculation": "true",
    "spark.speculation.interval": "50ms",
    "spark.speculation.multiplier": "1.01",
    "spark.speculation.quantile": "0.3",
    "spark.speculation.minTaskRuntime": "50ms",
    # A killed executor is no fault of a task's.
    "spark.task.maxFailures": "1000",
    "spark.stage.maxConsecutiveAttempts": "1000",
    "spark.deploy.maxExecutorRetries": "-1",
}


class Killer(threading.Thread):
    """Kills executors of one application, and removes shuffle files, now and then."""

    def __init__(self, application, local, seed, pace):
        super().__init__(daemon=True)
        self.application, self.local, self.random = application, local, random.Random(seed)
        # No more than so many kills in all: a build ends in the end, however slow the machine.
        self.pace, self.until = pace, 0
        self.kills, self.removed, self.is_on = 0, 0, threading.Event()

    def run(self):
        while True:
            self.is_on.wait()
            time.sleep(self.random.uniform(0.1, self.pace))
            if not self.is_on.is_set() or self.kills >= self.until:
                continue
            if self.random.random() < 0.25:
                files = [
                    f"{folder}/{name}" for folder, _, names in os.walk(self.local) for name in names if name.startswith("shuffle_")
                ]
                if files:
                    try:
                        os.unlink(self.random.choice(files))
                        self.removed += 1
                    except OSError:
                        pass
                continue
            there = executors(self.application)
            if there:
                try:
                    os.kill(self.random.choice(there), signal.SIGKILL)
                    self.kills += 1
                except ProcessLookupError:
                    pass


def build(spark, rows, path, partitions):
    from akin_index.spark import AkinIndexer

    return AkinIndexer(path=path, numPartitions=partitions, metric="cosine", k=10).fit(spark.read.parquet(rows))


def check(condition, sentence):
    if not condition:
        print(f"WRONG: {sentence}")
        sys.exit(1)


def drive(arguments):
    """One of two drivers: waits for the other, builds, and says how it ended."""
    scratch, rows, path, gate = arguments
    spark = session("local[1]", "akin-soak-driver", scratch)
    open(f"{gate}.{os.getpid()}", "w").close()
    while len([name for name in os.listdir(os.path.dirname(gate)) if name.startswith(os.path.basename(gate) + ".")]) < 2:
        time.sleep(0.02)
    try:
        build(spark, rows, path, 3)
        print("won")
    except akin.AkinError as error:
        print(f"lost: {error}")
    finally:
        spark.stop()


def two_drivers(scratch, seed):
    """Two processes that build other rows into one path at once."""
    made = [write_vectors(f"{scratch}/drivers-{seed}-{number}", 3000, 8, 100 * seed + number) for number in (1, 2)]
    path, gate = f"{scratch}/both-{seed}", f"{scratch}/gate-{seed}"
    words = [[sys.executable, __file__, "--drive", scratch, rows, path, gate] for rows in made]
    started = [subprocess.Popen(one, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) for one in words]
    said = [one.communicate(timeout=600)[0].strip().splitlines()[-1] for one in started]
    check(sorted(one.split(":")[0] for one in said) == ["lost", "won"], f"two drivers said {said}")
    winner = next(rows for rows, one in zip(made, said) if one == "won")
    return path, winner, next(one for one in said if one != "won")


def compare(model, spark, rows, width, scratch):
    """The merged catalogue beside one index of all rows, in the same order: exact answers, and recall as `transform` gives it."""
    with model.index() as index:
        order = index.ids
        table = spark.read.parquet(rows).toPandas().set_index("id")["features"]
        items = np.stack(table.loc[order].to_numpy()).astype(np.float32)
        one = akin.Index.build(items, order)
        queries = np.random.default_rng(9).normal(size=(1000, width)).astype(np.float32)
        truth = one.search(queries, 10, exact=True)
        merged = index.search(queries, 10, exact=True)
        check(
            np.array_equal(truth[0], merged[0]) and np.array_equal(truth[1], merged[1]),
            "exact answers differ from those of one index",
        )

        def recall(found):
            return float(np.mean([len(set(a) & set(b)) for a, b in zip(found[0].tolist(), truth[0].tolist())]) / 10)

        write_vectors(f"{scratch}/queries", 1000, width, 9)
        asked = spark.read.parquet(f"{scratch}/queries").orderBy("id").cache()
        queries = np.stack(asked.toPandas()["features"].to_numpy())
        truth = one.search(queries, 10, exact=True)
        for ef in (16, 32, 64, 128, 256):
            answers = model.copy().setEf(ef).transform(asked).toPandas()["prediction"]
            several = recall([np.array([[neighbor.neighbor for neighbor in row] for row in answers])])
            single = recall(one.search(queries, 10, ef=ef))
            print(f"recall@10 at ef {ef}: one index {single:.4f}, merged {several:.4f}")
            check(several >= single - 0.002, f"the merged catalogue finds less at ef {ef}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--rows", type=int, default=40_000)
    parser.add_argument("--width", type=int, default=32)
    parser.add_argument("--partitions", type=int, default=6)
    parser.add_argument("--drivers", type=int, default=3, help="how often two drivers race")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--most", type=int, default=15, help="at most so many kills in one build")
    parser.add_argument("--pace", type=float, help="at most so many seconds from kill to kill; by default those of a healthy build")
    parser.add_argument("--scratch")
    parser.add_argument("--drive", nargs=4, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.drive:
        return drive(given.drive)
    scratch = scratch_folder(given.scratch)
    rows = write_vectors(f"{scratch}/rows", given.rows, given.width, given.seed, files=6)

    spark = session("local[2]", "akin-soak-healthy", f"{scratch}/local")
    model = build(spark, rows, f"{scratch}/healthy", given.partitions)
    wanted = digests(f"{scratch}/healthy")
    # A second build, without what starts once: a kill about every half of such a time lets builds go on.
    begun = time.monotonic()
    build(spark, rows, f"{scratch}/again", given.partitions)
    seconds = time.monotonic() - begun
    check(digests(f"{scratch}/again") == wanted, "a second build has other bytes")
    print(f"healthy: {seconds:.1f} s, {len(wanted) - 1} segments, manifest {wanted['000000000001.cat'][:16]}…")
    compare(model, spark, rows, given.width, scratch)
    finish(spark)

    settings = {**SPECULATION, "spark.executor.memory": "1g", "spark.executor.cores": "1"}
    spark = session("local-cluster[2,1,2048]", "akin-soak", f"{scratch}/cluster", **settings)
    # Files of shuffles lie wherever the first session of this process has put its own.
    killer = Killer(spark.sparkContext.applicationId, scratch, given.seed, given.pace or max(3.0, seconds))
    killer.start()
    builds = 0
    try:
        while killer.kills < given.kills:
            path = f"{scratch}/soak-{builds}"
            before, begun = (killer.kills, killer.removed), time.monotonic()
            killer.until = min(given.kills, killer.kills + given.most)
            killer.is_on.set()
            build(spark, rows, path, given.partitions)
            killer.is_on.clear()
            builds += 1
            found = digests(path)
            check(found == wanted, f"build {builds} (seed {given.seed}) has other bytes: {found}, expected {wanted}")
            check(strays(path) == [], f"build {builds} left {strays(path)}")
            kills, removed = killer.kills - before[0], killer.removed - before[1]
            print(
                f"build {builds}: {time.monotonic() - begun:.1f} s, {kills} kills, {removed} shuffle files removed; same SHA-256 "
                f"of manifest and {len(found) - 1} segments, no strays ({killer.kills} kills so far)",
                flush=True,
            )
        # Tasks that were lost may still run: nothing of them may appear.
        time.sleep(5)
        for build_number in range(builds):
            check(digests(f"{scratch}/soak-{build_number}") == wanted, "a build changed after its commit")
            check(strays(f"{scratch}/soak-{build_number}") == [], "a lost task left something after the commit")
    finally:
        finish(spark)

    for number in range(given.drivers):
        path, winner, said = two_drivers(scratch, given.seed + number + 1)
        alone = f"{scratch}/alone-{number}"
        spark = session("local[2]", "akin-soak-alone", f"{scratch}/local")
        build(spark, winner, alone, 3)
        finish(spark)
        check(digests(path) == digests(alone), "two drivers left other bytes than the winner alone")
        check(strays(path) == [], f"two drivers left {strays(path)}")
        print(f"two drivers: one won, the other {said}")
    print(f"all hold: {killer.kills} kills, {killer.removed} shuffle files removed, {builds} builds, {given.drivers} races")


if __name__ == "__main__":
    main()
