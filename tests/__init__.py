"""Tests, beside the folders that they test. A package of its own: others install one of this name too."""
