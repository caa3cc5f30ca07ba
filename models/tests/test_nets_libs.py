"""Facts about the LIBS net's simulator, compositions and graph; all need ../shared/data for NIST's tables."""

import tempfile
import unittest
from pathlib import Path

import numpy as np
import onnxruntime as ort
import torch

from lithoscope_models.libs import GRID
from lithoscope_models.nets import libs, plasma_train, solid

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"


@unittest.skipUnless(DATA.exists(), "needs ../shared/data")
class Plasma(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.world = plasma_train.Simulator(DATA)

    def spectrum(self, fractions, seed=0):
        amount = np.array([[fractions.get(e, 0.0) for e in self.world.elements]])
        v, m = self.world.spectra(amount, np.random.default_rng(seed))
        above = libs.above_background(torch.from_numpy(v), torch.from_numpy(m)).numpy()[0]
        return np.where(m[0] > 0, above, np.nan)

    def height(self, y, nm):
        i = round((nm - GRID.start) / GRID.step)
        return np.nanmax(y[i - 1:i + 2])

    def test_it_stays_within_the_protocols_ranges(self):
        self.assertEqual(plasma_train.KELVIN, (8_000, 13_000))
        self.assertEqual(plasma_train.LOG_PER_CM3, (16.5, 17.5))
        self.assertEqual(plasma_train.SIGMA_NM, (0.06, 0.16))

    def test_lithium_shows_its_red_line(self):
        y = self.spectrum({"Li": 0.04, "Al": 0.15, "Si": 0.3, "O": 0.5}, seed=3)
        self.assertGreater(self.height(y, 670.78), 20 * np.nanmedian(np.abs(y)))

    def test_strong_lines_of_much_sodium_absorb_themselves(self):
        """Na D2 : D1 is 2 where thin; absorption brings it towards 1."""
        ratio = []
        for seed in range(24):
            y = self.spectrum({"Na": 0.39, "Cl": 0.61}, seed)
            if np.isfinite(self.height(y, 589.0)):
                ratio.append(self.height(y, 589.0) / self.height(y, 589.6))
        self.assertLess(np.median(ratio), 1.8)
        self.assertGreater(np.median(ratio), 0.9)


@unittest.skipUnless(DATA.exists(), "needs ../shared/data")
class Composition(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.world = plasma_train.Simulator(DATA)
        cls.composition = libs.Composition(cls.world.elements)
        cls.nature = solid.Solution(cls.world.elements, cls.world.weight)

    def test_features_interpolate_log10_mass_fraction(self):
        amounts = self.composition.amounts([{"Si": 0.4674, "O": 0.5326}, {"Fe": 0.7, "O": 0.3}])
        f = self.composition.features(amounts).reshape(2, -1, len(libs.KNOTS))
        np.testing.assert_allclose(f.sum(2), 1, atol=1e-6)
        np.testing.assert_allclose(f @ libs.KNOTS, self.composition.log10(amounts), atol=1e-5)

    def test_a_specimen_keeps_the_sum_of_its_elements(self):
        amounts = self.composition.amounts([{"Mg": 0.25, "Fe": 0.15, "Si": 0.18, "O": 0.42}] * 50)
        got = self.nature.draw(amounts, np.random.default_rng(0))
        np.testing.assert_allclose(got.sum(axis=1), 1, atol=1e-6)
        self.assertGreater(np.std(got[:, self.world.elements.index("Fe")]), 0.01)

    def test_onnx_says_what_torch_says(self):
        torch.manual_seed(0)
        net = libs.Net(len(self.composition.elements), len(self.composition.decided))
        for p in net.parameters():
            p.data = torch.randn_like(p) * 0.03
        v, m = self.world.spectra(self.composition.amounts([{"Si": 0.47, "O": 0.53}] * 4), np.random.default_rng(1))
        net.train()
        net(torch.from_numpy(v), torch.from_numpy(m))  # gives the BatchNorms their means
        net.eval()
        halves = [net.lines, net.coverage, net.knots, net.heads, *(b[0] for b in net.blocks)]
        with tempfile.TemporaryDirectory() as folder, torch.no_grad():
            path = Path(folder) / "libs.onnx"
            libs.export(net, path)
            got = ort.InferenceSession(path).run(None, {"value": v, "mask": m})
            for a, b in zip(got, net(torch.from_numpy(v), torch.from_numpy(m))):
                np.testing.assert_allclose(a, b.numpy(), atol=5e-3, rtol=5e-3)  # matrices ship as float16
            self.assertTrue(halves)
            empty = ort.InferenceSession(path).run(None, {"value": v * 0, "mask": m * 0})
            self.assertTrue(all(np.isfinite(x).all() for x in empty))
