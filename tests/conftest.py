"""What all tests share."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

# Machines that run tests are shared and slow at times: a deadline per example would test the machine.
settings.register_profile("sunrota", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("sunrota")

# Tests run side by side; a library that takes all cores for itself slows every other one down.
os.environ.setdefault("OMP_NUM_THREADS", "1")
