"""Freshness: stories age on the user's clock."""

from __future__ import annotations

from recgym.core.kernel import kernel


@kernel
def freshness(age, half_life):
    """Returns 2^(-age / half_life), in (0, 1] for ages >= 0; both in hours (Dezso et al., 2006, measured half-lives of 36 h)."""
    return 2.0 ** (-max(age, 0.0) / half_life)
