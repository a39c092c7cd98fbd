"""Half-steps of alternating least squares in numpy: factors of a user from fixed items, or of an item from fixed users."""

from __future__ import annotations

from typing import Any, Tuple

import numpy as np


def equations(
    fixed: np.ndarray, gram: np.ndarray, matrix: Any, row: int, alpha: float, ridge: float
) -> Tuple[np.ndarray, np.ndarray]:
    """The matrix and the right side of the equations for a row of a CSR matrix; gram is the product of the fixed factors.

    A value below 0 is the confidence that there is no liking.
    """
    start, end = matrix.indptr[row], matrix.indptr[row + 1]
    own = fixed[matrix.indices[start:end]].astype(np.float64)
    confidence = alpha * matrix.data[start:end].astype(np.float64)
    left = gram + ridge * np.eye(len(gram)) + (own.T * (np.abs(confidence) - 1)) @ own
    return left, own.T @ np.maximum(confidence, 0)


def half_step(fixed: np.ndarray, gram: np.ndarray, matrix: Any, alpha: float, ridge: float) -> np.ndarray:
    """The factors of each row of a CSR matrix of values: (rows, factors) of float32."""
    solved = np.empty((matrix.shape[0], len(gram)), np.float32)
    for row in range(len(solved)):
        solved[row] = np.linalg.solve(*equations(fixed, gram, matrix, row, alpha, ridge))
    return solved


def balanced(users: np.ndarray, items: np.ndarray) -> Tuple[np.ndarray, np.ndarray]:
    """The shortest factors with the same products, which are those of the least regularisation above 0.

    Without a regularisation any change of axes has the same loss, and cosines between items mean nothing.
    """
    (left, own), (right, other) = (np.linalg.qr(factors.astype(np.float64)) for factors in (users, items))
    turned, sizes, back = np.linalg.svd(own @ other.T)
    rank = len(sizes)
    made = (np.zeros(factors.shape, np.float32) for factors in (users, items))
    users, items = made
    users[:, :rank] = left @ (turned[:, :rank] * np.sqrt(sizes))
    items[:, :rank] = right @ (back[:rank].T * np.sqrt(sizes))
    return users, items
