import json
import unittest
from pathlib import Path

import numpy as np

from lithoscope_models import fewshot, raman
from lithoscope_models.dataset import Table
from lithoscope_models.package import run

ROOT = Path(__file__).resolve().parents[2]


def spectra(count: int) -> Table:
    """Made-up Raman spectra on the grid: six Lorentz lines each, over parts of the range."""
    rng = np.random.default_rng(0)
    x = raman.GRID.centres
    values = np.stack([sum(rng.uniform(0.2, 1) / (1 + ((x - at) / 5) ** 2) for at in rng.uniform(200, 1400, 6)) for _ in range(count)])
    mask = np.ones_like(values)
    for i in range(0, count, 2):
        mask[i, :10 * i] = 0
        mask[i, 751 - 7 * i:] = 0
    return Table((values * mask).astype(np.float32), mask.astype(np.float32), [{} for _ in range(count)])


class Learned(unittest.TestCase):
    def test_a_learned_copy_of_a_reference_is_as_similar_as_the_graphs_own(self):
        known, asked = spectra(12), spectra(20)
        own = run(lambda g, v, m: raman.similarity(g, v, m, raman.references(run, known)), asked.values, asked.mask)
        features = {k: run(raman.features, t.values, t.mask) for k, t in (("known", known), ("asked", asked))}
        learned = fewshot.compared(features["asked"], asked.mask, features["known"], known.mask)
        self.assertLess(np.abs(learned - own).max(), 0.006)  # the graph keeps and compares references in 8 bits

    def test_the_vectors_that_typescript_is_tested_with_are_current(self):
        file = ROOT / "inference" / "learned" / "testing" / "similarity.json"
        kept, made = json.loads(file.read_text()), fewshot.parity()
        self.assertEqual(len(kept["cases"]), len(made["cases"]))
        for a, b in zip(kept["cases"], made["cases"]):
            self.assertAlmostEqual(a["expected"], b["expected"], places=5)
