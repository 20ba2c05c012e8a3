"""Published values of Erlang B, C and A."""

from __future__ import annotations

import pytest

from scheduler.staffing.kernels import erlang_a_measures, erlang_b, erlang_c_measures
from scheduler.staffing.service import LiveLoad, expected_service, minimum_agents


@pytest.mark.parametrize(
    ("servers", "load", "blocked"),
    [
        # Closed forms of the first values of the recursion.
        (1, 1.0, 1 / 2),
        (2, 1.0, 1 / 5),
        (3, 1.0, 1 / 16),
        (4, 1.0, 1 / 65),
        (5, 1.0, 1 / 326),
        (2, 2.0, 2 / 5),
        (3, 2.0, 4 / 19),
        # Erlang's loss formula E_n(A) as tabulated to four digits.
        (10, 10.0, 0.2146),
        (5, 5.0, 0.2849),
        (5, 3.0, 0.1101),
        (20, 20.0, 0.1589),
        (100, 100.0, 0.0757),
    ],
)
def test_erlang_b(servers: int, load: float, blocked: float) -> None:
    assert erlang_b(servers, load) == pytest.approx(blocked, abs=5e-5)


@pytest.mark.parametrize(
    ("servers", "load", "percent"),
    [
        # Traffic that so many lines carry at a blocking of 1 % and 2 %, as in every table of Erlang B.
        (2, 0.153, 1),
        (5, 1.36, 1),
        (10, 4.46, 1),
        (20, 12.0, 1),
        (50, 37.9, 1),
        (100, 84.1, 1),
        (5, 1.66, 2),
        (10, 5.08, 2),
        (20, 13.2, 2),
        (30, 21.9, 2),
        (50, 40.3, 2),
        (100, 88.0, 2),
    ],
)
def test_traffic_tables(servers: int, load: float, percent: int) -> None:
    digit = 0.05 if load >= 10 else 0.005 if load >= 1 else 0.0005
    assert 100 * erlang_b(servers, load - digit) < percent < 100 * erlang_b(servers, load + digit)


def test_fifteen_lines_at_one_call_in_a_hundred() -> None:
    # Westbay Engineers' calculator manual (erlang.com), "How much traffic?": 8.108 erlangs.
    assert erlang_b(15, 8.1075) < 0.01 < erlang_b(15, 8.1085)


@pytest.mark.parametrize(
    ("servers", "load", "waits"),
    [
        (1, 0.7, 0.7),  # M/M/1: the load itself
        (2, 1.0, 1 / 3),  # 2ρ² / (1 + ρ)
        (2, 1.5, 9 / 14),
        (3, 2.0, 4 / 9),  # Gross and Harris, Fundamentals of Queueing Theory: the eye clinic, M/M/3
        (5, 4.0, 0.5541),
        (10, 8.0, 0.4092),
        (55, 48.0, 0.2387),  # 360 calls in 30 minutes × 240 s (Mitan Ltd, The Erlang-C formula: 0.239)
    ],
)
def test_erlang_c_waiting(servers: int, load: float, waits: float) -> None:
    assert erlang_c_measures(servers, load, 0.0)[2] == pytest.approx(waits, abs=2e-4)


def test_the_eye_clinic_queues_eight_ninths_of_a_patient() -> None:
    # Six an hour, 20 minutes each, three doctors: L_q = 8/9, so W_q = 8/54 h (Little).
    service = expected_service(LiveLoad(6, 3600, 1200, 0), 3)
    assert service.asa_seconds == pytest.approx(8 / 54 * 3600)


def test_fifty_five_agents() -> None:
    service = expected_service(LiveLoad(360, 1800, 240, 15), 55)
    assert service.asa_seconds == pytest.approx(8.194, abs=0.015)
    assert service.service_level == pytest.approx(0.8457, abs=5e-4)
    assert service.occupancy == pytest.approx(48 / 55)


def test_a_hundred_calls_in_half_an_hour() -> None:
    load = LiveLoad(100, 1800, 180, 20)
    assert minimum_agents(load, service_level=0.8) == 14
    service = expected_service(load, 14)
    assert service.service_level == pytest.approx(0.888, abs=5e-4)
    assert service.asa_seconds == pytest.approx(7.8, abs=0.05)
    assert service.waiting == pytest.approx(0.174, abs=5e-4)
    assert service.occupancy == pytest.approx(0.714, abs=5e-4)


def test_half_an_erlang_at_half_needs_one_agent() -> None:
    # Searching from the load plus one would answer two.
    load = LiveLoad(5, 1800, 180, 20)
    assert minimum_agents(load, service_level=0.5) == 1
    assert expected_service(load, 1).service_level == pytest.approx(0.527, abs=5e-4)


def test_impatient_customers_of_garnett_mandelbaum_and_reiman() -> None:
    # M&SOM 4 (2002), comparison of M/M/n and M/M/n+M: 50 agents, 48 calls a minute of one minute each,
    # patience of two minutes: 3.1 % abandon, mean wait 3.7 s against 20.8 s, utilisation 93 % against 96 %.
    level, _, _, occupancy, abandoned = erlang_a_measures(50, 48.0, 0.0, 2.0)
    assert abandoned == pytest.approx(0.031, abs=5e-4)
    # All customers' mean wait is abandoned share × mean patience.
    assert abandoned * 120 == pytest.approx(3.7, abs=0.05)
    assert occupancy == pytest.approx(0.93, abs=5e-3)
    without = erlang_c_measures(50, 48.0, 0.0)
    assert without[1] * 60 == pytest.approx(20.8, abs=0.05)
    assert without[3] == pytest.approx(0.96)
    assert level > 1 - without[2]
