"""Where a catalogue lies as driver and workers share it, and where segments are on their way there: a directory."""

from __future__ import annotations

import os
import shutil
import socket
import time
import uuid
from contextlib import contextmanager
from typing import Any, Dict, Iterator, List, NamedTuple, Optional
from urllib.parse import unquote, urlparse

from .. import errors
from ..catalogue import Catalogue

# A directory for segments on their way, inside that of the catalogue, which does not look at it.
STAGING = "building-"
# The file in it by which a worker knows that it sees the driver's.
TOKEN = "token"
# Seconds after which nobody builds there any more.
OLD = 24 * 3600


def place(path: Optional[str]) -> Folder:
    """Where a path or a URL leads: a directory, or an object store that fsspec knows."""
    if not path:
        raise errors.UsageError(
            "there is no path for the catalogue", 'name a directory that every machine sees: path="/shared/items"'
        )
    url = urlparse(path)
    if url.scheme == "file":
        return Folder(os.path.abspath(unquote(url.path)))
    if "://" in path:
        from ._remote import Store

        return Store.of(path)
    return Folder(os.path.abspath(path))


def local(path: Optional[str]) -> str:
    """The directory of a path that must lead to one."""
    found = place(path)
    if type(found) is not Folder:
        raise errors.UsageError(f"{path}: expected a directory", "save there, and copy it")
    return found.path


def newest(names: List[str]) -> int:
    """The newest generation among names; 0 where there is none."""
    return max((int(name[:-4]) for name in names if name.endswith(".cat") and name[:-4].isdigit()), default=0)


def not_shared(path: str) -> errors.InputError:
    """What a worker says that does not see what the driver has made."""
    return errors.InputError(
        f"{socket.gethostname()} does not see what the driver has made in {path}: the path is not shared",
        "take a directory on a file system that the driver and all workers mount under the same name",
    )


class Folder(NamedTuple):
    """A directory on a file system that driver and workers mount."""

    path: str

    def generation(self) -> int:
        """The newest generation; 0 where there is no catalogue."""
        try:
            return newest(os.listdir(self.path))
        except FileNotFoundError:
            return 0

    @contextmanager
    def staging(self) -> Iterator[str]:
        """The name of a directory for the segments of one build, which its token says, too; gone afterwards with all that was
        not committed. What builds of killed drivers have left goes, too, once it is a day old.
        """
        is_new = not os.path.exists(self.path)
        os.makedirs(self.path, exist_ok=True)
        sweep(self.path)
        name = STAGING + uuid.uuid4().hex
        made = os.path.join(self.path, name)
        os.mkdir(made)
        try:
            with open(os.path.join(made, TOKEN), "w") as file:
                file.write(name)
                file.flush()
                os.fsync(file.fileno())
            yield name
        finally:
            remove(made)
            # Nothing is left of a first build that failed.
            if is_new and not self.generation():
                try:
                    os.rmdir(self.path)
                except OSError:
                    pass

    @contextmanager
    def writing(self, staging: str) -> Iterator[str]:
        """The directory that a worker writes segments to; they are where the driver finds them in the end."""
        directory = os.path.join(self.path, staging)
        try:
            with open(os.path.join(directory, TOKEN)) as file:
                seen = file.read()
        except OSError:
            seen = None
        if seen != staging:
            raise not_shared(self.path)
        yield directory

    def adopt(self, digests: List[str], staging: str, known: int, check: bool, options: Dict[str, Any]) -> None:
        """Commits the segments of a build as the generation after the one that is known."""
        Catalogue.adopt(self.path, digests, os.path.join(self.path, staging), after=known, check=check, **options)

    def manifest(self, generation: int) -> bytes:
        """The file of a generation."""
        with open(os.path.join(self.path, f"{generation:012}.cat"), "rb") as file:
            return file.read()

    def opened(self, generation: int) -> str:
        """The directory of this machine from which a generation is opened."""
        return self.path

    def describe(self, facts: str) -> None:
        """Leaves the parameters of a model beside the catalogue, where `load` and pipelines of Spark ML find them."""
        write_facts(self.path, facts)

    def facts(self) -> Optional[str]:
        """The parameters that were left; None where there are none."""
        try:
            with open(os.path.join(self.path, "metadata", "part-00000")) as file:
                return file.read()
        except OSError:
            return None


def write_facts(path: str, facts: str) -> None:
    """Writes a folder of metadata as Spark ML has it, whole or not at all."""
    folder = os.path.join(path, "metadata")
    made = f"{folder}.tmp.{uuid.uuid4().hex}"
    os.makedirs(made)
    with open(os.path.join(made, "part-00000"), "w") as file:
        file.write(facts + "\n")
    shutil.rmtree(folder, ignore_errors=True)
    try:
        os.rename(made, folder)
    except OSError:
        # Another driver has written its own in between.
        shutil.rmtree(made, ignore_errors=True)


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
