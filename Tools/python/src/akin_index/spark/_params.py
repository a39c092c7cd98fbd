"""The parameters of indexers and models, by the names that users of Spark ML and of hnswlib-spark know."""

from __future__ import annotations

from typing import Any, Dict

from pyspark.ml.param import Param, Params, TypeConverters
from pyspark.ml.param.shared import HasFeaturesCol, HasPredictionCol

from .. import errors
from .._library import METRIC_NAMES
from ..embeddings import metric_number


def _metric(value: Any) -> str:
    """The name of a metric, whatever it is written with."""
    return METRIC_NAMES[metric_number(value)]


def _optional(convert: Any) -> Any:
    """A converter that lets None pass, which stands for "not set"."""
    return lambda value: None if value is None else convert(value)


def _invalid(value: Any) -> str:
    if value not in ("error", "skip", "keep"):
        raise errors.UsageError(f"handleInvalid must be error, skip or keep, found {value!r}")
    return value


class Shared(HasFeaturesCol, HasPredictionCol):
    """What an indexer hands on to its model."""

    identifierCol = Param(Params._dummy(), "identifierCol", "the column of ids: long, int or string", TypeConverters.toString)
    queryIdentifierCol = Param(
        Params._dummy(),
        "queryIdentifierCol",
        "the column of the ids of queries, for excludeSelf",
        _optional(TypeConverters.toString),
    )
    k = Param(Params._dummy(), "k", "the number of neighbors of a query", TypeConverters.toInt)
    ef = Param(Params._dummy(), "ef", "candidates of a walk over the graph; more find more", _optional(TypeConverters.toInt))
    recall = Param(Params._dummy(), "recall", "a share of the true best, which is planned for", _optional(TypeConverters.toFloat))
    exact = Param(Params._dummy(), "exact", "whether every item is scored", TypeConverters.toBoolean)
    where = Param(Params._dummy(), "where", "a condition on attributes of the items", _optional(TypeConverters.toString))
    minScore = Param(Params._dummy(), "minScore", "no neighbors with a lower score", _optional(TypeConverters.toFloat))
    excludeSelf = Param(Params._dummy(), "excludeSelf", "whether a query's own id is left out", TypeConverters.toBoolean)
    handleInvalid = Param(
        Params._dummy(), "handleInvalid", "queries without a valid vector: error, skip, or keep with no prediction", _invalid
    )

    def __init__(self, *arguments: Any):
        super().__init__(*arguments)
        self._setDefault(
            identifierCol="id",
            queryIdentifierCol=None,
            featuresCol="features",
            predictionCol="prediction",
            k=10,
            ef=None,
            recall=None,
            exact=False,
            where=None,
            minScore=None,
            excludeSelf=False,
            handleInvalid="error",
        )

    def _effort(self) -> Dict[str, Any]:
        """How a search goes about it, as the arguments of `Index.search`."""
        value = self.getOrDefault
        return {
            "ef": value("ef"),
            "recall": value("recall"),
            "exact": value("exact"),
            "where": value("where"),
            "min_score": value("minScore"),
        }


class Building(Shared):
    """What is asked of a build besides."""

    path = Param(
        Params._dummy(), "path", "the directory of the catalogue, which every machine sees", _optional(TypeConverters.toString)
    )
    metric = Param(Params._dummy(), "metric", "cosine, inner-product or euclidean", _metric)
    m = Param(Params._dummy(), "m", "links of an item on the upper layers", _optional(TypeConverters.toInt))
    efConstruction = Param(Params._dummy(), "efConstruction", "candidates of an insertion", TypeConverters.toInt)
    seed = Param(Params._dummy(), "seed", "the seed of the levels", TypeConverters.toInt)
    numPartitions = Param(Params._dummy(), "numPartitions", "the number of segments", _optional(TypeConverters.toInt))
    rowsPerSegment = Param(
        Params._dummy(),
        "rowsPerSegment",
        "about so many rows a segment, in place of numPartitions",
        _optional(TypeConverters.toInt),
    )
    overwrite = Param(
        Params._dummy(), "overwrite", "whether the items of a catalogue that is there are replaced", TypeConverters.toBoolean
    )
    verify = Param(
        Params._dummy(),
        "verify",
        "whether the driver reads every byte and compares all ids before the commit",
        TypeConverters.toBoolean,
    )

    def __init__(self, *arguments: Any):
        super().__init__(*arguments)
        self._setDefault(
            path=None,
            metric="cosine",
            m=None,
            efConstruction=100,
            seed=0,
            numPartitions=None,
            rowsPerSegment=None,
            overwrite=False,
            verify=True,
        )

    def _options(self) -> Dict[str, Any]:
        """The options of every graph."""
        value = self.getOrDefault
        options = {"ef_construction": value("efConstruction"), "seed": value("seed")}
        return options if value("m") is None else {**options, "m": value("m")}


def accessors(owner: type) -> type:
    """Gives a class `setK`, `getK` and so on for each of its parameters that has none yet."""
    for name in dir(owner):
        if not isinstance(getattr(owner, name), Param):
            continue
        title = name[0].upper() + name[1:]

        def set_it(self: Any, value: Any, _name: str = name) -> Any:
            if value is None:
                self.clear(self.getParam(_name))
                return self
            return self._set(**{_name: value})

        def get_it(self: Any, _name: str = name) -> Any:
            return self.getOrDefault(_name)

        for prefix, made in (("set", set_it), ("get", get_it)):
            if not hasattr(owner, prefix + title):
                made.__name__ = prefix + title
                made.__doc__ = f"{'Sets' if prefix == 'set' else 'Gets'} {name}: {getattr(owner, name).doc}."
                setattr(owner, prefix + title, made)
    return owner
