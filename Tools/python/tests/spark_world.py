"""A session of Spark for the tests, frames of ids and vectors, and the bytes of catalogues."""

import hashlib
import os
import shutil
import sys

import numpy as np
import pytest

import akin_index as akin

pa = pytest.importorskip("pyarrow")
pytest.importorskip("pyspark", reason="pyspark is not installed", exc_type=ImportError)
pytest.importorskip("pandas")
if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
    pytest.skip("there is no Java for Spark", allow_module_level=True)

# Spark opens sockets and files that end with the process, and uses what newer versions of others call old.
quiet = pytest.mark.filterwarnings("ignore")


@pytest.fixture(scope="session")
def spark():
    """One session of two threads for all tests."""
    from pyspark.sql import SparkSession

    os.environ.pop("SPARK_HOME", None)
    # Many small queries: compiling each would take longer than running it.
    os.environ["PYSPARK_SUBMIT_ARGS"] = '--driver-java-options "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC" pyspark-shell'
    os.environ.update(SPARK_LOCAL_IP="127.0.0.1", PYSPARK_PYTHON=sys.executable, PYSPARK_DRIVER_PYTHON=sys.executable)
    session = (
        SparkSession.builder.master("local[2]")
        .appName("akin-tests")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.sql.shuffle.partitions", "2")
        .config("spark.sql.adaptive.enabled", "false")
        .config("spark.sql.codegen.wholeStage", "false")
        .config("spark.sql.codegen.factoryMode", "NO_CODEGEN")
        .getOrCreate()
    )
    session.sparkContext.setLogLevel("OFF")
    yield session
    session.stop()


def vectors(count, width, seed):
    return np.random.default_rng(seed).normal(size=(count, width)).astype(np.float32)


def table(ids, rows, type=None):
    """An Arrow table of ids and vectors; a vector may be None."""
    lists = rows.tolist() if isinstance(rows, np.ndarray) else rows
    return pa.table({"id": pa.array(ids, type), "features": pa.array(lists, pa.list_(pa.float32()))})


def digests(path):
    """The SHA-256 of the manifest and of each segment."""
    return {
        name: hashlib.sha256((path / name).read_bytes()).hexdigest() for name in os.listdir(path) if name.endswith((".idx", ".cat"))
    }


def found(answers, query="id"):
    """The neighbors and scores of each query, by its id."""
    return {
        row[query]: ([one.neighbor for one in row.prediction], np.array([one.score for one in row.prediction], np.float32))
        for row in answers.collect()
    }


def truth(index, queries, k):
    """The exact answers of an index to each row."""
    return index.search(queries, k, exact=True)


__all__ = ["akin", "digests", "found", "pa", "quiet", "spark", "table", "truth", "vectors"]
