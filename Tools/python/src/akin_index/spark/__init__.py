"""Akin on Spark: segments built by executors, one catalogue of all, and answers by batches.

    from akin_index.spark import AkinIndexer
    indexer = AkinIndexer(path="/shared/items", identifierCol="id", featuresCol="features", numPartitions=16, k=10)
    model = indexer.fit(items)
    answers = model.transform(queries)          # prediction: an array of (neighbor, score), the best first

The path is a directory that every machine sees. What `fit` writes there is a catalogue as `akin catalogue`,
`akin_index.Catalogue` and `akin-serve` open it.
"""

from .als import from_als, recommend_all
from .indexer import AkinIndexer
from .model import AkinModel

__all__ = ["AkinIndexer", "AkinModel", "from_als", "recommend_all"]
