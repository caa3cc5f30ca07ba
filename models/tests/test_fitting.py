"""Facts about fitting, scoring and the plasma."""

import unittest
from pathlib import Path

import numpy as np

from lithoscope_models import evaluate, fit, mixture, plasma
from lithoscope_models.calibration import mean

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"


class Fitting(unittest.TestCase):
    def test_nine_in_ten_true_probabilities_lie_above_the_threshold(self):
        rng = np.random.default_rng(0)
        p = rng.uniform(0, 1, (4000, 3))
        truth = np.arange(4000) % 3
        limit = fit.threshold(p, truth)
        self.assertAlmostEqual((p[np.arange(4000), truth] >= limit).mean(), 0.9, delta=0.01)

    def test_confidence_is_brought_to_the_share_of_right_answers(self):
        rng = np.random.default_rng(0)
        z = 30 * rng.normal(0, 1, (500, 8))
        truth = np.where(rng.random(500) < 0.7, z.argmax(axis=1), rng.integers(8, size=500))
        sure = fit.softmax(fit.as_sure_as_right(z, truth) * z).max(axis=1).mean()
        self.assertAlmostEqual(sure, (z.argmax(axis=1) == truth).mean(), delta=0.01)

    def test_one_known_in_twenty_is_called_unknown_and_worse_matches_more_often(self):
        rng = np.random.default_rng(0)
        known, strange = rng.normal(0.9, 0.05, (500, 1)), rng.normal(0.7, 0.1, (500, 1))
        fitted = fit.logistic(known, strange)
        odds = fitted["intercept"] + fit.CAUTION + known @ np.array(fitted["slopes"])
        self.assertAlmostEqual((odds > 0).mean(), 0.05, delta=0.005)
        self.assertLess(fitted["slopes"][0], 0)

    def test_the_mean_of_calibrations_is_taken_number_by_number(self):
        self.assertEqual(mean([{"a": [1.0, 2.0], "n": 3}, {"a": [2.0, 4.0], "n": 5}]), {"a": [1.5, 3.0], "n": 8})


class Scoring(unittest.TestCase):
    def test_probabilities_that_come_true_have_no_calibration_error(self):
        rng = np.random.default_rng(0)
        p = rng.uniform(0, 1, 3000)
        right = (rng.random(3000) < p).astype(float)
        self.assertLess(abs(evaluate.calibration_error(p, right, rng)), 0.01)
        self.assertGreater(evaluate.calibration_error(p, np.ones(3000), rng), 0.3)

    def test_ties_of_the_unknown_count_half(self):
        self.assertEqual(evaluate.auroc(np.array([0.0, 0.0]), np.array([0.0])), 0.5)
        self.assertEqual(evaluate.auroc(np.array([0.1, 0.2]), np.array([0.3])), 1.0)

    def test_macro_f1_of_half_right_answers(self):
        self.assertAlmostEqual(evaluate.macro_f1(["a", "a"], ["a", "b"]), (2 / 3 + 0) / 2)


class Mixing(unittest.TestCase):
    def test_a_sum_of_two_references_is_taken_apart_again(self):
        x = np.arange(751)
        lines = [np.exp(-0.5 * ((x[None] - c) / 3.0) ** 2) for c in (100, 180, 260, 340, 420, 500)]
        protos = np.concatenate(lines) + 1e-6
        full = np.ones_like(protos)
        y = 0.3 * protos[1] + 0.7 * protos[4]
        first, second, share, score = mixture.pairs(y, np.ones(751), np.zeros(6), protos, full)
        best = int(score.argmax())
        self.assertEqual({first[best], second[best]}, {1, 4})
        self.assertAlmostEqual(share[best] if first[best] == 1 else 1 - share[best], 0.3, delta=0.01)


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
