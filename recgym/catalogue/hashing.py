"""Hashes of character n-grams, compiled: a hundred thousand texts in a second."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from recgym.core.kernel import kernel

_SIZES = (3, 4, 5)
"""Lengths of the n-grams."""


def hash_texts(texts: Sequence[str], columns: int) -> NDArray[np.float32]:
    """Returns (I, columns) float32 unit rows: each n-gram of a text adds a sign to a column, both chosen by its hash (Weinberger et al., 2009)."""
    padded = [f" {text.lower()} ".encode("utf-32-le", "surrogatepass") for text in texts]
    ends = np.cumsum([len(text) // 4 for text in padded], dtype=np.int64)
    vectors = np.zeros((len(texts), columns), np.float32)
    _add_signs(np.frombuffer(b"".join(padded), np.uint32), ends, vectors)
    vectors[~vectors.any(axis=1), 0] = 1.0
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


@kernel
def _add_signs(characters, ends, vectors):
    columns = vectors.shape[1]
    start = 0
    for row in range(len(ends)):
        end = ends[row]
        for size in _SIZES:
            for first in range(start, max(start + 1, end - size + 1)):
                code = np.uint32(2_166_136_261)  # FNV-1a (Fowler, Noll and Vo), over characters
                for place in range(first, min(first + size, end)):
                    code = np.uint32((code ^ characters[place]) * np.uint32(16_777_619))
                code = np.uint32(code ^ (code >> np.uint32(15)))  # its low bits alone are weak
                vectors[row, code % np.uint32(columns)] += 1.0 if code & np.uint32(0x40000000) else -1.0
        start = end
