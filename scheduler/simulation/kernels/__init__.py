"""Compiled code of the simulation."""
