"""The calibration that ships: the mean of those of the measured seeds, since nothing is held out from the shipped package."""

from __future__ import annotations

import numpy as np


def mean(values: list):
    """Mean of equally built trees of dicts, lists and numbers; counts are added up."""
    first = values[0]
    if isinstance(first, dict):
        return {k: mean([v[k] for v in values]) for k in first}
    if isinstance(first, list):
        return [mean(list(column)) for column in zip(*values, strict=True)]
    return sum(values) if isinstance(first, int) else float(np.mean(values))
