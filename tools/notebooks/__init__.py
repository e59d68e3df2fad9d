"""The notebooks: their sources, and what makes them: `python -m tools.notebooks`."""
