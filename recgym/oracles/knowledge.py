"""What a policy of the certificate's square may know: its rows."""

from __future__ import annotations

from collections.abc import Mapping

EVERYTHING = "everything"
"""The row of the oracles, which is always measured."""
KNOWLEDGE: Mapping[str, str] = {
    "average": "the average user: items and dynamics, nothing of this user",
    "session": "this session: what this user did in it, and no history",
    "flat": "the flat observation when the session begins, and the session",
    "honest": "history and session: all that may be seen of this user",
    "features": "history and session, and of the items what their public features tell",
    EVERYTHING: "everything: the user's hidden state, too",
}
"""What a policy may know, and what that means. Items and dynamics are known but for those of ``"features"``."""
ESTIMATED = tuple(name for name in KNOWLEDGE if name != EVERYTHING)
"""The rows in which users are estimated."""
