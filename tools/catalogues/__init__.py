"""Builders of the shipped catalogues: generators of item texts and what turns texts into vectors."""
