"""Text and picture of a session."""
