"""Files that save work: kept in a folder, checked when they are read, locked by the operating system. A cache never stops the work that it saves.

A folder that cannot be written, or is full, costs one warning. A lock is gone with its owner.
"""

from __future__ import annotations

import contextlib
import hashlib
import logging
import os
import shutil
import tempfile
import warnings
from collections.abc import Callable, Iterator
from os import PathLike
from pathlib import Path
from typing import IO, Any, TypeVar

CACHE_VARIABLE = "RECGYM_CACHE"
"""Environment variable that names the folder."""
_DIGEST_BYTES = 32
_POLL_SECONDS = 0.1
_LOG = logging.getLogger("recgym.catalogue")
_warned: set[tuple[str, str]] = set()
Content = TypeVar("Content")


class Cache:
    """A folder of files, or nothing where there is none that can be written.

    Attributes:
        folder: Where; ``None`` if nothing can be kept.
    """

    def __init__(self, cache_dir: str | PathLike[str] | None = None) -> None:
        """Opens ``cache_dir``, ``$RECGYM_CACHE`` or the user's cache folder."""
        self.folder: Path | None = None
        try:
            wanted = cache_dir or os.environ.get(CACHE_VARIABLE)
            default = os.environ.get("XDG_CACHE_HOME")
            folder = (
                Path(wanted).expanduser()
                if wanted
                else (Path(default) if default else Path.home() / ".cache") / "recgym"
            )
            folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=folder):
                pass
        except (OSError, RuntimeError) as error:  # RuntimeError: no home folder
            _warn_once(
                "",
                f"Nothing can be kept in the cache folder ({error}): texts are encoded anew each time. Pass cache_dir=, or set {CACHE_VARIABLE}.",
            )
        else:
            self.folder = folder

    def read(self, name: str, load: Callable[[IO[bytes]], Content]) -> Content | None:
        """Returns what ``load`` makes of a file, or ``None`` if it is not there or damaged."""
        if self.folder is None:
            return None
        path = self.folder / name
        try:
            with path.open("rb") as file:
                digest = file.read(_DIGEST_BYTES)
                if hashlib.file_digest(file, "sha256").digest() == digest:
                    file.seek(_DIGEST_BYTES)
                    return load(file)
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError, EOFError) as error:
            _warn_once(str(path), f"The cached file {path} cannot be read ({error}); it is made again.")
            return None
        warnings.warn(f"The cached file {path} is damaged; it is made again.", stacklevel=3)
        return None

    def write(self, name: str, save: Callable[[IO[bytes]], Any]) -> bool:
        """Writes a file, whole or not at all, and says whether it is there now."""
        if self.folder is None:
            return False
        path = self.folder / name
        temporary = None
        try:
            path.parent.mkdir(exist_ok=True)
            descriptor, temporary = tempfile.mkstemp(dir=path.parent, suffix=".unfinished")
            with os.fdopen(descriptor, "w+b") as file:
                file.write(bytes(_DIGEST_BYTES))
                save(file)
                file.flush()
                file.seek(_DIGEST_BYTES)
                digest = hashlib.file_digest(file, "sha256").digest()
                file.seek(0)
                file.write(digest)
            os.replace(temporary, path)
            temporary = None
        except OSError as error:
            _warn_once(
                str(self.folder),
                f"The cache folder {self.folder} could not take {name} ({error.strerror or error}): the work goes on, and is not kept. Make room, or pass cache_dir=.",
            )
            return False
        finally:
            if temporary is not None:
                Path(temporary).unlink(missing_ok=True)
        return True

    def has(self, name: str) -> bool:
        """Says whether a file is there."""
        return self.folder is not None and (self.folder / name).is_file()

    def names(self, folder: str) -> list[str]:
        """Returns the names of the files in a folder of the cache."""
        if self.folder is None or not (self.folder / folder).is_dir():
            return []
        return sorted(
            f"{folder}/{file.name}"
            for file in (self.folder / folder).iterdir()
            if file.suffix != ".unfinished"
        )

    def remove_folder(self, folder: str) -> None:
        """Removes a folder of the cache and what is in it."""
        if self.folder is not None:
            shutil.rmtree(self.folder / folder, ignore_errors=True)

    @contextlib.contextmanager
    def lock(self, name: str) -> Iterator[None]:
        """Holds the lock of a name, so that two processes do not do the same work. A wait is announced with the owner's process id."""
        lock = self._file_lock(name)
        if lock is None:
            yield
            return
        owner = Path(f"{lock.lock_file}.owner")
        try:
            self._acquire(lock, owner, name)
        except (OSError, NotImplementedError) as error:
            _warn_once(
                str(self.folder),
                f"The cache folder {self.folder} has no locks ({error}): processes may do the same work twice.",
            )
            yield
            return
        try:
            with contextlib.suppress(OSError):
                owner.write_text(str(os.getpid()))
            yield
        finally:
            with contextlib.suppress(OSError):
                owner.unlink(missing_ok=True)
            lock.release()

    def _file_lock(self, name: str) -> Any:
        if self.folder is None:
            return None
        try:
            from filelock import FileLock

            (self.folder / "locks").mkdir(exist_ok=True)
        except ImportError:
            _warn_once(
                "filelock",
                'filelock is not installed (pip install "recgym[text]"): processes may encode the same texts twice.',
            )
            return None
        except OSError:
            return None
        return FileLock(self.folder / "locks" / f"{name}.lock")

    @staticmethod
    def _acquire(lock: Any, owner: Path, name: str) -> None:
        from filelock import Timeout

        try:
            lock.acquire(timeout=0)
        except Timeout:
            try:
                who = f"process {int(owner.read_text())}"
            except (OSError, ValueError):
                who = "another process"
            _LOG.warning("Waiting for %s, which is making %s.", who, name)
            lock.acquire(poll_interval=_POLL_SECONDS)


def _warn_once(about: str, message: str) -> None:
    """Warns once in a process about one thing."""
    if (about, message) not in _warned:
        _warned.add((about, message))
        warnings.warn(message, stacklevel=4)
