"""Texts of a fictional newsroom: a fortnight of stories, several items on each, with times and half-lives."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from random import Random

from tools.catalogues import story_names as names
from tools.catalogues.product_patterns import BOOK_FIRST_WORDS, BOOK_LAST_WORDS
from tools.catalogues.story_words_life import LIFE
from tools.catalogues.story_words_public import PUBLIC
from tools.catalogues.wording import capital, fill, sentences

FORTNIGHT = 336.0
"""Hours that the catalogue spans."""

_HALF_LIFE = {"news": 6.0, "next": 6.0, "view": 8.0, "why": 16.0, "long": 28.0}
"""Typical hours in which interest in each kind of item halves, before the event's own factor."""

_DELAY = {"news": 0.0, "next": 14.0, "view": 7.0, "why": 11.0, "long": 40.0}
"""Typical hours between the first news of a story and each kind of item."""

_RHYTHM = (2, 1, 1, 1, 2, 5, 9, 10, 10, 9, 8, 8, 9, 8, 7, 7, 8, 9, 9, 8, 7, 6, 5, 3)
"""How much a newsroom publishes in each hour of the day, in tenths of its busiest hour."""

_PATIENCE = 500
"""Events drawn in a row without a new headline before the words are taken to be used up."""

_FIGURES = re.compile(r"[\d.,]+|\b(?:two|three|four|five|six|seven|eight|nine)\b", re.IGNORECASE)

_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")

_ITEMS_PER_STORY = {2: 0.38, 3: 0.34, 4: 0.20, 5: 0.08}


@dataclass(frozen=True)
class Angle:
    """One way to report an event: a kind of item with the patterns of its headline and abstract."""

    kind: str
    headline: str
    abstract: str


@dataclass(frozen=True)
class Event:
    """A sort of event: what it is about, what varies in it and how it is reported."""

    name: str
    lasting: float
    topic: str
    slots: dict[str, tuple[str, ...]]
    angles: tuple[Angle, ...]


@dataclass(frozen=True)
class Section:
    """A section of the paper with the angles and closing sentences that suit all its events."""

    name: str
    share: float
    closings: tuple[str, ...]
    angles: tuple[Angle, ...]
    events: tuple[Event, ...]


def sections() -> tuple[Section, ...]:
    """Returns all sections, in the order of the paper."""
    return tuple(_section(block) for block in re.split(r"\n== ", PUBLIC + LIFE)[1:])


def stories(count: int = 6000, seed: int = 0) -> list[dict[str, str]]:
    """Returns a fortnight of news items in the order of publication.

    Args:
        count: How many items, at least 2.
        seed: Seed of all choices; equal seeds give equal items.

    Returns:
        One dict for each item with ``id``, ``title`` (headline), ``text`` (abstract), ``category`` (section),
        ``subcategory`` (sort of event), ``story`` (items of one event share it), ``published`` (hours since the
        start of the fortnight) and ``half_life`` (hours in which interest halves). Titles are unique.
    """
    random = Random(seed)
    paper = sections()
    queues: dict[str, list[Event]] = {section.name: [] for section in paper}
    titles: set[str] = set()
    rows: list[dict[str, str]] = []
    number, failures = 0, 0
    while len(rows) < count:
        section = random.choices(paper, [section.share for section in paper])[0]
        queue = queues[section.name]
        if not queue:  # each sort of event once before any comes again
            queue.extend(random.sample(section.events, len(section.events)))
        event = queue.pop()
        size = _items(count - len(rows), random)
        items = _story(section, event, size, titles, random)
        left = count - len(rows) - len(items)
        if left == 1 and len(items) > 2:
            items.pop()
        elif left == 1 or len(items) < min(size, 2):  # no story of one item: draw another event
            failures += 1
            if failures > _PATIENCE:
                raise ValueError(
                    f"There are not enough different headlines for {count} items; ask for fewer."
                )
            continue
        failures = 0
        titles |= {_pattern_of(item["title"]) for item in items}
        rows += [{**item, "story": f"s{number:04d}"} for item in items]
        number += 1
    rows.sort(key=lambda row: float(row["published"]))
    columns = ("title", "text", "category", "subcategory", "story", "published", "half_life")
    return [
        {"id": f"n{place:05d}", **{column: row[column] for column in columns}}
        for place, row in enumerate(rows)
    ]


def _items(room: int, random: Random) -> int:
    """Returns how many items the next story has; the last story takes what is left, never a single one."""
    size = random.choices(list(_ITEMS_PER_STORY), list(_ITEMS_PER_STORY.values()))[0]
    if room - size == 1:
        size += -1 if size > 2 else 1
    return min(size, room)


def _story(
    section: Section, event: Event, size: int, titles: set[str], random: Random
) -> list[dict[str, str]]:
    """Returns up to ``size`` items on one event, without those whose headline has been used."""
    slots = _entities(random)
    for slot, values in event.slots.items():
        slots[slot] = random.choice(values)
    # Values may name people and places themselves: settled once, alike in all items of the story.
    for slot in event.slots:
        slots[slot] = fill(slots[slot], slots, random)
    slots["topic"] = fill(event.topic, slots, random)
    first, *follow_ups = event.angles
    others = random.sample(follow_ups, len(follow_ups)) + random.sample(section.angles, len(section.angles))
    # Most stories follow their own event before the paper turns to its usual formats.
    if random.random() < 0.25:
        random.shuffle(others)
    start = _first_time(random)
    items: list[dict[str, str]] = []
    for angle in (first, *others):
        title = sentences(fill(angle.headline, slots, random))
        if len(items) == size or _pattern_of(title) in titles:
            continue
        abstract = fill(angle.abstract, slots, random)
        if angle.kind in {"news", "next"} and random.random() < 0.45:
            abstract = f"{abstract} {fill(random.choice(section.closings), slots, random)}"
        half_life = _HALF_LIFE[angle.kind] * event.lasting * random.lognormvariate(0.0, 0.35)
        items.append(
            {
                "title": title,
                "text": sentences(abstract),
                "category": section.name,
                "subcategory": event.name,
                "published": f"{_time(start, angle.kind, random):.2f}",
                "half_life": f"{min(max(half_life, 0.8), 168.0):.2f}",
            }
        )
    return items


def _pattern_of(title: str) -> str:
    """Returns the headline without its figures: two headlines that differ in a number only say the same."""
    return _FIGURES.sub("#", title.lower())


def _first_time(random: Random) -> float:
    while True:
        time = random.uniform(0.0, FORTNIGHT - 0.01)
        if random.random() * 10 < _RHYTHM[int(time) % 24]:
            return time


def _time(start: float, kind: str, random: Random) -> float:
    """Returns when an item of a story appears: after its delay, in an hour in which the newsroom is awake."""
    if kind == "news":
        return start
    for _ in range(40):
        time = start + _DELAY[kind] * random.lognormvariate(0.0, 0.5)
        if time < FORTNIGHT - 0.01 and random.random() * 10 < _RHYTHM[int(time) % 24]:
            return time
    return random.uniform(start, FORTNIGHT - 0.01)  # the fortnight ends before the usual delay


def _entities(random: Random) -> dict[str, str]:
    """Returns the people, places and figures of one story."""
    town, town2 = (capital(town) for town in random.sample(names.TOWNS, 2))
    people = [
        f"{first} {last}"
        for first, last in zip(
            random.sample(names.FIRST_NAMES, 2), random.sample(names.LAST_NAMES, 2), strict=True
        )
    ]
    firms = [f"{head}{random.choice(names.COMPANY_TAILS)}" for head in random.sample(names.COMPANY_HEADS, 2)]
    clubs = [
        f"{place} {tail}"
        for place, tail in zip((town, town2), random.sample(names.TEAM_TAILS, 2), strict=True)
    ]
    return {
        "town": town,
        "town2": town2,
        "region": random.choice(names.REGIONS),
        "person": people[0],
        "person2": people[1],
        "company": firms[0],
        "company2": firms[1],
        "sector": random.choice(names.SECTORS),
        "team": clubs[0],
        "team2": clubs[1],
        "org": fill(random.choice(names.ORGANISATIONS), {"town": random.choice(names.TOWNS)}, random),
        "school": fill(random.choice(names.SCHOOLS), {"town": town}, random),
        "small": random.choice(("two", "three", "four", "five", "six", "seven", "eight", "nine")),
        "digit": str(random.randint(2, 5)),
        "num": str(random.randint(12, 68)),
        "num2": str(random.randint(15, 90)),
        "big": str(random.randint(12, 98) * 10),
        "money": f"${math.exp(random.gauss(2.2, 1.0)) + 0.3:.1f} million",
        "money2": f"${random.randint(3, 90)},{random.choice(('000', '200', '500', '800'))}",
        "day": random.choice((*_WEEKDAYS, "Saturday", "Sunday")),
        "weekday": random.choice(_WEEKDAYS),
        "opus": f"{random.choice(BOOK_FIRST_WORDS)} {random.choice(BOOK_LAST_WORDS)}",
    }


def _section(block: str) -> Section:
    head, *events = block.strip().split("\n-- ")
    title, closings, *angles = head.split("\n")
    name, share = (part.strip() for part in title.split("|"))
    return Section(
        name,
        float(share),
        tuple(f"{part.strip().rstrip('.')}." for part in closings.removeprefix("close: ").split(";")),
        tuple(_angle(line.removeprefix("* ")) for line in angles if line),
        tuple(_event(event) for event in events),
    )


def _event(block: str) -> Event:
    head, *lines = block.strip().split("\n")
    name, lasting, topic = (part.strip() for part in head.split("|"))
    slots: dict[str, tuple[str, ...]] = {}
    angles: list[Angle] = []
    for line in lines:
        key, _, value = line.partition(": ")
        if key in _DELAY:
            angles.append(_angle(line))
        else:
            slots[key] = tuple(part.strip() for part in value.split(";"))
    return Event(name, float(lasting), topic, slots, tuple(angles))


def _angle(line: str) -> Angle:
    kind, _, rest = line.partition(": ")
    headline, abstract = rest.split(" || ")
    return Angle(kind, headline.strip(), abstract.strip())
