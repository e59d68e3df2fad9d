"""Small grammar for the generators: articles, verb forms, joined lists and templates with alternatives."""

from __future__ import annotations

import re
from collections.abc import Mapping
from random import Random

_VOWEL_SOUND = re.compile(r"[aeiou]|8|11\b|18\b|hour|honest|heir")
_CONSONANT_SOUND = re.compile(r"uni(?!n|m)|use|usu|us-|usb|eu|one\b|once\b|ukulele")
_LETTER_NAMES = re.compile(r"[AEFHILMNORSX](?:[A-Z]|-)")
_ALTERNATIVES = re.compile(r"\[([^\[\]]*)\]")
_SMALL_WORDS = frozenset(
    (
        "a",
        "an",
        "and",
        "for",
        "from",
        "in",
        "of",
        "on",
        "or",
        "the",
        "to",
        "with",
        "x",
        "g",
        "m",
        "ml",
        "mm",
        "cm",
    )
)
_BARE_ARTICLE = re.compile(r"\b([Aa]) (?=(\S+))")
_SLOT = re.compile(r"\{(\^?)(a )?(\w+)\}")


def article(phrase: str) -> str:
    """Returns ``phrase`` behind "a" or "an", whichever its first sound asks for."""
    sound = phrase.lower()
    vowel = _LETTER_NAMES.match(phrase) or (_VOWEL_SOUND.match(sound) and not _CONSONANT_SOUND.match(sound))
    return f"{'an' if vowel else 'a'} {phrase}"


def third_person(phrase: str) -> str:
    """Returns the verb phrase with its first verb in the third person: "carry two" gives "carries two"."""
    verb, space, rest = phrase.partition(" ")
    if verb in {"be", "have", "do", "go"}:
        verb = {"be": "is", "have": "has", "do": "does", "go": "goes"}[verb]
    elif verb.endswith(("s", "sh", "ch", "x", "z")):
        verb += "es"
    elif verb.endswith("y") and verb[-2:-1] not in "aeiou":
        verb = f"{verb[:-1]}ies"
    else:
        verb += "s"
    return f"{verb}{space}{rest}"


def capital(text: str) -> str:
    """Returns ``text`` with its first letter in upper case and the rest untouched."""
    return text[:1].upper() + text[1:]


def title_case(text: str) -> str:
    """Returns ``text`` in the title case of a shop: small words stay small, abbreviations stay as they are."""
    words = [
        word if word in _SMALL_WORDS and place else capital(word)
        for place, word in enumerate(text.split(" "))
    ]
    return " ".join(
        "-".join(part if part in _SMALL_WORDS else capital(part) for part in word.split("-"))
        for word in words
    )


def fill(template: str, slots: Mapping[str, str], random: Random) -> str:
    """Returns the template with one of each ``[this|that]`` chosen and every ``{slot}`` replaced.

    ``{^slot}`` writes the value with a capital, ``{a slot}`` with its article. Values may hold alternatives and
    slots themselves.
    """
    text = template
    for _ in range(8):  # values nest at most a few levels deep
        before = text
        while (match := _ALTERNATIVES.search(text)) is not None:
            text = text[: match.start()] + random.choice(match.group(1).split("|")) + text[match.end() :]
        text = _SLOT.sub(lambda match: _value(match, slots), text)
        if text == before:
            break
    text = re.sub(r"s's\b", "s'", text)  # a name that ends in "s" has no second one behind it
    return _BARE_ARTICLE.sub(_agreeing, text)


def sentences(text: str) -> str:
    """Returns ``text`` with single spaces and a capital at the start of every sentence."""
    text = re.sub(r"\s+", " ", text).strip()
    return re.sub(r"(^|[.?!] )([a-z])", lambda match: match.group(1) + match.group(2).upper(), text)


def _agreeing(match: re.Match[str]) -> str:
    """Returns the article of a template as the word put behind it asks for: "a {colour} finish" may need "an"."""
    return f"{match.group(1)}n " if article(match.group(2)).startswith("an ") else match.group(0)


def _value(match: re.Match[str], slots: Mapping[str, str]) -> str:
    value = slots[match.group(3)]
    if match.group(2):
        value = article(value)
    return capital(value) if match.group(1) else value
