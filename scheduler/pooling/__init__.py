"""Closing the loop: the requirement follows what the simulated rota gives."""
