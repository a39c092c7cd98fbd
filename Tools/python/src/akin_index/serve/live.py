"""Recall of the answers that are served: a share of them is answered exactly, too, in the background."""

from __future__ import annotations

import math
import queue
import random
import threading
from typing import Any, Callable, Tuple

import numpy as np


class LiveRecall:
    """Compares a share of answers with exact ones, on a thread of its own. What does not fit its queue is not compared."""

    def __init__(self, share: float):
        self.share = share
        self.hits = self.places = self.queries = self.skipped = 0
        self._random = random.Random()
        self._jobs: queue.Queue[Tuple[Callable[[], np.ndarray], np.ndarray]] = queue.Queue(64)
        self._thread: Any = None
        self._lock = threading.Lock()

    def offer(self, exactly: Callable[[], np.ndarray], found: np.ndarray) -> None:
        """Maybe compares an answer with what `exactly` gives."""
        if self.share <= 0 or self._random.random() >= self.share or not len(found):
            return
        if self._thread is None:
            with self._lock:
                if self._thread is None:
                    self._thread = threading.Thread(target=self._run, name="akin-recall", daemon=True)
                    self._thread.start()
        try:
            self._jobs.put_nowait((exactly, found))
        except queue.Full:
            self.skipped += 1

    def _run(self) -> None:
        while True:
            exactly, found = self._jobs.get()
            try:
                true = exactly()
                self.hits += len(set(true.tolist()) & set(found.tolist()))
                self.places += len(true)
                self.queries += 1
            except Exception:
                self.skipped += 1
            finally:
                self._jobs.task_done()

    def drain(self) -> None:
        """Waits until all offers are compared; for tests."""
        self._jobs.join()

    def interval(self) -> Tuple[float, float, float]:
        """The recall, and Wilson's interval of 95 % over the queries that were compared; (nan, 0, 1) for none."""
        if not self.places:
            return math.nan, 0.0, 1.0
        share, count, z = self.hits / self.places, self.queries, 1.959964
        middle = (share + z * z / (2 * count)) / (1 + z * z / count)
        half = z * math.sqrt(share * (1 - share) / count + z * z / (4 * count * count)) / (1 + z * z / count)
        return share, max(0.0, middle - half), min(1.0, middle + half)
