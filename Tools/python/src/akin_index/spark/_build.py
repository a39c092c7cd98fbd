"""What an executor does for a segment: take in its rows, check them, and write one file that its content names.

An error that would come again is a row for the driver, which raises it once. Everything else is raised here, and Spark tries again.
"""

from __future__ import annotations

import json
from typing import Any, Dict, Iterator, NamedTuple, Optional, Tuple

from .. import errors
from ..catalogue import write_segment
from ..embeddings import Embeddings
from ._rows import BadRow, checked, library_ids, ordered, part, split, trouble

SCHEMA = "shard int, record string"


class Builder(NamedTuple):
    """A task that builds the segments of the shards that come to it; as a function from batches to batches, for `mapInArrow`."""

    place: Any
    staging: str
    shards: int
    metric: str
    options: Dict[str, Any]
    threads: Optional[int] = None

    def __call__(self, batches: Iterator[Any]) -> Iterator[Any]:
        import pyarrow as pa

        rows = [
            (part(batch.column(0), batch.column(1)), batch.column(2).to_numpy(zero_copy_only=False))
            for batch in batches
            if batch.num_rows
        ]
        shards = list(split(rows))
        del rows
        for shard, parts in shards:
            shard, record = self._built(shard, parts)
            yield pa.RecordBatch.from_arrays([pa.array([shard], pa.int32()), pa.array([record], pa.string())], ["shard", "record"])

    def _built(self, shard: int, parts: list) -> Tuple[int, str]:
        try:
            found = checked(parts)
            if len(found) > 1:
                return shard, json.dumps({"dimensions": list(found.items())})
            (dimension,) = found
            ids, vectors = ordered(parts, dimension)
            source = Embeddings.of(vectors, library_ids(ids), metric=self.metric)
            del vectors
            with self.place.writing(self.staging) as directory:
                record = write_segment(directory, source, threads=self.threads or _cpus(), **self.options)
            source.close()
            return shard, json.dumps({**record, "dimensions": list(found.items())})
        except BadRow as bad:
            row = "a row" if bad.id is None else f"the row with the id {bad.id!r}"
            return trouble(shard, "InputError", f"{row}, in partition {shard} of {self.shards}: {bad.what}", bad.help)
        except (errors.UsageError, errors.InputError) as error:
            return trouble(shard, type(error).__name__, f"partition {shard} of {self.shards}: {error}", error.help)


def _cpus() -> int:
    """The processors of this task."""
    from pyspark import TaskContext

    context = TaskContext.get()
    return max(1, context.cpus()) if context else 1
