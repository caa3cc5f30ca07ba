"""Olivine, orthopyroxene, clinopyroxene and plagioclase in vol % from VNIR reflectance (RELAB, bar "modal mixtures").

    python -m lithoscope_models.nets.vnir_relab        # five folds by specimen -> models/figures/vnir-relab.json

Measured mixtures come from six specimens and meteorites from 48, so most of what the net sees are intimate mixtures
computed from spectra of single minerals: single-scattering albedos are added by volume (Hapke 1981, J. Geophys. Res. 86,
3039; grains of one size are taken, so that shares of cross-section are shares of volume).
"""

from __future__ import annotations

import argparse
import csv
import json
from collections import defaultdict
from pathlib import Path

import numpy as np
import torch
from torch import nn

from ..dataset import Table
from ..vnir import GRID
from .vnir import INPUTS, Features, vnir_table

GROUPS = ("Olivine", "Orthopyroxene", "Clinopyroxene", "Plagioclase")
OF_MINERAL = {"Forsterite": 0, "Fayalite": 0, "Enstatite": 1, "Ferrosilite": 1, "Augite": 2, "Pigeonite": 2,
              "Diopside": 2, "Hedenbergite": 2, "Albite": 3, "Anorthite": 3}
FOLDS = 5
PRINCIPAL = 64
HIDDEN = 64
MEMBERS = 3
POOL = 10000
MEASURED = 0.3  # share of measured mixtures and meteorites in the pool
PURE = 0.25  # share of single minerals; the rest is computed
STEPS = 1500
BATCH = 128
FIRST, LAST = 21, 420  # cells of 455-2445 nm: what RELAB covers here
MU0 = float(np.cos(np.radians(30)))  # the usual angle of incidence in RELAB


def albedo(reflectance: np.ndarray) -> np.ndarray:
    """Single-scattering albedo of an isotropic powder: r = (1 - g) / (1 + 2 mu0 g), g = sqrt(1 - w)."""
    r = np.clip(reflectance, 0.001, 0.98)
    return 1 - ((1 - r) / (1 + 2 * MU0 * r)) ** 2


def reflectance(w: np.ndarray) -> np.ndarray:
    g = np.sqrt(1 - w)
    return (1 - g) / (1 + 2 * MU0 * g)


def known(data: Path) -> tuple[Table, np.ndarray]:
    """Spectra of relab_korda with known fractions of the four groups, and the fractions [n, 4] of sum 1."""
    given = defaultdict(lambda: np.zeros(len(GROUPS)))
    with (data / "mixtures.csv").open(newline="", encoding="utf-8") as f:
        for r in csv.DictReader(f):
            if r["source"] == "relab_korda":
                given[r["id"]][GROUPS.index(r["component"])] = float(r["fraction"])
    t = vnir_table(data)
    keep, fractions = [], []
    for i, r in enumerate(t.rows):
        if r["source"] != "relab_korda" or t.mask[i, FIRST:LAST].min() < 1:
            continue
        if r["id"] in given:
            fractions.append(given[r["id"]])
        elif r["mineral"] in OF_MINERAL:
            fractions.append(np.eye(len(GROUPS))[OF_MINERAL[r["mineral"]]])
        else:
            continue
        keep.append(i)
    fractions = np.array(fractions)
    return t.take(np.array(keep)), fractions / fractions.sum(1, keepdims=True)


def folds(t: Table) -> np.ndarray:
    """Fold of each spectrum: specimens of each kind are shuffled and dealt in turn, all spectra of one together."""
    rng = np.random.default_rng(0)
    kind = {r["specimen"]: r["kind"] for r in t.rows}
    fold = {}
    for k in sorted(set(kind.values())):
        names = sorted(s for s in kind if kind[s] == k)
        for turn, i in enumerate(rng.permutation(len(names))):
            fold[names[i]] = turn % FOLDS
    return np.array([fold[r["specimen"]] for r in t.rows])


def pool(values: np.ndarray, fractions: np.ndarray, kind: np.ndarray, rng: np.random.Generator):
    """Training spectra (value [POOL, 431], fractions [POOL, 4]): measured ones and computed mixtures, both disturbed."""
    pure = [np.flatnonzero((kind == "mineral") & (fractions[:, g] == 1)) for g in range(len(GROUPS))]
    w = albedo(values)
    pick = rng.random(POOL)
    real = np.flatnonzero(kind != "mineral")
    out, truth = np.zeros((POOL, GRID.count)), np.zeros((POOL, len(GROUPS)))
    for i in range(POOL):
        if pick[i] < MEASURED + PURE:
            j = rng.choice(real if pick[i] < MEASURED else pure[rng.integers(len(GROUPS))])
            out[i], truth[i] = values[j], fractions[j]
            continue
        share = rng.dirichlet(np.full(len(GROUPS), 0.5))
        parts = [rng.choice(p) for p in pure]
        out[i], truth[i] = reflectance(np.clip(share @ w[parts], 0, 0.9999)), share
    x = np.linspace(-1, 1, GRID.count)
    log = np.log(np.clip(out, 0.003, None)) * np.exp(0.1 * rng.standard_normal((POOL, 1)))
    log += 0.15 * rng.standard_normal((POOL, 1)) + 0.06 * rng.standard_normal((POOL, 1)) * x
    log += 0.03 * rng.standard_normal((POOL, 1)) * (x**2 - 0.33)
    out = np.exp(log) + 0.002 * rng.standard_normal((POOL, 1)) + 0.001 * rng.standard_normal(out.shape)
    return np.clip(out, 0, None).astype(np.float32), truth.astype(np.float32)


class Modal(nn.Module):
    """(value, mask) [B, 431] -> volume fractions [B, 4] of GROUPS, sum 1."""

    def __init__(self) -> None:
        super().__init__()
        self.features = Features()
        self.register_buffer("centre", torch.zeros(INPUTS))
        self.register_buffer("project", torch.zeros(INPUTS, PRINCIPAL))
        self.members = nn.ModuleList(
            nn.Sequential(nn.Linear(PRINCIPAL, HIDDEN), nn.SiLU(), nn.Dropout(0.1), nn.Linear(HIDDEN, HIDDEN), nn.SiLU(),
                          nn.Linear(HIDDEN, len(GROUPS))) for _ in range(MEMBERS))

    def project_features(self, value: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        return (self.features(value, mask) - self.centre) @ self.project

    def forward(self, value: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        x = self.project_features(value, mask)
        return sum(torch.softmax(m(x), 1) for m in self.members) / len(self.members)


def train(values: np.ndarray, fractions: np.ndarray, kind: np.ndarray, seed: int) -> Modal:
    """Train on spectra over 455-2445 nm with known fractions; kind as in index.csv. Deterministic on one thread."""
    torch.set_num_threads(1)
    torch.manual_seed(seed)
    value, truth = pool(values, fractions, kind, np.random.default_rng(seed))
    mask = torch.zeros(len(value), GRID.count)
    mask[:, FIRST:LAST] = 1
    net = Modal()
    with torch.no_grad():
        x = torch.cat([net.features(v, m) for v, m in zip(torch.from_numpy(value).split(512), mask.split(512))])
        net.centre.copy_(x.mean(0))
        _, s, v = torch.linalg.svd((x - net.centre)[:3000], full_matrices=False)
        net.project.copy_(v[:PRINCIPAL].T / (s[:PRINCIPAL] / np.sqrt(3000) + 0.1))
        x = (x - net.centre) @ net.project
    y = torch.from_numpy(truth)
    optimiser = torch.optim.AdamW(net.members.parameters(), lr=2e-3, weight_decay=0.05)
    rate = torch.optim.lr_scheduler.OneCycleLR(optimiser, 4e-3, STEPS)
    g = torch.Generator().manual_seed(seed)
    net.train()
    for _ in range(STEPS):
        loss = 0.0
        for member in net.members:
            rows = torch.randint(len(x), (BATCH,), generator=g)
            loss = loss + ((torch.softmax(member(x[rows]), 1) - y[rows]) ** 2).sum(1).mean()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        rate.step()
    return net.eval()


def evaluate(data: Path) -> dict:
    t, fractions = known(data)
    kind, fold = t.column("kind"), folds(t)
    got = np.zeros_like(fractions)
    mask = np.zeros_like(t.mask)
    mask[:, FIRST:LAST] = 1
    for f in range(FOLDS):
        train_on = fold != f
        net = train(t.values[train_on] * mask[train_on], fractions[train_on], kind[train_on], f)
        with torch.no_grad():
            got[~train_on] = net(torch.from_numpy(t.values[~train_on]), torch.from_numpy(mask[~train_on])).numpy()

    def rmse(rows: np.ndarray) -> dict:
        error = 100 * np.sqrt(((got[rows] - fractions[rows]) ** 2).mean(0))
        return {**{g: round(float(e), 1) for g, e in zip(GROUPS, error)}, "spectra": int(rows.sum())}

    return {"split": f"{FOLDS} folds by specimen; RMSE in vol %",
            "all": rmse(np.ones(len(t), bool)), **{k: rmse(kind == k) for k in ("mixture", "meteorite", "mineral")}}


def main() -> None:
    here = Path(__file__).resolve().parents[2]
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=here.parents[1] / "shared" / "data")
    parser.add_argument("--out", type=Path, default=here / "figures" / "vnir-relab.json")
    args = parser.parse_args()
    text = json.dumps(evaluate(args.data), indent=1)
    args.out.parent.mkdir(exist_ok=True)
    args.out.write_text(text + "\n")
    print(text)


if __name__ == "__main__":
    main()
