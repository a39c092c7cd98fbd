"""Errors: the kinds and the sentences of the `akin` command."""

from __future__ import annotations

from typing import Optional


class AkinError(Exception):
    """An error of the library.

    `str(error)` is one sentence: where, what was expected, what was found. `help` says what to do about it, or is None.
    """

    def __init__(self, sentence: str, help: Optional[str] = None):
        super().__init__(sentence)
        self.help = help
        if help and hasattr(self, "add_note"):
            self.add_note(f"help: {help}")

    def __reduce__(self):
        return type(self), (self.args[0] if self.args else "", self.help)


class UsageError(AkinError, ValueError):
    """A call without a meaning: `k=0`, an unknown option, a closed index."""


class InputError(AkinError, ValueError):
    """Input that breaks a rule: a damaged file, a vector with a NaN, an unknown id."""


class UnknownID(InputError, KeyError):
    """An item or a user that is not there."""

    def __str__(self) -> str:
        return str(self.args[0]) if self.args else ""


class SystemFailure(AkinError, OSError):
    """The system refused: no such file, no space, no permission."""

    def __str__(self) -> str:
        return str(self.args[0]) if self.args else ""


class Cancelled(AkinError):
    """The work was cancelled, and nothing was written."""
