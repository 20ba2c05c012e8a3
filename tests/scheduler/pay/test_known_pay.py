"""Premium pay by each shipped pack, computed by hand from the statute's words.

Hours in the comments are paid hours; ``premium_hours`` is what the premiums add, in hours of the hourly cost.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import pytest

from forecasting.timegrid import local_date, wall_to_instant
from scheduler.agents import Agent
from scheduler.pay.price import ShiftPay, price_shifts
from scheduler.rota import Break, Shift
from scheduler.settings import PlanSettings
from scheduler.sites import Site
from scheduler.team import RuleRow
from scheduler.workspace import Workspace

MONDAY = date(2026, 6, 8)  # a week without public holidays in any of the places but Portugal and Brazil
PLACES = {
    "DE": ("Europe/Berlin", "DE"),
    "FR": ("Europe/Paris", "FR"),
    "PL": ("Europe/Warsaw", "PL"),
    "PT": ("Europe/Lisbon", "PT"),
    "LV": ("Europe/Riga", "LV"),
    "GR": ("Europe/Athens", "GR"),
    "US-CA": ("America/Los_Angeles", "US"),
    "BR": ("America/Sao_Paulo", "BR"),
    "PH": ("Asia/Manila", "PH"),
    "IN": ("Asia/Kolkata", "IN"),
    "IN-DL": ("Asia/Kolkata", "IN"),
    "JP": ("Asia/Tokyo", "JP"),
    "KR": ("Asia/Seoul", "KR"),
    "none": ("Europe/Riga", "LV"),
}


def work(day: date, start: str, end: str, pack: str, unpaid: str = "") -> Shift:
    """A shift between two wall-clock times (the end on the next date if not later), with one unpaid break."""
    zone = PLACES[pack][0]
    first = _minute(start)
    last = _minute(end) + (1440 if _minute(end) <= first else 0)
    begin, finish = wall_to_instant(zone, day, first), wall_to_instant(zone, day, last)
    assert begin is not None
    assert finish is not None
    breaks: tuple[Break, ...] = ()
    if unpaid:
        low, high = (_minute(text) for text in unpaid.split("-"))
        beyond = 1440 if low < first else 0
        pause = [wall_to_instant(zone, day, minute + beyond) for minute in (low, high)]
        assert pause[0] is not None
        assert pause[1] is not None
        breaks = (Break(pause[0], pause[1], paid=False),)
    elapsed = (finish - begin) // timedelta(minutes=1)
    paid = elapsed - sum((pause.end - pause.start) // timedelta(minutes=1) for pause in breaks)
    return Shift("ann", "here", "t", begin, finish, local_date(begin, zone), zone, paid, breaks)


def _minute(text: str) -> int:
    hours, minutes = text.split(":")
    return int(hours) * 60 + int(minutes)


def a_week(pack: str, days: int, start: str, end: str, unpaid: str = "") -> list[Shift]:
    return [work(MONDAY + timedelta(days=step), start, end, pack, unpaid) for step in range(days)]


def pay(shifts: Sequence[Shift], pack: str, rules: Sequence[RuleRow] = ()) -> tuple[ShiftPay, ...]:
    zone, country = PLACES[pack]
    site = Site("here", zone, country, rules=pack)
    agent = Agent("ann", "here", "full", (), hourly_cost=20.0)
    settings = PlanSettings(MONDAY, 28, currency="EUR")
    workspace = Workspace(settings, {}, {}, sites={"here": site}, agents={"ann": agent}, rules=tuple(rules))
    return price_shifts(shifts, workspace)


def premium_hours(shifts: Sequence[Shift], pack: str, rules: Sequence[RuleRow] = ()) -> float:
    return sum(each.premium for each in pay(shifts, pack, rules)) / 20.0


def test_without_a_pack_there_are_no_premiums() -> None:
    (night,) = pay([work(MONDAY, "21:00", "09:00", "none")], "none")
    assert (night.premium, night.cost, night.overtime_minutes, night.night_minutes) == (0, 240, 0, 420)


class TestCalifornia:
    """Labor Code 510 (a).

    Work over 8 hours a day or 40 a week, and the first 8 on the seventh day of a workweek, is paid one and a
    half times; work over 12 hours a day, and over 8 on that seventh day, twice. Rates are not combined.
    """

    def test_a_day_of_13_hours(self) -> None:
        # 8 h × 20 + 4 h × 30 + 1 h × 40 = 320
        (day,) = pay([work(MONDAY, "08:00", "21:30", "US-CA", "12:00-12:30")], "US-CA")
        assert day.cost == pytest.approx(320)
        assert day.overtime_minutes == 300

    def test_six_days_of_8_hours(self) -> None:
        # 48 h: the eight over 40, all of Saturday, at half on top.
        days = pay(a_week("US-CA", 6, "08:00", "16:30", "12:00-12:30"), "US-CA")
        assert [day.overtime_minutes for day in days] == [0, 0, 0, 0, 0, 480]
        assert sum(day.premium for day in days) == pytest.approx(4 * 20)

    def test_hours_over_8_a_day_do_not_count_again_over_40_a_week(self) -> None:
        # Five days of 9 h: an hour of overtime each, and 40 h that are none.
        assert premium_hours(a_week("US-CA", 5, "08:00", "17:30", "12:00-12:30"), "US-CA") == pytest.approx(
            2.5
        )

    def test_the_seventh_day(self) -> None:
        # Six days of 6 h, then 10 h: 8 at half on top, 2 at the double rate.
        week = [*a_week("US-CA", 6, "08:00", "14:00"), work(MONDAY + timedelta(6), "08:00", "18:00", "US-CA")]
        sunday = pay(week, "US-CA")[-1]
        assert sunday.cost == pytest.approx(8 * 30 + 2 * 40)
        assert (sunday.rest_day_minutes, sunday.overtime_minutes) == (600, 120)

    def test_thirteen_hours_on_the_seventh_day_are_never_more_than_double(self) -> None:
        week = [*a_week("US-CA", 6, "08:00", "14:00"), work(MONDAY + timedelta(6), "08:00", "21:00", "US-CA")]
        assert pay(week, "US-CA")[-1].cost == pytest.approx(8 * 30 + 5 * 40)


class TestJapan:
    """LSA Art. 32, 37: over 8 h a day or 40 a week +25 %; 22:00 to 05:00 +25 %; on the day of rest +35 %."""

    def test_a_long_day_into_the_night(self) -> None:
        # A forestry association's example: from 08:30 with an hour's break the eighth hour ends at 17:30; to
        # 22:00 at 1.25, to 05:00 at 1.50.
        shift = work(MONDAY, "08:30", "05:00", "JP", "12:00-13:00")
        assert premium_hours([shift], "JP") == pytest.approx(4.5 * 0.25 + 7 * 0.50)

    def test_the_day_of_rest_knows_no_overtime_but_the_night(self) -> None:
        week = [*a_week("JP", 6, "09:00", "15:00"), work(MONDAY + timedelta(6), "14:00", "00:00", "JP")]
        sunday = pay(week, "JP")[-1]
        assert sunday.premium / 20 == pytest.approx(10 * 0.35 + 2 * 0.25)
        assert sunday.overtime_minutes == 0

    def test_a_public_holiday_is_a_day_like_any_other(self) -> None:
        assert premium_hours([work(date(2026, 1, 1), "09:00", "17:00", "JP")], "JP") == 0


class TestKorea:
    """LSA Art. 56: overtime +50 %, holiday work +50 % up to 8 h and +100 % beyond, 22:00 to 06:00 +50 %."""

    def test_thirteen_hours_on_a_holiday(self) -> None:
        # A labour lawyer's example: a holiday from 09:00 to 23:00 with an hour's break; 8 × 50 % + 5 × 100 %
        # + 1 × 50 % for the night = 9.5 hours on top of 13.
        shift = work(date(2026, 1, 1), "09:00", "23:00", "KR", "13:00-14:00")
        (day,) = pay([shift], "KR")
        assert day.premium / 20 == pytest.approx(4 + 5 + 0.5)
        assert day.holiday_minutes == 780

    def test_holiday_work_is_no_overtime_of_the_week_too(self) -> None:
        # Monday to Friday 40 h, and 8 h on the holiday of Saturday 6 June 2026.
        first = date(2026, 6, 1)
        week = [work(first + timedelta(step), "09:00", "18:00", "KR", "12:00-13:00") for step in (0, 1, 3, 4)]
        holiday = work(first + timedelta(5), "09:00", "18:00", "KR", "12:00-13:00")
        tuesday = work(first + timedelta(2), "09:00", "18:00", "KR", "12:00-13:00")
        days = pay([*week, tuesday, holiday], "KR")
        assert days[-1].premium / 20 == pytest.approx(8 * 0.5)


class TestPhilippines:
    """Labor Code Art. 86: 22:00 to 06:00 +10 %; Art. 87: overtime +25 %, on a holiday or rest day +30 % of
    that day's rate; Art. 93: rest day +30 %; Art. 94: regular holiday twice the rate."""

    def test_a_night_with_an_unpaid_hour(self) -> None:
        shift = work(MONDAY, "22:00", "07:00", "PH", "02:00-03:00")
        (night,) = pay([shift], "PH")
        assert night.night_minutes == 420
        assert night.premium / 20 == pytest.approx(7 * 0.10)

    def test_overtime_at_night_is_paid_on_the_night_rate(self) -> None:
        # 13:00 to 23:00 with an hour: 8 h end at 22:00, the ninth is 1.25 × 1.10.
        assert premium_hours([work(MONDAY, "13:00", "23:00", "PH", "17:00-18:00")], "PH") == pytest.approx(
            0.375
        )

    def test_nine_hours_on_a_regular_holiday(self) -> None:
        # 12 June, Independence Day: 8 h × 2.00 + 1 h × 2.00 × 1.30
        shift = work(date(2026, 6, 12), "08:00", "18:00", "PH", "12:00-13:00")
        assert pay([shift], "PH")[0].cost == pytest.approx(20 * (8 * 2.0 + 2.6))

    def test_an_hour_of_overtime_at_night_on_a_rest_day(self) -> None:
        # 7 h from 14:00 are 1.30, from 22:00 1.30 × 1.10, and the ninth hour 1.30 × 1.30 × 1.10 = 1.859.
        week = [
            *a_week("PH", 4, "08:00", "16:00"),
            work(date(2026, 6, 12), "08:00", "16:00", "PH"),
            work(date(2026, 6, 13), "08:00", "16:00", "PH"),
            work(date(2026, 6, 14), "14:00", "23:00", "PH"),
        ]
        assert pay(week, "PH")[-1].premium / 20 == pytest.approx(8 * 0.30 + 0.859)


class TestEurope:
    """Night, overtime, Sunday and holiday premiums of the packs that extend the directive's."""

    def test_germany_pays_a_quarter_for_the_night(self) -> None:
        """ArbZG § 2 (3), § 6 (5): the night is 23:00 to 06:00; as a rule 25 % (BAG 10 AZR 423/14)."""
        shift = work(MONDAY, "22:00", "06:45", "DE", "02:00-02:45")
        assert premium_hours([shift], "DE") == pytest.approx(6.25 * 0.25)

    @pytest.mark.parametrize(("day", "hours"), [(date(2026, 3, 28), 6), (date(2026, 10, 24), 8)])
    def test_a_night_over_a_clock_change_is_paid_by_the_hours_that_pass(self, day: date, hours: int) -> None:
        (night,) = pay([work(day, "22:00", "06:00", "DE")], "DE")
        assert night.night_minutes == hours * 60
        assert night.premium / 20 == pytest.approx(hours * 0.25)
        assert night.cost == pytest.approx(20 * ((hours + 1) + hours * 0.25))

    def test_france_pays_overtime_by_the_week(self) -> None:
        """Code du travail L3121-36: 25 % for each of the first eight hours over 35, 50 % for those after."""
        # 44 h: four days of 9 and one of 8.
        week = [
            *a_week("FR", 4, "09:00", "18:20", "12:00-12:20"),
            work(MONDAY + timedelta(4), "09:00", "17:00", "FR"),
        ]
        days = pay(week, "FR")
        assert sum(day.premium for day in days) / 20 == pytest.approx(8 * 0.25 + 1 * 0.50)
        assert [day.overtime_minutes for day in days] == [0, 0, 0, 60, 480]

    def test_portugal_pays_the_first_hour_less_than_the_others(self) -> None:
        """Código do Trabalho art. 268 (1) (a): 25 % for the first hour or part of it, 37,5 % after it."""
        assert premium_hours([work(MONDAY, "08:00", "19:00", "PT", "12:00-13:00")], "PT") == pytest.approx(
            0.625
        )

    def test_latvia_pays_a_day_and_a_night_of_holidays(self) -> None:
        """Darba likums art. 67 (1) and 68 (1), as the labour inspectorate works it out.

        From 24 December 2022 08:00 to 25 December 08:00 at 5 euros: 24 × 5, as much again for the holidays,
        and 2.50 × 8 for the night; whether any of it is overtime is judged apart.
        """
        apart = [RuleRow("LV", f"overtime_{period}_premium", "none") for period in ("day", "week")]
        (day,) = pay([work(date(2022, 12, 24), "08:00", "08:00", "LV")], "LV", apart)
        assert day.cost * 5 / 20 == pytest.approx(24 * 5 + 24 * 5 + 2.5 * 8)

    def test_greece_pays_a_sunday_that_is_a_holiday_once(self) -> None:
        """Ministerial decision 8900/1946: 75 % for Sundays and holidays; 15 August 2027 is both."""
        (day,) = pay([work(date(2027, 8, 15), "09:00", "17:00", "GR")], "GR")
        assert (day.holiday_minutes, day.sunday_minutes) == (480, 480)
        assert day.premium / 20 == pytest.approx(8 * 0.75)

    def test_poland_pays_half_on_top_beyond_eight_hours(self) -> None:
        """Kodeks pracy art. 151¹ § 1 (2)."""
        assert premium_hours([work(MONDAY, "08:00", "18:00", "PL")], "PL") == pytest.approx(1.0)


def test_brazil_pays_seven_hours_of_night_like_eight_with_a_fifth_on_top() -> None:
    """CLT art. 73: night work +20 % (caput); its hour is 52 min 30 s (§ 1), from 22:00 to 05:00 (§ 2)."""
    apart = [RuleRow("BR", "overtime_day_premium", "none")]
    (night,) = pay([work(MONDAY, "22:00", "05:00", "BR")], "BR", apart)
    assert night.cost == pytest.approx(20 * 8 * 1.2, abs=0.01)


def test_india_pays_overtime_twice() -> None:
    """OSH Code s. 25 (1) (a) and 27: over 8 hours twice the rate; Delhi Shops Act s. 8: over 9 hours."""
    shift = work(MONDAY, "09:00", "19:00", "IN", "13:00-13:30")
    assert premium_hours([shift], "IN") == pytest.approx(1.5)
    assert premium_hours([shift], "IN-DL") == pytest.approx(0.5)
