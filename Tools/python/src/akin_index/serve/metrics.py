"""Metrics for Prometheus, by its own client.

Several workers add theirs up in files, where PROMETHEUS_MULTIPROC_DIR names a directory, as `akin-serve --workers` sets it.
"""

from __future__ import annotations

import math
import os
from typing import Any, Dict, Iterator, List, Tuple

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest, multiprocess
from prometheus_client.core import GaugeMetricFamily

_TOGETHER = 32
BOUNDS = [0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0]


class Metrics:
    """Counts and latencies by route, and the recall of what was served."""

    def __init__(self):
        own = self._registry = CollectorRegistry()
        self._requests = Counter("akin_requests", "Requests, by route and status.", ["route", "code"], registry=own)
        self._seconds = Histogram(
            "akin_request_duration_seconds", "Time of requests, by route.", ["route"], buckets=BOUNDS, registry=own
        )
        self._in_flight = Gauge(
            "akin_requests_in_flight",
            "Requests that wait: all but single questions by address, which are answered at once.",
            registry=own,
            multiprocess_mode="livesum",
        )
        self.reloads = Counter("akin_reloads", "Changes to newer files, by result.", ["result"], registry=own)
        self._hits = Counter("akin_recall_hits", "Items of exact answers that the answers served had.", registry=own)
        self._places = Counter("akin_recall_places", "Items of exact answers.", registry=own)
        self._queries = Counter("akin_recall_queries", "Answers that were compared with exact ones.", registry=own)
        self._skipped = Counter("akin_recall_skipped", "Answers that were chosen for that, and were not compared.", registry=own)
        # The seconds of requests that are not counted yet, by route and status.
        self._ended: Dict[Tuple[str, int], List[float]] = {}

    def begin(self) -> None:
        """A request waits."""
        self._in_flight.inc()

    def end(self) -> None:
        """A request waits no longer."""
        self._in_flight.dec()

    def ended(self, route: str, code: int, seconds: float) -> None:
        """A request was answered. Some are counted together: one by one, that would be a tenth of the time of a short one."""
        ended = self._ended.get((route, code))
        if ended is None:
            ended = self._ended[route, code] = []
        ended.append(seconds)
        if len(ended) >= _TOGETHER:
            self._count(route, code, ended)

    def settle(self) -> None:
        """Counts all requests that were answered."""
        for (route, code), ended in self._ended.items():
            if ended:
                self._count(route, code, ended)

    def _count(self, route: str, code: int, ended: List[float]) -> None:
        self._requests.labels(route, str(code)).inc(len(ended))
        observe = self._seconds.labels(route).observe
        for seconds in ended:
            observe(seconds)
        ended.clear()

    def compared(self, hits: int, places: int) -> None:
        """An answer was compared with the exact one."""
        self._hits.inc(hits)
        self._places.inc(places)
        self._queries.inc()

    def skipped(self) -> None:
        """An answer was not compared."""
        self._skipped.inc()

    def text(self, index: Any) -> bytes:
        """All metrics, of all workers, in the text format."""
        self.settle()
        return generate_latest(_All(self._all(), index))

    def recall(self) -> Tuple[float, float, float]:
        """The recall of all workers, and Wilson's interval of 95 % over the queries that were compared."""
        return interval(_sums(list(self._all().collect())))

    def _all(self) -> CollectorRegistry:
        if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
            return self._registry
        every = CollectorRegistry()
        multiprocess.MultiProcessCollector(every)
        return every


class _All:
    """What was counted, and what is computed when it is asked for."""

    def __init__(self, counted: CollectorRegistry, index: Any):
        self._counted, self._index = counted, index

    def collect(self) -> Iterator[Any]:
        families = list(self._counted.collect())
        yield from families
        for name, text, value in [
            ("akin_index_items", "Items that can be answered.", self._index.live),
            ("akin_index_generation", "The generation of the catalogue; 0 for a file.", self._index.generation or 0),
        ]:
            yield GaugeMetricFamily(name, text, value=value)
        recall = GaugeMetricFamily(
            "akin_recall", "Recall of the answers served, and its interval of 95 % by Wilson.", labels=["bound"]
        )
        for bound, value in zip(("mean", "low", "high"), interval(_sums(families))):
            recall.add_metric([bound], value)
        yield recall


def _sums(families: list) -> Tuple[float, float, float]:
    found = {
        sample.name: sample.value for family in families for sample in family.samples if sample.name.startswith("akin_recall_")
    }
    return tuple(found.get(f"akin_recall_{name}_total", 0.0) for name in ("hits", "places", "queries"))


def interval(sums: Tuple[float, float, float]) -> Tuple[float, float, float]:
    """Recall and Wilson's interval of 95 %, of hits, places and queries; (nan, 0, 1) for none."""
    hits, places, count = sums
    if not places:
        return math.nan, 0.0, 1.0
    share, z = hits / places, 1.959964
    middle = (share + z * z / (2 * count)) / (1 + z * z / count)
    half = z * math.sqrt(share * (1 - share) / count + z * z / (4 * count * count)) / (1 + z * z / count)
    return share, max(0.0, middle - half), min(1.0, middle + half)
