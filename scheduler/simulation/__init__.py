"""Discrete-event simulation: the service that a rota will really give, with its spread."""
