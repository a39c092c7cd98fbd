"""Metrics in the text format of Prometheus."""

from __future__ import annotations

import bisect
from typing import Any, Dict, List

BOUNDS = [0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0]


class Metrics:
    """Counts and latencies by route."""

    def __init__(self):
        self._counts: Dict[tuple, int] = {}
        self._buckets: Dict[str, List[int]] = {}
        self._seconds: Dict[str, float] = {}
        self.in_flight = 0

    def count(self, route: str, code: int, seconds: float) -> None:
        """Takes one request in."""
        self._counts[route, code] = self._counts.get((route, code), 0) + 1
        buckets = self._buckets.setdefault(route, [0] * (len(BOUNDS) + 1))
        buckets[bisect.bisect_left(BOUNDS, seconds)] += 1
        self._seconds[route] = self._seconds.get(route, 0.0) + seconds

    def text(self, state: Any, recall: Any) -> str:
        """All metrics."""
        lines = ["# TYPE akin_requests_total counter"]
        for (route, code), count in sorted(self._counts.items()):
            lines.append(f'akin_requests_total{{route="{route}",code="{code}"}} {count}')
        lines.append("# TYPE akin_request_duration_seconds histogram")
        for route, buckets in sorted(self._buckets.items()):
            total = 0
            for bound, count in zip([*map(str, BOUNDS), "+Inf"], buckets):
                total += count
                lines.append(f'akin_request_duration_seconds_bucket{{route="{route}",le="{bound}"}} {total}')
            lines.append(f'akin_request_duration_seconds_sum{{route="{route}"}} {self._seconds[route]:.6f}')
            lines.append(f'akin_request_duration_seconds_count{{route="{route}"}} {total}')
        share, low, high = recall.interval()
        now = state.now.index
        plain = [
            ("gauge", "akin_requests_in_flight", self.in_flight),
            ("gauge", "akin_index_items", now.live),
            ("gauge", "akin_index_generation", now.generation or 0),
            ("counter", 'akin_reloads_total{result="done"}', state.reloads["done"]),
            ("counter", 'akin_reloads_total{result="failed"}', state.reloads["failed"]),
            ("counter", "akin_recall_queries_total", recall.queries),
            ("counter", "akin_recall_skipped_total", recall.skipped),
            ("gauge", 'akin_recall{bound="mean"}', f"{share:.6f}".replace("nan", "NaN")),
            ("gauge", 'akin_recall{bound="low"}', f"{low:.6f}"),
            ("gauge", 'akin_recall{bound="high"}', f"{high:.6f}"),
        ]
        typed = set()
        for kind, name, value in plain:
            family = name.split("{")[0]
            if family not in typed:
                lines.append(f"# TYPE {family} {kind}")
                typed.add(family)
            lines.append(f"{name} {value}")
        return "\n".join(lines) + "\n"
