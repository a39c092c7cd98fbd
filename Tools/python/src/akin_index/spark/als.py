"""Factors of Spark ML's ALS: a catalogue of the items, and lists for every user."""

from __future__ import annotations

import os
import tempfile
from typing import Any, Optional

import numpy as np
from pyspark.sql import DataFrame, functions

from .. import errors
from ..command import run
from ._frames import column_type, id_column, vector_column
from ._rows import part
from .indexer import AkinIndexer
from .model import AkinModel


def from_als(als_model: Any, path: str, *, embeddings: Any = None, **options: Any) -> AkinModel:
    """Makes a catalogue of the item factors of an `ALSModel`, by inner product, which is the model's own score.

    options: those of `AkinIndexer`. embeddings: also writes an embeddings file of items and users there, by the driver, for
    `akin recommend --users` and `Recommender`. The answers of `recommend_all(als_model.userFactors, path, k)` are those of
    `als_model.recommendForAllUsers(k)`.
    """
    for name in ("itemFactors", "userFactors"):
        if not hasattr(als_model, name):
            raise errors.UsageError(f"expected an ALSModel, found {type(als_model).__name__}, which has no {name}")
    if options.setdefault("metric", "inner-product") not in ("inner-product", "inner_product"):
        raise errors.UsageError(f"factors of ALS are compared by inner product, found metric={options['metric']!r}")
    model = AkinIndexer(path=path, **options).fit(als_model.itemFactors)
    if embeddings is not None:
        _write_embeddings(als_model, embeddings, options.get("overwrite", False))
    return model


def recommend_all(
    users: DataFrame,
    path: Any,
    k: int = 10,
    *,
    seen: Optional[DataFrame] = None,
    userCol: str = "user",
    itemCol: str = "item",
    identifierCol: str = "id",
    featuresCol: str = "features",
    output: Optional[str] = None,
    overwrite: bool = False,
    **effort: Any,
) -> DataFrame:
    """The best items for every user: (user, recommendations), an array of (item, rating) as Spark ML's ALS has it, the best first.

    users: ids and vectors, such as `ALSModel.userFactors`. path: a catalogue, or an `AkinModel`. seen: a DataFrame of (userCol,
    itemCol); a user gets none of these items. output: a path for Parquet, from which the result is then read. effort: ef, recall or
    exact, where, minScore.
    """
    model = path if isinstance(path, AkinModel) else AkinModel.load(path)
    model = model.copy().setParams(**{"k": k, "ef": None, "recall": None, "exact": False, **effort})
    ids, _ = id_column(users, identifierCol)
    kind = column_type(users, identifierCol, "identifierCol")
    frame = users.select(ids.cast(kind).alias(userCol), vector_column(users, featuresCol).alias("query"))
    columns = [functions.col("query")]
    if seen is not None:
        own, item = id_column(seen, userCol, "userCol")[0], id_column(seen, itemCol, "itemCol")[0]
        lists = seen.select(own.cast(kind).alias(userCol), item.alias("one")).groupBy(userCol)
        frame = frame.join(lists.agg(functions.collect_set("one").alias("seen")), userCol, "left")
        columns.append(functions.col("seen"))
    found = model._answered(frame, columns, "recommendations", ("item", "rating"), keep=[userCol], has_seen=seen is not None)
    if output is None:
        return found
    found.write.mode("overwrite" if overwrite else "errorifexists").parquet(output)
    return found.sparkSession.read.parquet(output)


def _write_embeddings(als_model: Any, path: Any, overwrite: bool) -> None:
    """An embeddings file of both sides, in the order of ids."""
    with tempfile.TemporaryDirectory() as scratch:
        words = []
        for side, option in (("item", None), ("user", "--users")):
            table = getattr(als_model, f"{side}Factors").select("id", "features").toArrow().combine_chunks().sort_by("id")
            ids, vectors = table.column("id").combine_chunks(), table.column("features").combine_chunks()
            rows = part(ids, vectors)
            names = [os.path.join(scratch, f"{side}.npy"), os.path.join(scratch, f"{side}.txt")]
            np.save(names[0], rows.values.reshape(len(rows.ids), -1))
            with open(names[1], "w") as file:
                file.writelines(f"{id}\n" for id in rows.ids.tolist())
            words += [option, names[0], "--user-ids", names[1]] if option else [names[0], "--ids", names[1]]
        run("import", *words, "-o", path, "--metric", "inner-product", *(["--force"] if overwrite else []))
