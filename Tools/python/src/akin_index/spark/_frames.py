"""Columns of DataFrames as this package needs them: ids of three types, vectors of floats."""

from __future__ import annotations

from typing import Any, Tuple

from pyspark.sql import DataFrame, functions
from pyspark.sql.types import (
    ArrayType,
    ByteType,
    DataType,
    DoubleType,
    FloatType,
    IntegerType,
    LongType,
    ShortType,
    StringType,
)

from .. import errors

# What an id is in answers, by the column that it came from.
ID_TYPES = {"string": StringType(), "int": IntegerType(), "long": LongType()}


def column_type(frame: DataFrame, name: str, role: str) -> DataType:
    """The type of a column, which must be there."""
    if name not in frame.columns:
        raise errors.UsageError(f"{role} names the column {name!r}; the DataFrame has {', '.join(frame.columns) or 'none'}")
    return frame.schema[name].dataType


def id_column(frame: DataFrame, name: str, role: str = "identifierCol") -> Tuple[Any, str]:
    """The column of ids, and whether they are long, int or string."""
    found = column_type(frame, name, role)
    column = functions.col(f"`{name}`")
    if isinstance(found, (ByteType, ShortType, IntegerType)):
        return column.cast("long"), "int"
    if isinstance(found, LongType):
        return column, "long"
    if isinstance(found, StringType):
        return column, "string"
    raise errors.UsageError(f"{role} {name!r} must be long, int or string, found {found.simpleString()}")


def vector_column(frame: DataFrame, name: str) -> Any:
    """The column of vectors as arrays of floats."""
    from pyspark.ml.functions import vector_to_array
    from pyspark.ml.linalg import VectorUDT

    found = column_type(frame, name, "featuresCol")
    column = functions.col(f"`{name}`")
    if isinstance(found, VectorUDT):
        return vector_to_array(column, "float32")
    if isinstance(found, ArrayType) and isinstance(found.elementType, (FloatType, DoubleType)):
        return column if isinstance(found.elementType, FloatType) else column.cast("array<float>")
    raise errors.UsageError(
        f"featuresCol {name!r} must be array<float>, array<double> or a vector of Spark ML, found {found.simpleString()}"
    )
