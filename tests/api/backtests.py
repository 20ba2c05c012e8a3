"""A small backtest whose names are as nasty as they may be."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache

import numpy as np
import pandas as pd

from forecasting.backtest import OURS, BacktestReport
from forecasting.backtest_scores import score_table
from forecasting.baselines import BASELINES
from forecasting.pool import POOL
from forecasting.queues import QueueKey, Region
from forecasting.timegrid import day_bounds, interval_grid, wall_clock

__all__ = ["NASTY", "REGIONS", "small_report"]

NASTY = "</script><script>document.title='owned'</script>&amp;\"'`<img src=x onerror=alert(1)>"
REGIONS = {NASTY: Region(NASTY, "Europe/London"), "in": Region("in", "Asia/Kolkata")}
ORIGINS = (date(2026, 3, 16), date(2026, 3, 23))
DAYS = 7


@lru_cache(maxsize=1)
def small_report() -> BacktestReport:
    """Two windows of a week, the second over London's clock change, of three queues and every method."""
    rng = np.random.default_rng(4)
    keys = [
        QueueKey(NASTY, "en", "phone"),
        QueueKey(NASTY, "en", "a<b>bold</b>"),
        QueueKey("in", "hi", "chat"),
    ]
    pieces = []
    for key in keys:
        zone = REGIONS[key.region].time_zone
        for origin in ORIGINS:
            window = day_bounds(zone, origin)[0], day_bounds(zone, origin + timedelta(days=DAYS))[0]
            index = interval_grid(*window, 60)
            clock = wall_clock(index, zone)
            mean = 2.0 + clock.minute / 60
            actual = rng.poisson(mean).astype(float)
            for number, method in enumerate((OURS, *(model.name for model in BASELINES))):
                columns = {
                    **key._asdict(),
                    "method": method,
                    "origin": pd.Timestamp(origin),
                    "start": index,
                    "day": clock.day.astype(np.int64),
                    "actual": actual,
                    "mean": mean * (1 + 0.2 * number),
                    "p10": mean * 0.7 if not number else np.nan,
                    "p50": mean if not number else np.nan,
                    "p90": mean * 1.4 if not number else np.nan,
                }
                pieces.append(pd.DataFrame(columns, index=range(len(index))))
    every = pd.concat(pieces, ignore_index=True)
    scales = dict.fromkeys([*keys, QueueKey("all", "all", "all")], 3.0)
    carried = [("weekly profile", 0.25, 0.2), ("trees <i>", 0.75, 0.3), (POOL, 1.0, 0.19)]
    models = pd.DataFrame(
        [
            {**key._asdict(), "model": name, "weight": weight, "windows": 6, "wape": error, "origin": day}
            for key in keys
            for day in map(pd.Timestamp, ORIGINS)
            for name, weight, error in carried
        ]
    )
    return BacktestReport(score_table(every, scales, OURS), ORIGINS, DAYS, every, models)
