"""A catalogue in an object store: fsspec's local one stands for it, which is asked as any other."""

import os

import numpy as np
import pytest
from spark_world import akin, digests, found, quiet, spark, table, vectors

from akin_index.spark import AkinIndexer, AkinModel, _store

pytest.importorskip("fsspec")
pytestmark = quiet
_ = spark


def test_the_store_gets_the_bytes_that_a_directory_gets(spark, tmp_path, monkeypatch):
    frame = spark.createDataFrame(table(np.arange(90), vectors(90, 4, 1)))
    AkinIndexer(path=str(tmp_path / "folder"), numPartitions=3).fit(frame)
    url = f"local://{tmp_path}/store"
    model = AkinIndexer(path=url, numPartitions=3, k=4, exact=True).fit(frame)
    assert digests(tmp_path / "store") == digests(tmp_path / "folder")
    assert set(os.listdir(tmp_path / "store")) == {*digests(tmp_path / "store"), "metadata"}
    wanted = found(AkinModel.load(str(tmp_path / "folder")).setParams(k=4, exact=True).transform(frame))
    loaded = AkinModel.load(url)
    assert (loaded.getK(), loaded.uid, loaded.generation) == (4, model.uid, 1)
    for one in (model, loaded):
        assert {id: ids for id, (ids, _) in found(one.transform(frame)).items()} == {id: ids for id, (ids, _) in wanted.items()}
    # The next generation follows, and the older model keeps its own.
    half = spark.createDataFrame(table(np.arange(20), vectors(20, 4, 2)))
    with pytest.raises(akin.UsageError, match="holds a catalogue already, of generation 1"):
        AkinIndexer(path=url).fit(half)
    assert AkinIndexer(path=url, overwrite=True, k=50).fit(half).index().live == 20
    assert model.index().live == 90 and akin.verify(tmp_path / "store")
    loaded.write().save(str(tmp_path / "copy"))
    assert AkinModel.load(str(tmp_path / "copy")).index().live == 90


def test_one_driver_commits_at_a_time(spark, tmp_path):
    frame = spark.createDataFrame(table(np.arange(9), vectors(9, 3, 1)))
    store = _store.place(f"local://{tmp_path}/store")
    os.mkdir(tmp_path / "store")
    with store._committing(0), pytest.raises(akin.SystemFailure, match="another driver is committing"):
        AkinIndexer(path=store.path).fit(frame)
    assert os.listdir(tmp_path / "store") == []
    with pytest.raises(akin.InputError, match="expected a catalogue, found none"):
        AkinModel.load(store.path)
    with store.staging() as staging, pytest.raises(akin.SystemFailure, match="ended without this task"):
        with store.writing(staging):
            os.remove(tmp_path / "store" / staging / "token")
    with store.staging() as staging:
        AkinIndexer(path=store.path).fit(frame)
        with pytest.raises(akin.UsageError, match="another driver has committed generation 1 meanwhile"):
            store.adopt([], staging, 0, True, {})
    assert set(os.listdir(tmp_path / "store")) == {*digests(tmp_path / "store"), "metadata"}
