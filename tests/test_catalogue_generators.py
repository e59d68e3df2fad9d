"""The generators of products and stories: columns, ranges, variety and determinism."""

import re
from collections import Counter, defaultdict

import pytest

from tools.catalogues.__main__ import DATA, csv_of
from tools.catalogues.products import departments, products
from tools.catalogues.stories import FORTNIGHT, sections, stories
from tools.catalogues.wording import article, third_person, title_case

GENERATORS = {
    "products": (products, {"id", "title", "text", "category", "subcategory", "brand", "price"}),
    "stories": (
        stories,
        {"id", "title", "text", "category", "subcategory", "story", "published", "half_life"},
    ),
}


@pytest.fixture(scope="module")
def rows() -> dict[str, list[dict[str, str]]]:
    return {name: generate() for name, (generate, _) in GENERATORS.items()}


@pytest.mark.parametrize("name", GENERATORS)
def test_columns_and_unique_titles(rows, name):
    items = rows[name]
    assert len(items) == 6000
    assert all(set(item) == GENERATORS[name][1] and all(item.values()) for item in items)
    assert len({item["id"] for item in items}) == len({item["title"].lower() for item in items}) == 6000


@pytest.mark.parametrize("name", GENERATORS)
def test_what_is_shipped_is_what_is_generated(rows, name):
    assert csv_of(rows[name]).encode() == (DATA / name / "items.csv").read_bytes()


@pytest.mark.parametrize("name", GENERATORS)
def test_texts_are_filled_in_and_varied(rows, name):
    items = rows[name]
    both = [f"{item['title']} {item['text']}" for item in items]
    assert not [
        text for text in both if re.search(r"[{}\[\]|;_]{2}|[{}\[\]|]|  | ,|\.\.|\ba [aeio]\w+ing\b", text)
    ]
    assert all(item["text"].endswith((".", "?", "!", "'", "’")) for item in items)
    assert len({item["text"] for item in items}) > 0.94 * len(items)
    assert len({text.split()[0] for text in both}) > 100


@pytest.mark.parametrize("name", GENERATORS)
def test_categories_are_uneven_but_none_is_tiny(rows, name):
    sizes = Counter(item["category"] for item in rows[name])
    assert min(sizes.values()) >= 60
    assert max(sizes.values()) > 1.5 * min(sizes.values())


@pytest.mark.parametrize("name", GENERATORS)
def test_seed_decides_everything(name):
    generate = GENERATORS[name][0]
    assert generate(200, seed=3) == generate(200, seed=3)
    assert generate(200, seed=3) != generate(200, seed=4)


@pytest.mark.parametrize("count", [2, 3, 7, 501])
def test_any_count(count):
    assert len(products(count)) == len(stories(count)) == count


def test_prices_suit_the_product_type(rows):
    typical = {(shop.name, sort.name): sort.price for shop in departments() for sort in shop.types}
    assert len(departments()) >= 25
    assert min(len(shop.types) for shop in departments()) >= 12
    assert sum(len(shop.brands) for shop in departments()) >= 150
    for item in rows["products"]:
        assert re.fullmatch(r"\d+\.\d\d", item["price"])
        assert 0.25 < float(item["price"]) / typical[item["category"], item["subcategory"]] < 5


def test_stories_have_several_items_in_time(rows):
    assert 16 <= len(sections()) <= 20
    published = [float(item["published"]) for item in rows["stories"]]
    assert published == sorted(published)
    assert published[0] >= 0
    assert published[-1] < FORTNIGHT
    by_story = defaultdict(list)
    for item in rows["stories"]:
        by_story[item["story"]].append(item)
    sizes = Counter(len(items) for items in by_story.values())
    assert set(sizes) <= {2, 3, 4, 5}
    assert all(
        len({(item["category"], item["subcategory"]) for item in items}) == 1 for items in by_story.values()
    )
    night = sum(time % 24 < 5 for time in published)
    morning = sum(6 <= time % 24 < 11 for time in published)
    assert morning > 3 * night


def test_half_lives_are_short_for_scores_and_long_for_recipes(rows):
    lives = defaultdict(list)
    for item in rows["stories"]:
        lives[item["subcategory"]].append(float(item["half_life"]))
    middle = {sort: sorted(values)[len(values) // 2] for sort, values in lives.items()}
    everything = sorted(float(item["half_life"]) for item in rows["stories"])
    assert 6 < everything[len(everything) // 2] < 10
    assert middle["match report"] < 5 < 10 < middle["recipe"]


def test_wording():
    phrases = (
        "apple",
        "unisex bag",
        "one-pot cookbook",
        "hour",
        "LED lamp",
        "USB port",
        "11-inch tablet",
        "ukulele",
        "umbrella",
    )
    assert [article(phrase).split()[0] for phrase in phrases] == [
        "an",
        "a",
        "a",
        "an",
        "an",
        "a",
        "an",
        "a",
        "an",
    ]
    assert [third_person(verb) for verb in ("carry two", "have it", "reach up", "stay dry")] == [
        "carries two",
        "has it",
        "reaches up",
        "stays dry",
    ]
    assert title_case("set of 4 chef's knives") == "Set of 4 Chef's Knives"
