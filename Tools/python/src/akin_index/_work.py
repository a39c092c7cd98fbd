"""Long work: progress, Ctrl-C and cancelling."""

from __future__ import annotations

import ctypes
import logging
import threading
import warnings
from typing import Any, Callable, Optional

from ._library import Handle, Progress, Work, failure, lib

# Called with the stage, how much is done, of how much (None where it is not known), and the unit.
Listener = Callable[[str, int, Optional[int], str], Any]

_log = logging.getLogger("akin_index")


class _Bar:
    """A bar of tqdm for each stage."""

    def __init__(self):
        from tqdm.auto import tqdm

        self._tqdm, self._bar, self._stage = tqdm, None, None

    def __call__(self, stage: str, done: int, total: Optional[int], unit: str) -> None:
        if stage != self._stage:
            self.close()
            self._bar, self._stage = self._tqdm(desc=stage, total=total, unit=f" {unit}"), stage
        self._bar.n = done
        self._bar.refresh()

    def close(self) -> None:
        if self._bar is not None:
            self._bar.close()
            self._bar = None


def long_work(function: Callable[[int], int], threads: int = 0, progress: Any = None) -> int:
    """Runs `function(work)`, a call of the library, on a thread of its own, so that Ctrl-C is heard while it runs.

    `progress` is a listener, True for a bar of tqdm, or None. Warnings of the library become Python's, and its notes lines of the
    logger `akin_index`. Returns the status, 0 or 1; raises for others.
    """
    listener = _Bar() if progress is True else progress
    notes, asides, raised = [], [], []
    switch = Handle.of(lib.akin_cancellation)

    def hear(_, stage, done, total, unit, note):
        try:
            if note is not None and stage == b"warning":
                notes.append(note.decode())
            elif note is not None and stage == b"note":
                asides.append(note.decode())
            elif listener and stage != b"note":
                listener(stage.decode(), done, None if total < 0 else total, unit.decode())
        except BaseException as error:
            raised.append(error)
            return 1
        return 0

    work = Work(ctypes.sizeof(Work), threads, Progress(hear), None, switch.number)
    result = []

    def run() -> None:
        try:
            result.append((function(ctypes.addressof(work)), lib.akin_last_error(), lib.akin_last_help()))
        except BaseException as error:
            raised.append(error)

    try:
        if threading.current_thread() is threading.main_thread():
            thread = threading.Thread(target=run, name="akin", daemon=True)
            thread.start()
            interrupted = None
            while thread.is_alive():
                try:
                    thread.join(0.1)
                except KeyboardInterrupt as error:
                    interrupted = error
                    lib.akin_cancel(switch.number)
            if interrupted:
                raise interrupted
        else:
            run()
    finally:
        if isinstance(listener, _Bar):
            listener.close()
    if raised:
        raise raised[0]
    for note in asides:
        _log.info(note)
    for note in notes:
        warnings.warn(note, stacklevel=3)
    status, sentence, help = result[0]
    # 1 is no error: the answer is no.
    if status > 1:
        raise failure(status, sentence, help)
    return status
