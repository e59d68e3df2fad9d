"""Says what is understood of a file of items: `python -m recgym.catalogue describe items.csv`."""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Sequence
from typing import Any

import gymnasium as gym

from recgym.catalogue.catalogue import Catalogue, CatalogueError
from recgym.catalogue.load import SHIPPED, load_catalogue
from recgym.catalogue.read import ON_BAD_ROWS
from recgym.core.parameters import DEFAULT_NUM_ITEMS
from recgym.core.printing import printable


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command and returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m recgym.catalogue", description="Looks at files of items."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    describe = commands.add_parser(
        "describe",
        help="says what is understood of a file",
        description="Says what is understood of a file of items: its form, its columns, what is not used, ranges, and what an environment would play.",
    )
    describe.add_argument("file", metavar="FILE", help=f"file of items, or a name: {', '.join(SHIPPED)}, all")
    describe.add_argument(
        "--columns",
        nargs="+",
        default=[],
        metavar="FIELD=COLUMN",
        help="which column is which field: title=prod_name text=detail_desc,colour price= (a comma joins columns, nothing leaves the field out, a number counts from 1)",
    )
    describe.add_argument("--separator", help=r"between values; \t for a tab (default: found by looking)")
    describe.add_argument("--text-encoding", metavar="NAME", help="of the text (default: found by looking)")
    header = describe.add_mutually_exclusive_group()
    header.add_argument("--header", action="store_true", default=None, help="the first row names the columns")
    header.add_argument("--no-header", dest="header", action="store_false", help="the first row is an item")
    describe.add_argument(
        "--on-bad-rows",
        default="skip",
        choices=ON_BAD_ROWS,
        help="leave rows out that cannot be used, or refuse the file (default: skip)",
    )
    describe.add_argument(
        "--check",
        action="store_true",
        help="also encode the texts, make an environment over the items, and play one session",
    )
    describe.add_argument(
        "--env",
        default="RecEcommerce-v0",
        metavar="ID",
        help="environment of --check (default: RecEcommerce-v0)",
    )
    describe.add_argument(
        "--encoder",
        metavar="NAME",
        help="of --check: a sentence-transformers name or path, or hashing (default: the shipped Transformer)",
    )
    args = parser.parse_args(arguments)
    log = logging.getLogger("recgym.catalogue")
    level = log.level
    log.setLevel(logging.ERROR)  # the page says it all
    reading: dict[str, Any] = {}
    try:
        if args.file not in (*SHIPPED, "all"):
            reading = {
                "columns": _columns(args.columns),
                "separator": "\t" if args.separator == "\\t" else args.separator,
                "text_encoding": args.text_encoding,
                "header": args.header,
                "on_bad_rows": args.on_bad_rows,
            }
        elif args.columns or args.separator or args.text_encoding:
            raise ValueError(
                f"--columns, --separator and --text-encoding say how a file is read; {args.file} is shipped, and read already."
            )
        encoder = None if args.file in (*SHIPPED, "all") else args.encoder if args.check else "hashing"
        catalogue = load_catalogue(args.file, encoder=encoder, **reading)
        print(printable(catalogue.describe()))
        print(printable(_in_play(catalogue)))
        if args.check:
            print(printable(_one_session(args.env, catalogue)))
    except (CatalogueError, FileNotFoundError, ValueError, TypeError, gym.error.Error) as error:
        print(printable(f"error: {error}", sys.stderr), file=sys.stderr)
        return 2
    finally:
        log.setLevel(level)
    return 0


def _columns(pairs: Sequence[str]) -> dict[str, Any]:
    """Returns ``columns=`` of ``field=column`` pairs."""
    columns: dict[str, Any] = {}
    for pair in pairs:
        field, equals, wanted = pair.partition("=")
        if not equals or not field:
            raise CatalogueError(f"--columns {pair!r} must be field=column, such as title=prod_name.")
        several = [
            int(column) if column.strip().isdigit() else column.strip()
            for column in wanted.split(",")
            if column.strip()
        ]
        columns[field] = None if not several else several[0] if len(several) == 1 else several
    return columns


def _in_play(catalogue: Catalogue) -> str:
    count = min(DEFAULT_NUM_ITEMS, len(catalogue))
    how = (
        "all of them"
        if count == len(catalogue)
        else "chosen by world_seed; num_items=None plays all, num_items=N another number"
    )
    return f"\nIn play, unless it is said otherwise: {count:,} of {len(catalogue):,} items, {how}."


def _one_session(env_id: str, catalogue: Catalogue) -> str:
    """Plays one session with random items."""
    env: Any = gym.make(env_id if ":" in env_id else f"recgym:{env_id}", catalogue=catalogue)
    env.action_space.seed(0)
    env.reset(seed=0)
    total, shown, over = 0.0, [], False
    while not over:
        _, reward, terminated, truncated, info = env.step(env.action_space.sample())
        total, over = total + float(reward), terminated or truncated
        shown.append(int(info["shown"][0]))
    titles = [env.unwrapped.task.titles[item] for item in shown[:3]]
    return f"\n{env_id}: one session with random items took {len(shown)} steps and earned {total:.2f}. The first: {'; '.join(titles)}."


if __name__ == "__main__":
    sys.exit(main())
