"""Draws a session of every scenario for the pages, as an animation and as a picture of its end: `python -m tools.gallery`.

Nobody chose the sessions by hand: each is that of the first held-out user who stays for 24 to 40 steps while the planner decides.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from PIL import Image

from recgym import SCENARIOS
from recgym.core.arguments import unknown_name
from recgym.oracles.reference import create_reference
from recgym.render.__main__ import create_env, play_session
from recgym.render.picture import SessionPicture
from recgym.task.session_record import SessionRecord, Snapshot

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "gallery"
ENV_IDS = (*(f"Rec{name}-v0" for name in SCENARIOS), "RecVideoSlate-v0")
"""What is drawn: every scenario, and one with slates."""
STEPS = range(24, 41)
"""How long a session may be that is drawn."""
POLICY = "planner"
MOST_SEEDS = 200
WIDTH = 960
"""Of an animation, pixels; the picture of the end has the size in which it is drawn."""
STEP_MILLISECONDS, LAST_MILLISECONDS = 260, 4_000
COLOURS = 128


def find_session(env_id: str) -> tuple[int, SessionRecord]:
    """Plays sessions of one held-out user after the other until one is as long as `STEPS` says.

    Args:
        env_id: A registered id.

    Returns:
        The seed and the record.

    Raises:
        LookupError: if none of the first `MOST_SEEDS` is.
    """
    env = create_env(env_id)
    for seed in range(MOST_SEEDS):
        record = play_session(env, create_reference(POLICY, env, seed=seed), seed)
        if len(record.steps) in STEPS:
            return seed, record
    raise LookupError(
        f"{env_id}: none of the first {MOST_SEEDS} sessions has {STEPS.start} to {STEPS.stop - 1} steps; change STEPS."
    )


def frames(record: SessionRecord) -> Iterator[Image.Image]:
    """Draws a session as it was after each step."""
    picture, part = SessionPicture(), SessionRecord(record.task)
    for count in range(1, len(record.steps) + 1):
        over = count == len(record.steps)
        part.restore(Snapshot(record.history, tuple(record.steps[:count]), record.ending if over else ""))
        yield Image.fromarray(picture(part))


def write_animation(pictures: Sequence[Image.Image], path: Path) -> None:
    """Writes frames as an animated WebP without losses that ends with the last one for a while, and begins anew."""
    height = round(pictures[0].height * WIDTH / pictures[0].width)
    small = [picture.resize((WIDTH, height), Image.Resampling.LANCZOS) for picture in pictures]
    # One palette for all frames: what does not change from frame to frame is then not stored again.
    palette = small[-1].quantize(COLOURS, dither=Image.Dither.NONE)
    plain = [frame.quantize(palette=palette, dither=Image.Dither.NONE).convert("RGB") for frame in small]
    durations = [STEP_MILLISECONDS] * (len(plain) - 1) + [LAST_MILLISECONDS]
    plain[0].save(
        path, save_all=True, append_images=plain[1:], duration=durations, loop=0, lossless=True, quality=90, method=4, minimize_size=True,
    )  # fmt: skip


def write_picture(picture: Image.Image, path: Path) -> None:
    """Writes a picture as a PNG of few colours."""
    picture.quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)


def main(arguments: list[str] | None = None) -> int:
    """Runs the command and returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tools.gallery", description=__doc__)
    parser.add_argument("--only", nargs="+", default=list(ENV_IDS), metavar="ID", help="default: all")
    parser.add_argument("--out", type=Path, default=FOLDER, help="folder to write to (default: docs/gallery)")
    args = parser.parse_args(arguments)
    for env_id in args.only:
        if env_id not in ENV_IDS:
            parser.error(unknown_name("id of the gallery", env_id, ENV_IDS))
    args.out.mkdir(parents=True, exist_ok=True)
    for env_id in args.only:
        seed, record = find_session(env_id)
        pictures = list(frames(record))
        write_animation(pictures, args.out / f"{env_id}.webp")
        write_picture(pictures[-1], args.out / f"{env_id}.png")
        sizes = [(args.out / f"{env_id}.{kind}").stat().st_size // 1024 for kind in ("webp", "png")]
        print(f"{env_id}: seed {seed}, {len(pictures)} steps, {sizes[0]} and {sizes[1]} KB", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
