"""Texts of a fictional shop: products of many departments, each with a title, a description and a price."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product as pairs
from random import Random

from tools.catalogues import product_patterns as patterns
from tools.catalogues.product_words_home import HOME
from tools.catalogues.product_words_leisure import LEISURE
from tools.catalogues.product_words_person import PERSON
from tools.catalogues.wording import article, capital, fill, sentences, third_person, title_case

_TIERS = {"budget": (0.27, 0.66), "standard": (0.53, 1.0), "premium": (0.20, 1.75)}
"""Share of the products of each quality tier, and its price over the typical price of the product type."""

_SIZE_WORDS = {"small", "medium", "large", "king", "single", "double", "petite"}
"""Sizes that want a noun after them in a sentence."""

_ONE_THING_ENDS = re.compile(r" (?:of|for|in|on|with|that|who|when|behind|under|sharing) ")

_NUMBERS = {"+": "plural", "~": "mass"}


@dataclass(frozen=True)
class ProductType:
    """One sort of product: how it is called, what it costs and what may be said of it."""

    name: str
    number: str
    coloured: bool
    price: float
    kinds: tuple[str, ...]
    sizes: tuple[str, ...]
    features: tuple[str, ...]
    actions: tuple[str, ...]


@dataclass(frozen=True)
class Department:
    """A department of the shop with the words that its products share."""

    name: str
    share: float
    style: str
    brands: tuple[str, ...]
    colours: tuple[str, ...]
    uses: tuple[str, ...]
    points: tuple[str, ...]
    types: tuple[ProductType, ...]


def departments() -> tuple[Department, ...]:
    """Returns all departments, in the order of the catalogue."""
    return tuple(_department(block) for block in re.split(r"\n== ", "\n" + HOME + PERSON + LEISURE)[1:])


def products(count: int = 6000, seed: int = 0) -> list[dict[str, str]]:
    """Returns products of a fictional shop.

    Args:
        count: How many products.
        seed: Seed of all choices; equal seeds give equal products.

    Returns:
        One dict for each product with ``id``, ``title``, ``text`` (the description), ``category`` (department),
        ``subcategory`` (product type), ``brand`` and ``price`` in USD. Titles are unique.
    """
    random = Random(seed)
    shop = departments()
    places = [(department, kind_of) for department in shop for kind_of in department.types]
    weights = [department.share * random.lognormvariate(0.0, 0.35) for department, _ in places]
    makers: dict[str, Iterator[tuple[str, str]]] = {}
    titles: set[str] = set()
    rows: list[dict[str, str]] = []
    for department, kind_of in _shares(places, weights, count, random):
        key = f"{department.name}/{kind_of.name}"
        brand, kind = next(makers.setdefault(key, _makers(department, kind_of, random)))
        row = _product(department, kind_of, brand, kind, random)
        while row["title"].lower() in titles:
            row = _product(department, kind_of, brand, kind, random)
        titles.add(row["title"].lower())
        rows.append(row)
    random.shuffle(rows)
    return [{"id": f"p{place:05d}", **row} for place, row in enumerate(rows)]


def _shares(
    places: list[tuple[Department, ProductType]], weights: list[float], count: int, random: Random
) -> list[tuple[Department, ProductType]]:
    """Returns ``count`` places in proportion to the weights: whole shares first, what is left by chance."""
    total = sum(weights)
    whole = [int(count * weight / total) for weight in weights]
    chosen = [place for place, times in zip(places, whole, strict=True) for _ in range(times)]
    return chosen + random.choices(places, weights, k=count - len(chosen))


def _makers(department: Department, kind_of: ProductType, random: Random) -> Iterator[tuple[str, str]]:
    """Yields pairs of brand and kind, each once before any comes again, so that a shelf holds different things."""
    while True:
        shelf = list(pairs(department.brands, kind_of.kinds))
        random.shuffle(shelf)
        yield from shelf


def _product(
    department: Department, kind_of: ProductType, brand: str, kind: str, random: Random
) -> dict[str, str]:
    tier = random.choices(list(_TIERS), [share for share, _ in _TIERS.values()])[0]
    size_place = random.randrange(len(kind_of.sizes))
    colour = random.choice(department.colours) if kind_of.coloured and department.colours else ""
    slots = _slots(department, kind_of, brand, kind, kind_of.sizes[size_place], colour, tier, random)
    # Larger sizes come later in the vocabulary, and cost more.
    position = size_place / max(len(kind_of.sizes) - 1, 1)
    price = kind_of.price * _TIERS[tier][1] * random.lognormvariate(0.0, 0.16) * (0.85 + 0.35 * position)
    return {
        "title": _title(department, slots, random),
        "text": _description(department, tier, colour, slots, random),
        "category": department.name,
        "subcategory": kind_of.name,
        "brand": brand,
        "price": f"{_charm(price, random):.2f}",
    }


def _slots(
    department: Department,
    kind_of: ProductType,
    brand: str,
    kind: str,
    size: str,
    colour: str,
    tier: str,
    random: Random,
) -> dict[str, str]:
    name, plural, mass = kind_of.name, kind_of.number == "plural", kind_of.number == "mass"
    features = random.sample(kind_of.features, len(kind_of.features))
    actions = random.sample(kind_of.actions, len(kind_of.actions))
    uses = random.sample(department.uses, 2)
    # "plain" and "range" say whose product it is; a model name would be odd on compost or a towel.
    model = f"{random.choice(patterns.MODEL_NAMES)} {random.choice(patterns.MODEL_SUFFIXES)}".strip()
    product_name = {
        "model": model,
        "range": random.choice(patterns.RANGE_NAMES),
        "book": f"The {random.choice(patterns.BOOK_FIRST_WORDS)} {random.choice(patterns.BOOK_LAST_WORDS)}",
    }.get(department.style, f"{kind} {name}")
    title_brand = brand
    if tier != "standard" and department.style in {"plain", "recipe"} and random.random() < 0.3:
        title_brand = f"{brand} {random.choice(patterns.TIER_WORDS[tier])}"
    slots = {
        "brand": brand,
        "title_brand": title_brand,
        "name": product_name,
        "kind": kind,
        "title_kind": title_case(kind),
        "type": name,
        "types": name if plural or mass else _plural(name),
        "author": f"{random.choice(patterns.AUTHOR_FIRST_NAMES)} {random.choice(patterns.AUTHOR_LAST_NAMES)}",
        "size": capital(size),
        "size_low": _the_size(size),
        "edition": size,
        "colour_end": f", {title_case(colour)}" if colour else "",
        "colour_word": colour,
        "in_colour": f" in {colour}" if colour else "",
        "use": uses[0],
        "use2": uses[1],
        "this": f"{'these' if plural else 'this'} {name}",
        "this_one": "these" if plural else "this" if mass else "this one",
        "it": "they" if plural else "it",
        "them": "them" if plural else "it",
        "is": "are" if plural else "is",
        "are": "is" if mass else "are",
        "look": "looks" if mass else "look",
        "has": "have" if plural else "has",
        "comes": "come" if plural else "comes",
        "a_thing": f"{kind} {name}" if plural or mass else article(f"{kind} {name}"),
        "a_type": name if plural or mass else article(name),
    }
    for place in range(4):
        feature = features[place % len(features)]
        slots[f"feature{place + 1}"] = feature
        slots[f"bare{place + 1}"] = re.sub(r"^(a|an|the) ", "", feature)
        one = _is_one(feature)
        slots[f"comes{place + 1}"] = "comes" if one else "come"
        slots[f"sets{place + 1}"] = "sets" if one else "set"
        slots[f"is{place + 1}"] = "is" if one else "are"
    for place in range(3):
        action = actions[place % len(actions)]
        slots[f"do{place + 1}"] = action
        slots[f"does{place + 1}"] = action if plural else third_person(action)
    return slots


def _title(department: Department, slots: dict[str, str], random: Random) -> str:
    kept = {"brand", "title_brand", "size", "colour_end", "name", "author"}
    pattern = random.choice(
        [
            title
            for title in patterns.TITLES[department.style]
            if _suits(title, department, slots["colour_word"])
        ]
    )
    named = {slot: value for slot, value in slots.items() if f"{slot}}}" in pattern}
    cased = {slot: value if slot in kept else title_case(value) for slot, value in named.items()}
    if "use" in cased:  # "for" and "as" stay small
        cased["use"] = f"{cased['use'][0].lower()}{cased['use'][1:]}"
    title = capital(fill(pattern, cased, random))
    return re.sub(r"\b(\w+) \1\b", r"\1", title)  # a "Mini" model of a mini computer


def _description(
    department: Department, tier: str, colour: str, slots: dict[str, str], random: Random
) -> str:
    group = department.style if department.style in {"recipe", "book"} else "goods"
    openings = [opening for opening in patterns.OPENINGS[group] if _suits(opening, department, colour)]
    middles = [middle for middle in patterns.MIDDLES[group] if _suits(middle, department, colour)]
    opening = random.choice(openings)
    parts = [opening]
    if random.random() < 0.62 and opening.count(". ") < 2:
        parts.append(random.choice(middles))
    tier_words = patterns.TIERS[tier]
    if tier_words and group == "goods" and random.random() < 0.4:
        parts.append(random.choice(tier_words))
    elif random.random() < 0.6:
        parts.append(random.choice(department.points))
    return sentences(fill(" ".join(parts), slots, random))


def _suits(pattern: str, department: Department, colour: str) -> bool:
    """Returns whether a pattern has what it needs: some name a colour, some a model."""
    if ("{colour_word}" in pattern or "{in_colour}" in pattern) and not colour:
        return False
    return "{name}" not in pattern or department.style in {"model", "range", "book"}


def _the_size(size: str) -> str:
    """Returns the size as it stands in a sentence."""
    if size.startswith(("set of", "pack of", "box of", "pair", "single")) or size.split()[-1] in _SIZE_WORDS:
        return f"the {size} size" if size.split()[-1] in _SIZE_WORDS else f"the {size}"
    return size if re.search(r"\d", size) else f"the {size} version"


def _is_one(phrase: str) -> bool:
    """Returns whether a feature is one thing, for the verb that follows it."""
    if phrase.startswith(("a ", "an ")):
        return True
    thing = _ONE_THING_ENDS.split(phrase)[0]
    return " and " not in phrase and (not thing.endswith("s") or thing.endswith("ss"))


def _plural(noun: str) -> str:
    head, _, tail = noun.partition(" for ")
    if re.search(r"(s|sh|ch|x)$", head):
        head += "es"
    elif re.search(r"[^aeiou]y$", head):
        head = head[:-1] + "ies"
    elif head.endswith("knife"):
        head = head[:-2] + "ves"
    else:
        head += "s"
    return f"{head} for {tail}" if tail else head


def _charm(price: float, random: Random) -> float:
    """Returns the price as shops write it: just below a round number."""
    if price < 10:
        return max(round(price * 2) / 2, 1.0) - random.choice((0.01, 0.05))
    if price < 200:
        return round(price) - random.choice((0.01, 0.01, 0.05, 0.5))
    step = 10 if price < 1000 else 50
    return round(price / step) * step - random.choice((1.0, 0.01, 5.0))


def _department(block: str) -> Department:
    head, brands, colours, uses, points, *lines = block.strip().split("\n")
    name, share, style = (part.strip() for part in head.split("|"))
    shades = _words(colours)
    return Department(
        name,
        float(share),
        style,
        _words(brands),
        () if shades == ("-",) else shades,
        _words(uses),
        tuple(f"{point.rstrip('.')}." for point in points.partition(": ")[2].split(". ")),
        tuple(_product_type(line) for line in lines if line.strip()),
    )


def _product_type(line: str) -> ProductType:
    name, price, kinds, sizes, features, actions = (part.strip() for part in line.split("|"))
    marks = name[: len(name) - len(name.lstrip("+~!"))]
    number = next((_NUMBERS[mark] for mark in marks if mark in _NUMBERS), "one")
    return ProductType(
        name.lstrip("+~!"),
        number,
        "!" not in marks,
        float(price),
        *(_words(words) for words in (kinds, sizes, features, actions)),
    )


def _words(listing: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in re.sub(r"^\w+: ", "", listing).split(";"))
