"""The model: a generation of a catalogue that executors open where it lies, and answer from by batches."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import uuid
from typing import Any, Dict, List, Optional

from pyspark.ml.base import Model
from pyspark.ml.param import Param, Params, TypeConverters
from pyspark.ml.util import DefaultParamsReader, DefaultParamsWriter, MLReadable, MLReader, MLWritable, MLWriter
from pyspark.sql import DataFrame, SparkSession, functions
from pyspark.sql.types import ArrayType, FloatType, StructField, StructType

from .. import errors
from ..catalogue import Catalogue
from ..command import run
from ..index import Index
from . import _store
from ._answers import Answerer
from ._frames import ID_TYPES, id_column, vector_column
from ._params import Shared, accessors

#: The ef of a search for which none is given, unless k is larger (`SearchRequest.defaultEf` in Swift).
USUAL_EF = 64


@accessors
class AkinModel(Shared, Model, MLReadable, MLWritable):
    """Answers queries by a catalogue: `transform` adds a column of arrays of (neighbor, score), the best first.

    Larger scores are better: cosines, products, or negative squared distances. k: neighbors of a query. ef, recall or exact: as for
    `Index.search`. where: a condition on attributes of the items. minScore: no neighbors below. excludeSelf: leaves out the item
    with the id in queryIdentifierCol (by default identifierCol). handleInvalid: what becomes of queries without a valid vector.

    Only the path goes to the executors. A model keeps its generation; `load` takes the newest.
    """

    idType = Param(Params._dummy(), "idType", "what neighbors are: long, int or string", TypeConverters.toString)

    def __init__(self) -> None:
        super().__init__()
        self._setDefault(idType="long")
        self._place: Any = None
        self.generation = 0

    @classmethod
    def _opened(cls, place: Any, generation: int, kind: Optional[str] = None) -> AkinModel:
        """A model of a generation that is there."""
        model = cls()
        model._place, model.generation = place, generation
        if kind is None:
            with model.index() as index:
                kind = "long" if index._places.are_numbers else "string"
        return model._set(idType=kind)

    @classmethod
    def load(cls, path: str) -> AkinModel:
        """The newest generation of a catalogue, whoever made it, with the parameters that `fit` or `save` left beside it."""
        return cls.read().load(path)

    @classmethod
    def read(cls) -> MLReader:
        """A reader of models."""
        return _Reader(cls)

    def write(self) -> MLWriter:
        """A writer of this model: `model.write().overwrite().save(path)` copies the segments to a catalogue of their own."""
        return _Writer(self)

    @property
    def path(self) -> Optional[str]:
        """Where the catalogue lies."""
        return self._place and self._place.path

    def index(self) -> Index:
        """The index, opened in this process."""
        return Catalogue(self._place.opened(self.generation)).open(self.generation)

    def copy(self, extra: Any = None) -> AkinModel:
        """A model of the same generation."""
        made = super().copy(extra)
        made._place, made.generation = self._place, self.generation
        return made

    def _transform(self, dataset: DataFrame) -> DataFrame:
        name = self.getOrDefault("predictionCol")
        if name in dataset.columns:
            raise errors.UsageError(f"predictionCol names the column {name!r}, which the DataFrame has already")
        columns = [vector_column(dataset, self.getOrDefault("featuresCol"))]
        own = None
        if self.getOrDefault("excludeSelf"):
            own = self.getOrDefault("queryIdentifierCol") or self.getOrDefault("identifierCol")
            columns.append(id_column(dataset, own, "queryIdentifierCol")[0])
        return self._answered(dataset, columns, name, has_own=own is not None)

    def setParams(self, **values: Any) -> AkinModel:
        """Sets parameters by their names; None takes a value back."""
        for name, value in values.items():
            if not self.hasParam(name):
                raise errors.UsageError(f"{type(self).__name__} has no parameter {name!r}")
            self._set(**{name: value}) if value is not None else self.clear(self.getParam(name))
        return self

    def _answered(
        self,
        dataset: DataFrame,
        columns: list,
        name: str,
        fields: tuple = ("neighbor", "score"),
        keep: Optional[List[str]] = None,
        **asked: Any,
    ) -> DataFrame:
        """A frame of columns that are kept, by default all, and answers to the vectors in the first of `columns`."""
        self._check()
        keep = dataset.columns if keep is None else keep
        answerer = Answerer(
            place=self._place,
            generation=self.generation,
            digest=hashlib.sha256(self._place.manifest(self.generation)).hexdigest(),
            kind=self.getOrDefault("idType"),
            k=self.getOrDefault("k"),
            effort=self._shared_effort(),
            kept=len(keep),
            fields=fields,
            invalid=self.getOrDefault("handleInvalid"),
            **asked,
        )
        # By numbers on the way: names of the caller may have dots, or be those of ours.
        kept = [functions.col(f"`{column}`").alias(f"c{place}") for place, column in enumerate(keep)]
        given = [column.alias(f"q{place}") for place, column in enumerate(columns)]
        answer = StructType([StructField(fields[0], ID_TYPES[answerer.kind]), StructField(fields[1], FloatType())])
        passed = [StructField(f"c{place}", dataset.schema[column].dataType) for place, column in enumerate(keep)]
        schema = StructType([*passed, StructField("answers", ArrayType(answer))])
        facts = {column: dataset.schema[column].metadata for column in keep}
        named = [functions.col(f"c{place}").alias(column, metadata=facts[column]) for place, column in enumerate(keep)]
        return dataset.select(*kept, *given).mapInArrow(answerer, schema).select(*named, functions.col("answers").alias(name))

    def _segments(self) -> List[str]:
        """The names of the segments of the generation."""
        words = ["catalogue", "info", self._place.opened(self.generation), "--generation", self.generation, "--json"]
        return [f"{one['segment']}.idx" for one in json.loads(run(*words)[1])["segments"]]

    def _shared_effort(self) -> Dict[str, Any]:
        """How a search goes about it, so that several graphs find what one would.

        A catalogue shares an ef among its graphs by their sizes, with a margin. Of vectors without any structure more than two
        then find up to .01 less than one graph; with half more they do not (`Tools/bench/spark/soak.py` compares).
        """
        effort = self._effort()
        if effort["recall"] is None and not effort["exact"] and len(self._segments()) > 2:
            ef = max(USUAL_EF, self.getOrDefault("k")) if effort["ef"] is None else effort["ef"]
            effort["ef"] = -(-3 * ef // 2)
        return effort

    def _check(self) -> None:
        """Throws for what is wrong with the request, before Spark runs anything."""
        if self._place is None:
            raise errors.UsageError("this model has no catalogue", "fit an AkinIndexer, or AkinModel.load(path)")
        with self.index() as index:
            index.search([0.0] * index.dimension, self.getOrDefault("k"), **self._effort())

    def _facts(self, session: SparkSession) -> str:
        """The parameters, as Spark ML writes them."""
        return DefaultParamsWriter._get_metadata_to_save(self, _context(session))


def _context(session: Any) -> Any:
    """What this version of Spark writes metadata by: the session from 4.0 on, the context before."""
    import pyspark

    return session if int(pyspark.__version__.split(".")[0]) >= 4 else session.sparkContext


class _Writer(MLWriter):
    """Copies a generation to a directory of its own."""

    def __init__(self, model: AkinModel):
        super().__init__()
        self._model = model

    def save(self, path: str) -> None:
        """Writes the model: the directory appears when all of it is there."""
        self.saveImpl(path)

    def saveImpl(self, path: str) -> None:
        """Writes the model."""
        model, path = self._model, _store.local(path)
        taken = os.path.exists(path) and bool(os.listdir(path))
        if taken and not self.shouldOverwrite:
            raise errors.UsageError(f"{path}: there is something already", "write().overwrite() replaces it")
        if os.path.exists(path) and os.path.exists(model.path) and os.path.samefile(path, model.path):
            raise errors.UsageError(f"{path}: the model lies there", "save it to another path")
        names = [*model._segments(), f"{model.generation:012}.cat"]
        source = model._place.opened(model.generation)
        made = f"{path}.tmp.{uuid.uuid4().hex}"
        shutil.rmtree(made, ignore_errors=True)
        os.makedirs(made)
        try:
            for name in names:
                _store.copy(os.path.join(source, name), os.path.join(made, name))
            _store.write_facts(made, model._facts(self.sparkSession))
            if os.path.exists(path):
                shutil.rmtree(path)
            os.rename(made, path)
        finally:
            shutil.rmtree(made, ignore_errors=True)


class _Reader(MLReader):
    """Opens a catalogue, and takes the parameters beside it where there are any."""

    def __init__(self, cls: type):
        super().__init__()
        self._cls = cls

    def load(self, path: str) -> AkinModel:
        place = _store.place(path)
        generation = place.generation()
        if not generation:
            raise errors.InputError(
                f"{place.path}: expected a catalogue, found none", "fit an AkinIndexer there, or make one: akin catalogue create"
            )
        model, facts = self._cls._opened(place, generation), place.facts()
        if facts is not None:
            metadata = DefaultParamsReader._parseMetaData(facts)
            DefaultParamsReader.getAndSetParams(model, metadata)
            model._resetUid(metadata["uid"])
        return model
