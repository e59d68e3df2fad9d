"""The page of errors: each of its texts is what the code above it raises."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "faq.md").read_text(encoding="utf-8")
_ENTRY = re.compile(
    r"^### (?P<title>[^\n]+)\n\n```python\n(?P<code>.*?)```\n\n``` \{ \.text \.error \}\n(?P<text>.*?)\n```\n\n(?P<answer>\S)",
    re.DOTALL | re.MULTILINE,
)
ENTRIES = [found.groupdict() for found in _ENTRY.finditer(PAGE)]


def test_every_entry_has_code_a_text_and_an_answer() -> None:
    assert len(ENTRIES) == PAGE.count("\n### ") >= 20
    assert len({entry["title"] for entry in ENTRIES}) == len(ENTRIES)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("entry", ENTRIES, ids=[entry["title"] for entry in ENTRIES])
def test_the_code_raises_the_text(
    entry: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(Exception) as raised:  # noqa: PT011 - which one is what is compared
        exec(compile(entry["code"], entry["title"], "exec"), {})
    told = f"{type(raised.value).__name__}: {raised.value}"
    pattern = ".*".join(re.escape(part) for part in entry["text"].split("..."))
    assert re.fullmatch(pattern, told, flags=re.DOTALL), told
