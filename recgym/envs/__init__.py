"""The scenarios: a file is a scenario is a page of documentation."""
