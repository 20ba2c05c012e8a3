"""The ``sunrota`` command."""
