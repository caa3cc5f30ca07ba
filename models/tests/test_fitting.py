import unittest
from pathlib import Path

import numpy as np

from lithoscope_models import plasma
from lithoscope_models.calibrate import log_evidence, logistic, mineral_weight, threshold

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"


class Fitting(unittest.TestCase):
    def test_a_class_without_reference_never_leads(self):
        rng = np.random.default_rng(0)
        s = rng.uniform(0, 1, (50, 20))
        s[:, 7] = np.nan
        z = log_evidence(s, 0.05)
        self.assertTrue(np.isfinite(z).all())
        self.assertTrue((z[:, 7] < z.max(axis=1)).all())

    def test_nine_in_ten_true_probabilities_lie_above_the_threshold(self):
        rng = np.random.default_rng(0)
        p = rng.uniform(0, 1, (4000, 3))
        truth = np.arange(4000)[:, None].repeat(3, 1)[:, 0] % 3
        limit = threshold(p, truth)
        self.assertAlmostEqual((p[np.arange(4000), truth] >= limit).mean(), 0.9, delta=0.01)

    def test_each_mineral_weighs_the_same(self):
        w = mineral_weight(np.array([0, 0, 0, 2]))
        self.assertAlmostEqual(w[:3].sum(), w[3])

    def test_a_poorer_match_is_more_often_unknown(self):
        rng = np.random.default_rng(0)
        fitted = logistic(rng.normal(0.9, 0.05, 500), rng.normal(0.7, 0.1, 500))
        self.assertLess(fitted["slope"], 0)
        self.assertLess(fitted["intercept"] + fitted["slope"] * 0.95, 0)


@unittest.skipUnless((DATA / "atomic").exists(), "../shared/data is absent")
class Plasma(unittest.TestCase):
    def test_sodium_shines_most_in_its_d_lines(self):
        wavelength, power = plasma.emission(plasma.read(DATA), "Na", 10_000, 1e17)
        visible = (wavelength > 400) & (wavelength < 800)
        strongest = wavelength[visible][np.argsort(-power[visible])[:2]]
        np.testing.assert_allclose(sorted(strongest), [588.995, 589.592], atol=0.01)

    def test_calcium_is_mostly_ionised_and_its_h_and_k_lines_rule(self):
        wavelength, power = plasma.emission(plasma.read(DATA), "Ca", 10_000, 1e17)
        self.assertIn(round(wavelength[np.argmax(power)], 1), (393.4, 396.8))


if __name__ == "__main__":
    unittest.main()
