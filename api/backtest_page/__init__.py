"""The page that ``sunrota backtest --html`` writes: one file, with everything in it."""
