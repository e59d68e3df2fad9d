"""Catalogues: texts, their Transformer vectors and the public features of the items."""

from recgym.catalogue.catalogue import Catalogue, CatalogueError
from recgym.catalogue.load import SHIPPED, load_catalogue

__all__ = ["SHIPPED", "Catalogue", "CatalogueError", "load_catalogue"]
