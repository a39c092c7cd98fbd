"""Recall of the answers that are served: a share of them is answered exactly, too, in the background."""

from __future__ import annotations

import queue
import random
import threading
from typing import Any, Callable, Tuple

import numpy as np

from .metrics import Metrics


class LiveRecall:
    """Compares a share of answers with exact ones, on a thread of its own. What does not fit its queue is not compared."""

    def __init__(self, share: float, metrics: Metrics):
        self.share = share
        self._metrics = metrics
        self._random = random.Random()
        self._jobs: queue.Queue[Tuple[Callable[[], np.ndarray], np.ndarray]] = queue.Queue(64)
        self._thread: Any = None
        self._lock = threading.Lock()

    def is_chosen(self) -> bool:
        """Whether an answer is one of the share."""
        return self.share > 0 and self._random.random() < self.share

    def offer(self, exactly: Callable[[], np.ndarray], found: np.ndarray) -> None:
        """Compares an answer with what `exactly` gives, later."""
        if not len(found):
            return
        if self._thread is None:
            with self._lock:
                if self._thread is None:
                    self._thread = threading.Thread(target=self._run, name="akin-recall", daemon=True)
                    self._thread.start()
        try:
            self._jobs.put_nowait((exactly, found))
        except queue.Full:
            self._metrics.skipped()

    def _run(self) -> None:
        while True:
            exactly, found = self._jobs.get()
            try:
                true = exactly()
                self._metrics.compared(len(set(true.tolist()) & set(found.tolist())), len(true))
            except Exception:
                self._metrics.skipped()
            finally:
                self._jobs.task_done()

    def drain(self) -> None:
        """Waits until all offers are compared; for tests."""
        self._jobs.join()
