"""The indexer: an estimator that shards rows by their ids, has executors build the segments, and commits one catalogue."""

from __future__ import annotations

import json
from typing import Any, Dict, List, Optional, Tuple

import numpy as np
from pyspark import keyword_only
from pyspark.ml.base import Estimator
from pyspark.ml.util import DefaultParamsReadable, DefaultParamsWritable
from pyspark.sql import DataFrame, functions

from .. import errors
from ..index import Index
from . import _store
from ._build import SCHEMA, Builder
from ._frames import id_column, vector_column
from ._params import Building, accessors
from .model import AkinModel

# Segments of one catalogue.
_MOST = 4096


@accessors
class AkinIndexer(Building, Estimator, DefaultParamsReadable, DefaultParamsWritable):
    """Makes a catalogue of a DataFrame of ids and vectors, and a model that answers by it.

    A row goes to the segment that the hash of its id says, and lies there in the order of ids; so the same rows give the same
    files, byte for byte, in whatever order they came and however often tasks were tried. Nothing is there before everything is:
    what is wrong with a row is an error that names it, and the driver commits one manifest.

    path: the directory of the catalogue, on a file system that driver and workers share. overwrite: replaces the items of a
    catalogue that is there, as its next generation. numPartitions: segments, by default 1; few and large ones answer fastest.
    rowsPerSegment: in their place, about so many rows each, for which the rows are counted. verify: the driver reads every byte
    before the commit.
    Others: metric (or distanceFunction), m, efConstruction, seed, and those of `AkinModel`.
    """

    @keyword_only
    def __init__(
        self,
        *,
        path: Optional[str] = None,
        identifierCol: str = "id",
        featuresCol: str = "features",
        metric: str = "cosine",
        m: Optional[int] = None,
        efConstruction: int = 100,
        seed: int = 0,
        numPartitions: Optional[int] = None,
        rowsPerSegment: Optional[int] = None,
        overwrite: bool = False,
        verify: bool = True,
        queryIdentifierCol: Optional[str] = None,
        predictionCol: str = "prediction",
        k: int = 10,
        ef: Optional[int] = None,
        recall: Optional[float] = None,
        exact: bool = False,
        where: Optional[str] = None,
        minScore: Optional[float] = None,
        excludeSelf: bool = False,
        handleInvalid: str = "error",
        distanceFunction: Optional[str] = None,
    ):
        super().__init__()
        self.setParams(**self._input_kwargs)

    def setParams(self, **values: Any) -> AkinIndexer:
        """Sets parameters by their names."""
        other = values.pop("distanceFunction", None)
        if other is not None:
            values["metric"] = other
        return self._set(**values)

    def setDistanceFunction(self, value: str) -> AkinIndexer:
        """Sets metric, as hnswlib-spark calls it."""
        return self._set(metric=value)

    def _fit(self, dataset: DataFrame) -> AkinModel:
        place = _store.place(self.getOrDefault("path"))
        options, metric = self._options(), self.getOrDefault("metric")
        # What is wrong with options is said before anything runs.
        Index.build(np.ones((1, 1), np.float32), metric=metric, threads=1, **options).close()
        known = place.generation()
        if known and not self.getOrDefault("overwrite"):
            raise errors.UsageError(
                f"{place.path}: holds a catalogue already, of generation {known}",
                "take another path, or overwrite=True for its next generation",
            )
        ids, kind = id_column(dataset, self.getOrDefault("identifierCol"))
        rows = dataset.select(ids.alias("id"), vector_column(dataset, self.getOrDefault("featuresCol")).alias("vector"))
        shards = self._shards(rows)
        with place.staging() as staging:
            builder = Builder(place, staging, shards, metric, options)
            # `repartition` places a row by the same hash, so that a task gets one shard; it would take several.
            placed = rows.repartition(shards, "id").withColumn("shard", functions.pmod(functions.hash("id"), functions.lit(shards)))
            records = [tuple(row) for row in placed.mapInArrow(builder, SCHEMA).collect()]
            digests = _agreed(records, shards)
            place.adopt(digests, staging, known, self.getOrDefault("verify"), options)
        model = AkinModel._opened(place, known + 1, kind)
        self._copyValues(model)
        place.describe(model._facts(dataset.sparkSession))
        return model

    def _shards(self, rows: DataFrame) -> int:
        """The number of segments."""
        shards, size = self.getOrDefault("numPartitions"), self.getOrDefault("rowsPerSegment")
        if shards is not None and size is not None:
            raise errors.UsageError("numPartitions and rowsPerSegment exclude each other")
        if size is not None:
            if size < 1:
                raise errors.UsageError(f"rowsPerSegment must be at least 1, found {size}")
            shards = max(1, -(-rows.count() // size))
        shards = 1 if shards is None else shards
        if not 1 <= shards <= _MOST:
            raise errors.UsageError(f"numPartitions must be 1 to {_MOST}, found {shards}")
        return shards


def _agreed(records: List[Tuple[int, str]], shards: int) -> List[str]:
    """The digests of all segments in the order of their shards, once nothing is wrong with any row."""
    found: Dict[int, dict] = {}
    for shard, record in sorted(records):
        one = json.loads(record)
        if "error" in one:
            raise getattr(errors, one["error"])(one["sentence"], one["help"])
        if shard in found:
            raise errors.SystemFailure(f"partition {shard} of {shards} came to two tasks", "run fit again")
        found[shard] = one
    if not found:
        raise errors.InputError("the DataFrame has no rows", "a catalogue needs at least one")
    counts: Dict[int, int] = {}
    for one in found.values():
        for dimension, (rows, _) in one["dimensions"]:
            counts[dimension] = counts.get(dimension, 0) + rows
    if len(counts) > 1:
        # Most rows are right.
        usual = max(counts, key=lambda dimension: (counts[dimension], dimension))
        shard, dimension, id = next(
            (shard, dimension, id)
            for shard, one in sorted(found.items())
            for dimension, (_, id) in one["dimensions"]
            if dimension != usual
        )
        raise errors.InputError(
            f"the row with the id {id!r}, in partition {shard} of {shards}: its vector has {dimension} components, expected "
            f"{usual} as in {counts[usual]} of {sum(counts.values())} rows",
            "leave out the row, or give it a vector of the same model",
        )
    for shard, one in sorted(found.items()):
        (_, (rows, _)) = one["dimensions"][0]
        if rows != one["rows"]:
            raise errors.SystemFailure(
                f"partition {shard} of {shards} had {rows} rows, its segment has {one['rows']}", "run fit again"
            )
    return [one["digest"] for _, one in sorted(found.items())]
