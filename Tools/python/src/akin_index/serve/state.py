"""What a server answers from, and its renewal: a new generation takes the place of the old one between two requests."""

from __future__ import annotations

import bisect
import os
import threading
from typing import Any, Callable, Dict, List, Optional, Tuple

import numpy as np
import orjson

from ..embeddings import Embeddings
from ..errors import AkinError
from ..index import Asked, Index
from ..recommender import Recommender

_REMEMBERED = 1 << 16
# An item of an answer in JSON, before its score and after it.
Text = Tuple[bytes, bytes]


class Generation:
    """An open index or catalogue, with its users if there are any. It stays as it is; requests hold it while they run."""

    def __init__(self, path: str, users: Optional[str] = None):
        self.mark = mark(path, users)
        self.index = Index.open(path)
        self.embeddings = Embeddings.open(users) if users else None
        self.recommender: Optional[Recommender] = None
        self.user_count = 0
        try:
            self.recommender = Recommender(self.index, self.embeddings)
            self.user_count = len(self.recommender.user_ids)
        except AkinError:
            # An index without users answers all but recommendations.
            if users:
                raise
            self.recommender = None
        self.map: Optional[dict] = None
        self._titles: Optional[Tuple[List[str], np.ndarray]] = None
        # Those of the items that are answered often, without titles and with them.
        self._texts: Tuple[Dict[Any, Text], Dict[Any, Text]] = ({}, {})

    @property
    def asked(self) -> Asked:
        """What answers related items: the recommender knows more attributes."""
        return self.recommender or self.index

    def item(self, text: Any) -> Any:
        """An id as the index has it."""
        return as_id(text, self.index._places.are_numbers)

    def texts(self, ids: List[Any], titled: bool) -> List[Text]:
        """The items of an answer in JSON, before their scores and after them."""
        known = self._texts[titled]
        try:
            return [known[one] for one in ids]
        except KeyError:
            tails = [b"}"] * len(ids)
            if titled:
                titles = self.index.titles[self.index.rows(ids)].tolist()
                tails = [b',"title":' + orjson.dumps(title) + b"}" for title in titles]
            texts = [(b'{"id":' + orjson.dumps(one) + b',"score":', tail) for one, tail in zip(ids, tails)]
            if len(known) < _REMEMBERED:
                known.update(zip(ids, texts))
            return texts

    def beginning(self, prefix: str, most: int) -> List[dict]:
        """Items whose titles begin with a text, or hold a word that does; whatever the case."""
        if self._titles is None:
            titles = [title.casefold() for title in self.index.titles.tolist()]
            order = np.asarray(sorted(range(len(titles)), key=titles.__getitem__), dtype=np.int64)
            self._titles = [titles[row] for row in order.tolist()], order
        sorted_titles, order = self._titles
        prefix = prefix.casefold()
        start = bisect.bisect_left(sorted_titles, prefix)
        rows: List[int] = []
        while start < len(sorted_titles) and len(rows) < most and sorted_titles[start].startswith(prefix):
            if sorted_titles[start]:
                rows.append(int(order[start]))
            start += 1
        if prefix and len(rows) < most:
            known = set(rows)
            inner = " " + prefix
            for place, title in enumerate(sorted_titles):
                if inner in title and int(order[place]) not in known:
                    rows.append(int(order[place]))
                    if len(rows) == most:
                        break
        ids = self.index.ids
        return [{"id": plain(ids[row]), "title": self.index.titles[row]} for row in rows]


def as_id(text: Any, are_numbers: bool) -> Any:
    """An id of a request as an index has it; a text that is no number is no id among numbers."""
    if are_numbers and isinstance(text, str) and text.isascii() and text.isdigit() and len(text) <= 20:
        number = int(text)
        return number if number < 1 << 64 else text
    return text if are_numbers else str(text)


def plain(value: Any) -> Any:
    """An id as JSON has it."""
    return value.item() if isinstance(value, np.generic) else value


def mark(path: str, users: Optional[str]) -> Tuple:
    """What changes when the files change: names of a directory, or the file behind a name."""
    marks = []
    for one in filter(None, (path, users)):
        try:
            if os.path.isdir(one):
                marks.append(tuple(sorted(os.listdir(one))))
            else:
                status = os.stat(one)
                marks.append((status.st_ino, status.st_size, status.st_mtime_ns))
        except OSError:
            marks.append(None)
    return tuple(marks)


class State:
    """The generation that answers now."""

    def __init__(self, path: str, users: Optional[str] = None, reloaded: Callable[[str], None] = lambda result: None):
        """`reloaded` hears "done" or "failed" of each reload."""
        self.path, self.users = path, users
        self.now = Generation(path, users)
        self._reloaded = reloaded
        self.trouble: Optional[str] = None
        self._tried: Any = None
        self._turn = threading.Lock()

    def renew(self) -> bool:
        """Takes what is newest, if anything changed; damaged files leave the old generation answering."""
        with self._turn:
            return self._renew()

    def _renew(self) -> bool:
        found = mark(self.path, self.users)
        if found in (self.now.mark, self._tried):
            return False
        try:
            self.now = Generation(self.path, self.users)
            self._reloaded("done")
            self.trouble = self._tried = None
            return True
        except AkinError as error:
            self._reloaded("failed")
            self.trouble, self._tried = str(error), found
            return False
