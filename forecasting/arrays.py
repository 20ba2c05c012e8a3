"""Names of the array types that the models pass around."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

__all__ = ["BoolArray", "DateArray", "FloatArray", "IntArray", "StringArray"]

BoolArray = npt.NDArray[np.bool_]
DateArray = npt.NDArray[np.datetime64]
FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
StringArray = npt.NDArray[np.str_]
