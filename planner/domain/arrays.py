"""Types of arrays."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
# moments and lengths of time of many orders: half the memory, enough for 68 years
Seconds = NDArray[np.int32]
