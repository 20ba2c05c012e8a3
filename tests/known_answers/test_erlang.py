"""Published values of Erlang B, C and A; what no source could be read for is recomputed in whole numbers."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest

from scheduler.staffing.kernels import erlang_a_measures, erlang_b, erlang_c_measures
from scheduler.staffing.service import LiveLoad, expected_service, minimum_agents

CARRIER_GRADE = """
5:  0.5 0.6 0.8 0.9 1.0 1.1 1.1 1.2 1.2 1.3 1.3 1.4 1.7 1.9 2.1 2.2
6:  0.7 1.0 1.1 1.3 1.4 1.5 1.6 1.7 1.8 1.8 1.9 1.9 2.3 2.5 2.8 3.0
7:  1.1 1.4 1.6 1.8 1.9 2.1 2.2 2.2 2.3 2.4 2.4 2.5 2.9 3.2 3.5 3.7
8:  1.4 1.8 2.1 2.3 2.5 2.6 2.7 2.8 2.9 3.0 3.1 3.1 3.6 4.0 4.3 4.5
9:  1.8 2.3 2.6 2.9 3.1 3.2 3.3 3.4 3.5 3.6 3.7 3.8 4.3 4.7 5.1 5.4
10: 2.3 2.8 3.1 3.4 3.6 3.8
"""
"""D. Collins, Carrier Grade Voice over IP, 2nd edition, appendix A, "Table of Erlang B": erlangs that so many
channels carry at a blocking of so many per cent. Here are the rows of 5 to 10 channels, as far as they could
be read."""
PERCENT = (0.01, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 2.0, 3.0, 4.0, 5.0)


@pytest.mark.parametrize("row", CARRIER_GRADE.strip().splitlines(), ids=lambda row: row.split(":")[0])
def test_the_table_of_carrier_grade_voice_over_ip(row: str) -> None:
    channels, erlangs = row.split(":")
    for load, percent in zip(map(float, erlangs.split()), PERCENT, strict=False):
        low, high = (100 * erlang_b(int(channels), load + digit) for digit in (-0.05, 0.05))
        assert low < percent < high, (channels, load, percent)


@pytest.mark.parametrize(("servers", "load"), [(1, 1), (5, 3), (10, 10), (100, 100), (300, 250)])
def test_erlang_b_is_exact(servers: int, load: int) -> None:
    # Recomputed in whole numbers by the definition: A^n/n! over the sum of all terms up to it.
    terms = [Fraction(load**n, math.factorial(n)) for n in range(servers + 1)]
    assert erlang_b(servers, float(load)) == pytest.approx(float(terms[-1] / sum(terms)), rel=1e-12)


def test_fifteen_lines_at_one_call_in_a_hundred() -> None:
    # Westbay Engineers' calculator manual (erlang.com), "How much traffic?": 8.108 erlangs.
    assert erlang_b(15, 8.1075) < 0.01 < erlang_b(15, 8.1085)


@pytest.mark.parametrize(
    ("servers", "load"), [(1, 0.7), (2, 1.0), (2, 1.5), (3, 2.0), (5, 4.0), (10, 8.0), (55, 48.0)]
)
def test_erlang_c_waiting_is_exact(servers: int, load: float) -> None:
    # Recomputed in fractions by the definition: the last term, grown by n / (n − A), over the sum.
    exact = Fraction(load)
    terms = [exact**n / math.factorial(n) for n in range(servers + 1)]
    last = terms[-1] * servers / (servers - exact)
    waits = float(last / (sum(terms[:-1]) + last))
    assert erlang_c_measures(servers, load, 0.0)[2] == pytest.approx(waits, rel=1e-12)


def test_three_servers_of_bronson() -> None:
    # R. Bronson, Operations Research (Schaum's Outline, 1982), problem 24.6: three servers, 300 arrivals a
    # year, two days each: 0.352 wait on average, 0.43 days.
    load = 300 * 2 / 365
    wait_days = erlang_c_measures(3, load, 0.0)[1] * 2
    assert wait_days == pytest.approx(0.43, abs=5e-3)
    assert 300 / 365 * wait_days == pytest.approx(0.352, abs=5e-4)


def test_the_eye_clinic_queues_eight_ninths_of_a_patient() -> None:
    # Six an hour, 20 minutes each, three doctors (an example of D. Gross and C. Harris, Fundamentals of
    # Queueing Theory): p0 = 1/9, so that L_q = 8/9 and W_q = 8/54 h (Little).
    service = expected_service(LiveLoad(6, 3600, 1200, 0), 3)
    assert service.asa_seconds == pytest.approx(8 / 54 * 3600)


def test_fifty_five_agents() -> None:
    # The example of Mitan Ltd, "The Erlang-C formula": 360 calls of 240 s in half an hour; recomputed.
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
