"""What the commands of this folder share: sessions, tables of vectors as Parquet, digests, and the processes of one application."""

import hashlib
import os
import shutil
import sys
import tempfile

os.environ.pop("SPARK_HOME", None)
os.environ.update(SPARK_LOCAL_IP="127.0.0.1", PYSPARK_PYTHON=sys.executable, PYSPARK_DRIVER_PYTHON=sys.executable)


def session(master, name, scratch, **settings):
    """A session whose executors find akin_index as the driver does. Its files go to `scratch`."""
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master(master).appName(name)
    usual = {
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.local.dir": scratch,
        "spark.sql.shuffle.partitions": "8",
        "spark.sql.adaptive.enabled": "true",
    }
    for name in ("AKIN_LIBRARY", "PYTHONPATH", "PYSPARK_PYTHON"):
        if name in os.environ:
            usual[f"spark.executorEnv.{name}"] = os.environ[name]
    for key, value in {**usual, **settings}.items():
        builder = builder.config(key, value)
    made = builder.getOrCreate()
    made.sparkContext.setLogLevel("OFF")
    return made


def finish(spark):
    """Stops a session, and removes what its workers left beside the installation of Spark."""
    import pyspark

    application = spark.sparkContext.applicationId
    spark.stop()
    shutil.rmtree(os.path.join(os.path.dirname(pyspark.__file__), "work", application), ignore_errors=True)


def write_vectors(path, count, width, seed, files=4, first=0, spread=0.0, clouds=0):
    """Normal vectors with ids from `first` on as Parquet, in `files` files; `spread` makes their lengths differ.

    With `clouds` they lie in so many normal clouds, whose centres are the same for every seed.
    """
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq

    os.makedirs(path)
    random = np.random.default_rng(seed)
    centres = np.random.default_rng(1).normal(size=(max(1, clouds), width)).astype(np.float32)
    bounds = np.linspace(0, count, files + 1).astype(int)
    for number, (start, end) in enumerate(zip(bounds, bounds[1:])):
        with pq.ParquetWriter(f"{path}/{number}.parquet", SCHEMA()) as writer:
            for at in range(start, end, 100_000):
                rows = min(100_000, end - at)
                values = random.normal(size=(rows, width)).astype(np.float32)
                if clouds:
                    values = centres[random.integers(clouds, size=rows)] + np.float32(0.5) * values
                if spread:
                    values *= np.exp(spread * random.normal(size=(rows, 1))).astype(np.float32)
                lists = pa.ListArray.from_arrays(
                    pa.array(np.arange(0, rows * width + 1, width, dtype=np.int32)), values.reshape(-1)
                )
                writer.write_table(pa.table({"id": np.arange(first + at, first + at + rows), "features": lists}, SCHEMA()))
    return path


def SCHEMA():
    import pyarrow as pa

    return pa.schema([("id", pa.int64()), ("features", pa.list_(pa.float32()))])


def digests(path):
    """The SHA-256 of the manifests and segments of a catalogue."""
    found = {}
    for name in sorted(os.listdir(path)):
        if name.endswith((".idx", ".cat")):
            with open(os.path.join(path, name), "rb") as file:
                found[name] = hashlib.file_digest(file, "sha256").hexdigest()
    return found


def strays(path):
    """What is in the directory of a catalogue and belongs to nothing."""
    import json

    import akin_index as akin

    named = {f"{one['segment']}.idx" for one in json.loads(akin.run("catalogue", "info", path, "--json")[1])["segments"]}
    return [name for name in os.listdir(path) if name not in named | {"writer.lock", "metadata"} and not name.endswith(".cat")]


def executors(application):
    """The process ids of the executors of one application, by its id in their command lines."""
    found = []
    for name in os.listdir("/proc"):
        if not name.isdigit():
            continue
        try:
            with open(f"/proc/{name}/cmdline", "rb") as file:
                words = file.read().split(b"\0")
        except OSError:
            continue
        if b"org.apache.spark.executor.CoarseGrainedExecutorBackend" in words and application.encode() in words:
            found.append(int(name))
    return found


def scratch_folder(given):
    """A folder for this run, in the one that is given, which is made if there is none."""
    if given:
        os.makedirs(given, exist_ok=True)
    return tempfile.mkdtemp(prefix="akin-spark-", dir=given)
