"""Sites, shift templates and contracts of the synthetic workspace."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

__all__ = ["CONTRACTS", "RATES", "SHIFTS", "SITES", "ContractSpec", "ShiftSpec", "SiteSpec"]


class SiteSpec(NamedTuple):
    """A row of ``sites.csv``; ``code`` begins its agents' ids, ``pay`` bounds their hourly cost."""

    code: str
    time_zone: str
    country: str
    subdivision: str | None
    currency: str
    seats: int
    hours: str
    shrinkage: float
    pay: tuple[int, int]


SITES: Mapping[str, SiteSpec] = {
    "manila": SiteSpec("mnl", "Asia/Manila", "PH", None, "PHP", 60, "", 0.05, (210, 320)),
    "kolkata": SiteSpec("ccu", "Asia/Kolkata", "IN", "WB", "INR", 60, "", 0.05, (240, 400)),
    "krakow": SiteSpec("krk", "Europe/Warsaw", "PL", None, "PLN", 50, "daily 06:00-24:00", 0.06, (38, 58)),
    "lisbon": SiteSpec("lis", "Europe/Lisbon", "PT", None, "EUR", 50, "", 0.06, (9, 14)),
    "sao-paulo": SiteSpec(
        "sao", "America/Sao_Paulo", "BR", "SP", "BRL", 40, "daily 06:00-24:00", 0.06, (17, 28)
    ),
    "guadalajara": SiteSpec("gdl", "America/Mexico_City", "MX", None, "MXN", 45, "", 0.05, (70, 115)),
}

RATES: Mapping[str, float] = {"PHP": 0.0146, "INR": 0.0096, "PLN": 0.235, "BRL": 0.158, "MXN": 0.047}
"""Value of one unit in euros: round figures, near those of early 2026."""


class ShiftSpec(NamedTuple):
    """A row of ``shifts.csv``."""

    earliest_start: str
    latest_start: str
    min_minutes: int
    max_minutes: int
    breaks: str
    min_break_gap_minutes: int | None = None
    max_break_gap_minutes: int | None = None
    weekdays: str = ""


FULL_BREAKS = "paid 15 after 60 before 150; unpaid 30 after 180 before 330; paid 15 after 360 before 450"

SHIFTS: Mapping[str, ShiftSpec] = {
    "early": ShiftSpec("06:00", "07:30", 510, 510, FULL_BREAKS, 60),
    "day": ShiftSpec("08:00", "10:30", 510, 510, FULL_BREAKS, 60),
    "late": ShiftSpec("12:00", "15:00", 510, 510, FULL_BREAKS, 60),
    "night": ShiftSpec("21:30", "00:30", 510, 510, FULL_BREAKS, 60),
    "flexible": ShiftSpec("07:00", "13:30", 360, 540, FULL_BREAKS, 45),
    "short": ShiftSpec("08:00", "18:00", 240, 300, "paid 15 after 90 before 195"),
    "six_hours": ShiftSpec(
        *("07:00", "17:30", 380, 380),
        "paid 10 after 60 before 130; unpaid 20 after 150 before 240; paid 10 after 260 before 320",
        *(20, 180),
    ),
    "weekend": ShiftSpec("07:00", "13:30", 510, 510, FULL_BREAKS, 60, weekdays="sat;sun"),
}


class ContractSpec(NamedTuple):
    """A row of ``contracts.csv``; None leaves the default."""

    shifts: str
    max_week_minutes: int
    min_week_minutes: int | None = None
    min_plan_minutes: int | None = None
    max_plan_minutes: int | None = None
    max_days_a_week: int | None = None
    max_days_running: int | None = None
    min_days_running: int | None = None
    days_off_running: int | None = None
    max_days_off_running: int | None = None
    max_nights: int | None = None
    weekends_off: int | None = None
    start_tolerance_minutes: int | None = None
    forbidden_next: str = ""


CONTRACTS: Mapping[str, ContractSpec] = {
    "full_time": ContractSpec("early;day;late", 2400, 1920, max_days_running=6, forbidden_next="late>early"),
    "rotating": ContractSpec(
        *("early;day;late;night", 2400, 1920),
        max_days_running=5,
        max_nights=4,
        weekends_off=1,
        forbidden_next="late>early;night>early;night>day",
    ),
    "nights": ContractSpec(
        "night;late",
        2400,
        1920,
        max_days_running=5,
        max_nights=9,
        days_off_running=2,
        start_tolerance_minutes=180,
    ),
    "annual_hours": ContractSpec(
        *("flexible", 2700, None, 4200, 4800), max_days_running=5, min_days_running=2, max_days_off_running=4
    ),
    "part_time_30": ContractSpec("flexible;short", 1800, 1200, max_days_running=5),
    "part_time_20": ContractSpec("short", 1200, 720, max_days_running=5),
    "weekend": ContractSpec("weekend", 960, max_days_a_week=2),
    "six_day_36": ContractSpec("six_hours", 2160, 1800, max_days_a_week=6, max_days_running=6),
}
