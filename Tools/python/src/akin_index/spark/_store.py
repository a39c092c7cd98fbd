"""The directory of a catalogue as driver and workers share it, and the one for segments on their way there."""

from __future__ import annotations

import os
import shutil
import time
import uuid
from contextlib import contextmanager
from typing import Iterator, Optional, Tuple
from urllib.parse import unquote, urlparse

from .. import errors

# A directory for segments on their way, inside that of the catalogue, which does not look at it.
STAGING = "building-"
# The file in it by which a worker knows that it sees the driver's.
TOKEN = "token"
# Seconds after which nobody builds there any more.
OLD = 24 * 3600


def local(path: Optional[str]) -> str:
    """A path of this machine: as it is, or of a URL `file:`."""
    if not path:
        raise errors.UsageError(
            "there is no path for the catalogue", 'name a directory that every machine sees: path="/shared/items"'
        )
    url = urlparse(path)
    if url.scheme == "file":
        return os.path.abspath(unquote(url.path))
    if "://" in path:
        raise errors.UsageError(
            f"{path}: a catalogue is mapped into memory, so it lies in a directory, not behind {url.scheme}://",
            "mount the store on every machine, or copy the directory there after fit",
        )
    return os.path.abspath(path)


def generation(path: str) -> int:
    """The newest generation of a catalogue; 0 where there is none."""
    try:
        names = os.listdir(path)
    except FileNotFoundError:
        return 0
    return max((int(name[:-4]) for name in names if name.endswith(".cat") and name[:-4].isdigit()), default=0)


@contextmanager
def staging(path: str) -> Iterator[Tuple[str, str]]:
    """A directory for the segments of one build, and what its token says; gone afterwards, with all that was not committed.

    What builds of killed drivers have left goes, too, once it is a day old.
    """
    os.makedirs(path, exist_ok=True)
    sweep(path)
    name = uuid.uuid4().hex
    made = os.path.join(path, STAGING + name)
    os.mkdir(made)
    try:
        with open(os.path.join(made, TOKEN), "w") as file:
            file.write(name)
            file.flush()
            os.fsync(file.fileno())
        yield made, name
    finally:
        remove(made)
        # Nothing is left of a first build that failed.
        if not generation(path):
            try:
                os.rmdir(path)
            except OSError:
                pass


def remove(directory: str) -> None:
    """Removes a directory that the task of a lost executor may still be writing to: without it, that ends with an error."""
    for _ in range(5):
        shutil.rmtree(directory, ignore_errors=True)
        if not os.path.exists(directory):
            return
        time.sleep(0.05)


def sweep(path: str) -> None:
    """Removes the directories of builds that nobody is working on."""
    for name in os.listdir(path):
        directory = os.path.join(path, name)
        if not name.startswith(STAGING):
            continue
        try:
            touched = max(os.path.getmtime(directory), os.path.getmtime(os.path.join(directory, TOKEN)))
        except OSError:
            continue
        if time.time() - touched > OLD:
            remove(directory)


def copy(source: str, target: str) -> None:
    """Copies a file, durably."""
    shutil.copyfile(source, target)
    with open(target, "rb") as file:
        os.fsync(file.fileno())
