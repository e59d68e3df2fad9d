"""Commands that make what the project ships; no part of the installed packages."""
