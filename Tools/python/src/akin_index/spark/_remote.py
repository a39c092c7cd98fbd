"""A catalogue in an object store: segments are put there by the workers, and mapped from a copy on each machine."""

from __future__ import annotations

import hashlib
import os
import tempfile
import time
import uuid
from contextlib import contextmanager
from typing import Any, Dict, Iterator, List, NamedTuple, Optional

from .. import errors
from ..catalogue import Catalogue
from ._store import OLD, STAGING, TOKEN, newest, not_shared


class Store(NamedTuple):
    """A folder of an object store, by a URL that fsspec knows: `s3://bucket/items`.

    A store knows no locks: a driver commits while an object is there that only one can make.
    """

    path: str

    @classmethod
    def of(cls, url: str) -> Store:
        """The store of a URL, which must be one that fsspec opens here."""
        made = cls(url.rstrip("/"))
        made._opened()
        return made

    def _opened(self) -> Any:
        """The file system and the path in it."""
        try:
            import fsspec

            return fsspec.url_to_fs(self.path)
        except (ImportError, ValueError) as error:
            raise errors.UsageError(
                f"{self.path}: no file system of fsspec opens it: {error}",
                "pip install fsspec and what it names, or mount the store",
            ) from None

    def generation(self) -> int:
        """The newest generation; 0 where there is no catalogue."""
        return newest(self._names())

    def _names(self) -> List[str]:
        files, root = self._opened()
        files.invalidate_cache()
        try:
            return [one.rsplit("/", 1)[-1] for one in files.ls(root, detail=False)]
        except FileNotFoundError:
            return []

    @contextmanager
    def staging(self) -> Iterator[str]:
        """The name of a folder for the segments of one build, gone afterwards with all that was not committed."""
        files, root = self._opened()
        for name in self._names():
            # The task of a lost executor may have put something into a folder that was gone.
            if name.startswith(STAGING) and min(map(self._age, files.find(f"{root}/{name}")), default=0.0) > OLD:
                files.rm(f"{root}/{name}", recursive=True)
        name = STAGING + uuid.uuid4().hex
        files.makedirs(f"{root}/{name}", exist_ok=True)
        files.pipe_file(f"{root}/{name}/{TOKEN}", name.encode())
        try:
            yield name
        finally:
            files.invalidate_cache()
            if files.exists(f"{root}/{name}"):
                files.rm(f"{root}/{name}", recursive=True)

    def _age(self, path: str) -> float:
        """The seconds since an object was written; 0 where nobody knows."""
        try:
            return time.time() - self._opened()[0].modified(path).timestamp()
        except (OSError, NotImplementedError):
            return 0.0

    @contextmanager
    def writing(self, staging: str) -> Iterator[str]:
        """A directory of this machine; segments written to it are put into the store in the end, each as one object."""
        files, root = self._opened()
        try:
            seen = files.cat_file(f"{root}/{staging}/{TOKEN}").decode()
        except OSError:
            seen = None
        if seen != staging:
            raise not_shared(self.path)
        with tempfile.TemporaryDirectory(prefix="akin-segment-") as directory:
            yield directory
            files.invalidate_cache()
            if not files.exists(f"{root}/{staging}/{TOKEN}"):
                raise errors.SystemFailure(f"{self.path}: the build has ended without this task")
            for name in os.listdir(directory):
                files.put_file(os.path.join(directory, name), f"{root}/{staging}/{name}")

    def adopt(self, digests: List[str], staging: str, known: int, check: bool, options: Dict[str, Any]) -> None:
        """Commits the segments of a build: checked in a copy on the driver, moved, and then the manifest, which appears at once."""
        files, root = self._opened()
        manifest = f"{known + 1:012}.cat"
        with tempfile.TemporaryDirectory(prefix="akin-commit-") as scratch, self._committing(known):
            parts, made = os.path.join(scratch, "parts"), os.path.join(scratch, "made")
            os.mkdir(parts)
            os.mkdir(made)
            for digest in digests:
                files.get_file(f"{root}/{staging}/{digest}.idx", os.path.join(parts, f"{digest}.idx"))
            if known:
                files.get_file(f"{root}/{known:012}.cat", os.path.join(made, f"{known:012}.cat"))
            Catalogue.adopt(made, digests, parts, after=known, check=check, **options)
            for digest in digests:
                files.mv(f"{root}/{staging}/{digest}.idx", f"{root}/{digest}.idx")
            files.put_file(os.path.join(made, manifest), f"{root}/{manifest}")

    @contextmanager
    def _committing(self, known: int) -> Iterator[None]:
        """The time in which nobody else commits; throws where somebody does, or has."""
        files, root = self._opened()
        lock = f"{root}/committing"
        if files.exists(lock) and self._age(lock) > OLD:
            files.rm_file(lock)
        try:
            with files.open(lock, "xb") as file:
                file.write(str(known).encode())
        except FileExistsError:
            raise errors.SystemFailure(f"{self.path}: another driver is committing to this catalogue", "run fit again") from None
        except (ValueError, NotImplementedError) as error:
            raise errors.UsageError(
                f"{self.path}: this file system cannot make an object that is not there yet: {error}", "mount the store"
            ) from None
        try:
            found = self.generation()
            if found != known:
                raise errors.UsageError(
                    f"{self.path}: another driver has committed generation {found} meanwhile; nothing was changed", "run fit again"
                )
            yield
        finally:
            files.rm_file(lock)

    def manifest(self, generation: int) -> bytes:
        """The file of a generation."""
        files, root = self._opened()
        return files.cat_file(f"{root}/{generation:012}.cat")

    def opened(self, generation: int) -> str:
        """The copy of a generation on this machine, made where it is not there yet. A segment of a name has one content."""
        files, root = self._opened()
        folder = f"akin-spark-{os.getuid()}/{hashlib.sha256(self.path.encode()).hexdigest()[:16]}"
        target = os.path.join(os.environ.get("AKIN_SPARK_CACHE") or tempfile.gettempdir(), folder)
        os.makedirs(target, mode=0o700, exist_ok=True)
        manifest = f"{generation:012}.cat"
        names = [name for name in self._names() if name.endswith(".idx")]
        # The manifest last, so that whoever finds it finds all.
        for name in [*names, manifest]:
            path = os.path.join(target, name)
            if name == manifest or not os.path.exists(path):
                part = f"{path}.{uuid.uuid4().hex}.part"
                files.get_file(f"{root}/{name}", part)
                os.replace(part, path)
        return target

    def describe(self, facts: str) -> None:
        """Leaves the parameters of a model beside the catalogue."""
        files, root = self._opened()
        files.makedirs(f"{root}/metadata", exist_ok=True)
        files.pipe_file(f"{root}/metadata/part-00000", facts.encode() + b"\n")

    def facts(self) -> Optional[str]:
        """The parameters that were left; None where there are none."""
        files, root = self._opened()
        try:
            return files.cat_file(f"{root}/metadata/part-00000").decode()
        except OSError:
            return None
