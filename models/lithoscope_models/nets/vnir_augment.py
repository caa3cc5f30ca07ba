"""What one specimen's reflectance may look like in another laboratory: the random changes of VNIR training spectra.

Every change is of reflectance on the grid of `vnir.GRID` (431 cells of 5 nm), whole batches at once.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from ..graph import gaussian
from ..vnir import GRID

CELLS = GRID.count
SCALE = torch.linspace(-1, 1, CELLS)  # 350 nm ... 2500 nm
BLUR_CELLS = (1.0, 2.0, 3.5)  # sigma 5-17 nm; AVIRIS has 10 nm, small field instruments 10-30 nm full width
WATER_NM = ((1340.0, 1450.0), (1790.0, 1950.0))  # what the air of a field spectrum takes away


@dataclass
class Spectra:
    """Training spectra: value, mask [n, cells], class [n], chance of being drawn [n], pairs of spectra of one mineral
    [p, 2], rows of each class (padded) with their number, and spectra of anything that may be mixed in."""

    value: torch.Tensor
    mask: torch.Tensor
    label: torch.Tensor
    chance: torch.Tensor
    pairs: torch.Tensor
    members: torch.Tensor
    count: torch.Tensor
    other_value: torch.Tensor
    other_mask: torch.Tensor


def toeplitz(kernel: np.ndarray, cells: int) -> torch.Tensor:
    """Correlation with an odd kernel, zero outside, as a matrix: x @ toeplitz(k, n); faster than a convolution here."""
    half = len(kernel) // 2
    out = torch.zeros(cells, cells)
    for at, weight in enumerate(kernel):
        by = at - half
        i = torch.arange(max(0, -by), min(cells, cells - by))
        out[i + by, i] = float(weight)
    return out


BLUR = [toeplitz(gaussian(s), CELLS) for s in BLUR_CELLS]


def _reaches(both: torch.Tensor, mask: torch.Tensor, share: float) -> torch.Tensor:
    return both.sum(1, keepdim=True) >= share * mask.sum(1, keepdim=True)


def augment(d: Spectra, rows: torch.Tensor, g: torch.Generator, pure: bool = False) -> tuple[torch.Tensor, torch.Tensor]:
    """Changed copies of the spectra `rows`: (value, mask) [B, cells]; pure: no second component is mixed in."""
    batch = len(rows)
    value, mask = d.value[rows], d.mask[rows]

    def uniform(*shape: int) -> torch.Tensor:
        return torch.rand(*(shape or (batch, 1)), generator=g)

    def normal(*shape: int) -> torch.Tensor:
        return torch.randn(*(shape or (batch, 1)), generator=g)

    # Two spectra of the mineral, in any share: something between two specimens.
    label = d.label[rows]
    partner = d.members[label, (uniform(batch) * d.count[label]).long()]
    both = mask * d.mask[partner]
    use = (uniform() < 0.3) & _reaches(both, mask, 0.6)
    share = uniform()
    value = torch.where(use, (value * (1 - share) + d.value[partner] * share) * both, value)
    mask = torch.where(use, both, mask)

    # The ratio of two spectra of another mineral: grain size, laboratory, heating as they really change a spectrum.
    log = torch.log(value.clamp(min=0.003))
    pair = d.pairs[torch.randint(len(d.pairs), (batch,), generator=g)]
    first, second = pair[:, 0], pair[:, 1]
    both = d.mask[first] * d.mask[second]
    use = (uniform() < 0.5) & _reaches(both * mask, mask, 0.9)
    ratio = (torch.log(d.value[first].clamp(min=0.01)) - torch.log(d.value[second].clamp(min=0.01))) * both
    log = torch.where(use, log + ratio.clamp(-1.5, 1.5) * 0.7 * uniform(), log)
    mask = torch.where(use, mask * both, mask)

    # Grain size as a power of reflectance; gain, slope and curvature of the continuum; one broad hump; an offset.
    log = log * torch.exp(0.35 * normal())
    log = log + 0.2 * normal() + 0.15 * normal() * SCALE + 0.1 * normal() * (SCALE**2 - 0.33)
    hump = torch.exp(-0.5 * ((SCALE - (2.4 * uniform() - 1.2)) / (0.15 + 0.5 * uniform())) ** 2)
    log = log + 0.08 * normal() * hump
    value = (torch.exp(log.clamp(-6, 1.2)) + 0.015 * normal()).clamp(min=0)

    # A minor second component, up to 35 % of the area: another mineral, a rock, a soil.
    other = torch.randint(len(d.other_value), (batch,), generator=g)
    use = (uniform() < (0.0 if pure else 0.4)) & _reaches(d.other_mask[other] * mask, mask, 0.9)
    share = torch.where(use, 0.35 * uniform(), torch.zeros(batch, 1))
    value = value * (1 - share) + d.other_value[other] * share
    mask = torch.where(use, mask * d.other_mask[other], mask)

    # Wavelength calibration (up to 5 nm), resolution, noise that rises at both ends.
    by = (2 * uniform() - 1) * (uniform() < 0.5)
    left, right = by.clamp(min=0), (-by).clamp(min=0)
    before = torch.cat([value[:, :1], value[:, :-1]], 1)
    after = torch.cat([value[:, 1:], value[:, -1:]], 1)
    value = value * (1 - left - right) + before * left + after * right
    pick = uniform(batch)
    for i, blur in enumerate(BLUR):
        at = (pick >= 0.15 * i) & (pick < 0.15 * (i + 1))
        value[at] = ((value[at] * mask[at]) @ blur) / (mask[at] @ blur + 1e-6)
    noise = 10 ** (-4 + 2 * uniform()) * (1 + 3 * uniform() * SCALE.abs() ** 3) * (uniform() < 0.6)
    value = (value + noise * normal(batch, CELLS)).clamp(min=0)
    return value * (m := mask * coverage(batch, uniform)), m


def coverage(batch: int, uniform) -> torch.Tensor:
    """What other instruments cover: cut ends, one half only, water vapour missing, a gap; [B, cells] of 0 and 1."""
    at = torch.arange(CELLS)
    nm = torch.from_numpy(GRID.centres)
    low = torch.where(uniform() < 0.3, 60 * uniform(), 0)
    high = CELLS - torch.where(uniform() < 0.3, 60 * uniform(), 0)
    half = uniform()
    low, high = torch.where(half < 0.04, 130, low), torch.where(half > 0.96, 130, high)
    keep = (at >= low) & (at < high)
    wet = torch.zeros(CELLS, dtype=torch.bool)
    for a, b in WATER_NM:
        wet |= (nm >= a) & (nm <= b)
    keep &= ~(wet & (uniform() < 0.12))
    gap, width = CELLS * uniform(), 30 * uniform() * (uniform() < 0.2)
    return (keep & ~((at > gap) & (at < gap + width))).float()
