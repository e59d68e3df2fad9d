"""The metrics, from their table and the docstrings of the functions that make them."""

from __future__ import annotations

import inspect
import re

from recgym.evaluation import METRICS, Metric, metrics, normalised_score
from recgym.evaluation.comparison import regret
from recgym.evaluation.metrics import COMPARED, REGRET, SCORE
from tools.pages.markdown import section, table

_CONSTANT = re.compile(r"`([A-Z][A-Z_]+)`")
_COMPARED_BY = {SCORE: normalised_score, REGRET: regret}


def metrics_page() -> str:
    """Makes the page of all metrics."""
    rows = [
        (f"[`{metric.name}`](#{metric.name})", metric.title, _bounds(metric)) for metric in METRICS.values()
    ]
    rows += [(f"[`{name}`](#{name})", title, "") for name, title in COMPARED.items()]
    parts = [f"### {metric.name} {{ #{metric.name} }}\n\n{_meaning(metric)}" for metric in METRICS.values()]
    parts += [f"### {name} {{ #{name} }}\n\n{_prose(_COMPARED_BY[name])}" for name in COMPARED]
    one_by_one = "\n\n".join(parts)
    return f"""# Metrics

What `recgym.evaluate(...)` returns, what `--columns` of the [commands](commands.md) takes, and what TensorBoard shows under `rec/` during training (but for those that compare a policy with others, and, of users who
are trained on, those that need the whole session of each user). Each is computed from sums over users, so
that it has a 95 % interval (the jackknife's, over users) and can be compared between policies that met the same users.

{table(("name", "column", "range"), rows)}

## One by one

{one_by_one}

## One of your own

{section("CONTRIBUTING.md", "A metric")}
"""


def _bounds(metric: Metric) -> str:
    low, high = (
        f"{bound:g}".replace("inf", "∞") if abs(bound) != float("inf") else "∞" for bound in metric.bounds
    )
    if metric.bounds[0] == -float("inf"):
        return "any number" if metric.bounds[1] == float("inf") else f"up to {high}"
    return f"{low} or more" if metric.bounds[1] == float("inf") else f"{low} to {high}"


def _meaning(metric: Metric) -> str:
    added = _prose(metric.contributions)
    if metric.value.__name__ == "ratio":
        return f"The ratio of two sums. Each user adds to them: {added[0].lower()}{added[1:]}"
    return f"{_prose(metric.value)}\n\nFrom sums to which each user adds: {added[0].lower()}{added[1:]}"


def _prose(function: object) -> str:
    """Returns a docstring without its sections, with its worked example as code."""
    text = re.split(r"^(?:Args|Returns|Raises|Example):", inspect.getdoc(function) or "", flags=re.MULTILINE)[
        0
    ]
    parts = []
    for paragraph in text.strip().split("\n\n"):
        parts.append(f"```python\n{paragraph}\n```" if paragraph.startswith(">>>") else paragraph)
    return _CONSTANT.sub(_with_value, "\n\n".join(parts))


def _with_value(found: re.Match[str]) -> str:
    """Adds the value of a constant of the module to its name."""
    value = getattr(metrics, found[1], None)
    return found[0] if value is None else f"{found[0]} ({value})"
