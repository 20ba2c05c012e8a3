"""Random numbers as hashes: any number of any contact, in any order, on any thread.

Every number is a hash of (seed, replication, queue, number of the contact, purpose), so that a contact's
arrival, handle time and patience are the same whatever the rota: common random numbers.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numba import njit

__all__ = ["child", "draw", "exponential", "handle_seconds", "identify", "stream"]

GAMMA = np.uint64(0x9E3779B97F4A7C15)
MIX_1, MIX_2 = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
S27, S30, S31, S11 = (np.uint64(shift) for shift in (27, 30, 31, 11))
ONE = np.uint64(1)

GAPS, CONTACTS, ABSENCE = 1, 2, 3
"""Purposes of streams."""
HANDLE, PATIENCE, RETURNS, DELAY, CHILD = (np.uint64(purpose) for purpose in (1, 3, 4, 5, 6))
"""Purposes of a contact's own numbers; its handle time takes two."""


@njit(forceinline=True)
def mix(z: Any) -> Any:
    """Return a word's hash: SplitMix64 (Steele, Lea & Flood 2014, figure 13)."""
    z = (z ^ (z >> S30)) * MIX_1
    z = (z ^ (z >> S27)) * MIX_2
    return z ^ (z >> S31)


@njit(forceinline=True)
def identify(key: Any, number: Any) -> Any:
    """Return the word at a place of a stream."""
    return mix(key + np.uint64(number) * GAMMA)


@njit(forceinline=True)
def stream(seed: int, replication: int, purpose: int, which: int) -> Any:
    """Return the key of a stream of random numbers."""
    key = identify(mix(np.uint64(seed) + GAMMA), replication)
    return identify(identify(key, purpose), which)


@njit(forceinline=True)
def draw(key: Any, number: Any) -> float:
    """Return a uniform number in (0, 1): the stream's at this place."""
    return (np.int64(identify(key, number) >> S11) + 0.5) * 2.0**-53


@njit(forceinline=True)
def exponential(key: Any, number: Any) -> float:
    """Return an exponential number of mean 1: the stream's at this place."""
    return -math.log(draw(key, number))


@njit(forceinline=True)
def child(identity: Any) -> Any:
    """Return the identity of the contact that follows from this one: a repeat or a redial."""
    return identify(identity, CHILD)


@njit(forceinline=True)
def handle_seconds(mean: float, sigma: float, identity: Any) -> float:
    """Return a contact's handle time at speed 1: lognormal by Box & Muller (1958), or exponential."""
    if math.isnan(sigma):
        return mean * exponential(identity, HANDLE)
    angle = 2.0 * math.pi * draw(identity, HANDLE + ONE)
    normal = math.sqrt(2.0 * exponential(identity, HANDLE)) * math.cos(angle)
    return mean * math.exp(sigma * normal - 0.5 * sigma * sigma)
