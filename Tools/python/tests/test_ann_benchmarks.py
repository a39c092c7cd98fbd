"""The module for ann-benchmarks, called as its runner calls modules."""

import importlib.util
import sys
import types
from pathlib import Path

import numpy as np
import pytest


@pytest.fixture
def algorithm(monkeypatch):
    """The module, with the class that ann-benchmarks has in its place."""
    for name in ("bench", "bench.base", "bench.akin"):
        monkeypatch.setitem(sys.modules, name, types.ModuleType(name))
        sys.modules[name].__path__ = []
    base = types.ModuleType("bench.base.module")
    base.BaseANN = type("BaseANN", (), {"done": lambda self: None})
    monkeypatch.setitem(sys.modules, "bench.base.module", base)
    path = Path(__file__).parent.parent / "ann_benchmarks/akin/module.py"
    spec = importlib.util.spec_from_file_location("bench.akin.module", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.Akin


@pytest.mark.parametrize("metric", ["angular", "euclidean"])
def test_runs(algorithm, vectors, metric):
    akin = algorithm(metric, {"m": 8, "ef_construction": 50})
    akin.fit(vectors)
    queries = vectors[:20].astype(np.float64)
    akin.set_query_arguments("exact")
    wanted = [akin.query(query, 10) for query in queries]
    for effort in (200, 0.999):
        akin.set_query_arguments(effort)
        akin.batch_query(queries, 10)
        found = akin.get_batch_results()
        shared = [len(set(one) & set(other)) for one, other in zip(found, wanted)]
        assert np.mean(shared) >= 9.5 and str(effort) in str(akin)
    akin.freeIndex()


def test_the_configuration_names_the_constructor():
    text = (Path(__file__).parent.parent / "ann_benchmarks/akin/config.yml").read_text()
    assert "constructor: Akin" in text and "ann_benchmarks.algorithms.akin" in text
