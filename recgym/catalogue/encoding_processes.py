"""Several processes that encode texts: each loads the encoder once and answers chunk by chunk.

They are programs of their own, not forks or copies of the caller: threads of torch do not survive a fork, and a script without
``if __name__ == "__main__"`` would be run again by a copy.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from os import PathLike
from queue import Empty, SimpleQueue
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from recgym.catalogue.catalogue import CatalogueError

_LENGTH_BYTES = 8


def encode_with_processes(
    encoder: str | PathLike[str] | None, chunks: Mapping[int, Sequence[str]], workers: int
) -> Iterator[tuple[int, NDArray[np.float32]]]:
    """Yields each chunk's number and vectors, in the order in which they are made.

    Args:
        encoder: What `recgym.catalogue.embed.load_encoder` takes, or "hashing".
        chunks: Texts by number.
        workers: Processes, 2 or more.

    Raises:
        CatalogueError: if a process ends before its work.
    """
    waiting: SimpleQueue[int] = SimpleQueue()
    for number in chunks:
        waiting.put(number)
    answers: SimpleQueue[tuple[int, NDArray[np.float32]] | Exception] = SimpleQueue()
    processes = [_start(encoder, workers) for _ in range(workers)]
    threads = [
        threading.Thread(target=_feed, args=(process, chunks, waiting, answers), daemon=True)
        for process in processes
    ]
    try:
        for thread in threads:
            thread.start()
        for _ in chunks:
            answer = answers.get()
            if isinstance(answer, Exception):
                raise answer
            yield answer
    finally:
        for process in processes:
            process.kill()
            process.wait()
        for thread in threads:
            thread.join()
        for process in processes:
            for stream in (process.stdin, process.stdout):
                if stream is not None:
                    with contextlib.suppress(OSError):
                        stream.close()


def _start(encoder: str | PathLike[str] | None, workers: int) -> subprocess.Popen[bytes]:
    threads = str(max(1, (os.cpu_count() or 1) // workers))
    return subprocess.Popen(
        [sys.executable, "-m", __name__, json.dumps(None if encoder is None else str(encoder))],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=os.environ
        | {"OMP_NUM_THREADS": threads, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
    )


def _feed(
    process: subprocess.Popen[bytes],
    chunks: Mapping[int, Sequence[str]],
    waiting: SimpleQueue[int],
    answers: SimpleQueue[tuple[int, NDArray[np.float32]] | Exception],
) -> None:
    """Gives a process one chunk after the other, until none is waiting."""
    assert process.stdin is not None
    assert process.stdout is not None
    while True:
        try:
            number = waiting.get_nowait()
        except Empty:
            process.stdin.close()
            return
        try:
            _send(process.stdin, json.dumps(list(chunks[number])).encode())
            vectors = np.load(io.BytesIO(_receive(process.stdout)), allow_pickle=False)
        except (OSError, EOFError, ValueError):
            code = process.wait()
            answers.put(
                CatalogueError(
                    f"A process that encodes texts ended with code {code}; see what it printed, or pass encoder_workers=1."
                )
            )
            return
        answers.put((number, vectors))


def _send(stream: IO[bytes], content: bytes) -> None:
    stream.write(len(content).to_bytes(_LENGTH_BYTES, "little") + content)
    stream.flush()


def _receive(stream: IO[bytes]) -> bytes:
    length = stream.read(_LENGTH_BYTES)
    content = stream.read(int.from_bytes(length, "little"))
    if len(length) < _LENGTH_BYTES or len(content) < int.from_bytes(length, "little"):
        raise EOFError
    return content


def _serve(encoder: Any) -> None:
    """Answers chunks on standard output until standard input ends."""
    from recgym.catalogue.embed import HashingEncoder, encode_texts, load_encoder

    with os.fdopen(os.dup(1), "wb") as answers:
        os.dup2(2, 1)  # what libraries print must not get among the answers
        loaded = HashingEncoder() if encoder == "hashing" else load_encoder(encoder)
        while True:
            try:
                texts = json.loads(_receive(sys.stdin.buffer))
            except EOFError:
                return
            vectors = io.BytesIO()
            np.save(vectors, encode_texts(loaded, texts), allow_pickle=False)
            _send(answers, vectors.getvalue())


if __name__ == "__main__":
    _serve(json.loads(sys.argv[1]))
