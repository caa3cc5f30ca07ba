"""Facts about the deal of specimens and about measured chemistry."""

import unittest
from pathlib import Path

from lithoscope_models import chemistry, protocol
from lithoscope_models.dataset import _loader

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"


@unittest.skipUnless(DATA.exists(), "needs ../shared/data")
class Dealing(unittest.TestCase):
    def setUp(self):
        self.rows = _loader(DATA).read_index(DATA)

    def test_every_mineral_keeps_a_training_specimen(self):
        for technique in ("raman", "vnir"):
            deal = protocol.deal(self.rows, technique, 0)
            everything = protocol.specimens(self.rows, technique)
            self.assertFalse(set(deal.test) & set(deal.calibration))
            for mineral, all_of_it in everything.items():
                self.assertTrue(set(all_of_it) - deal.held_out, mineral)

    def test_two_thirds_are_test(self):
        deal = protocol.deal(self.rows, "raman", 1)
        self.assertEqual((len(deal.test), len(deal.calibration)), (325, 163))

    def test_a_mineral_is_seldom_test_in_one_technique_and_calibration_in_the_other(self):
        raman, vnir = (protocol.deal(self.rows, t, 2) for t in ("raman", "vnir"))
        self.assertLessEqual(len(set(raman.test) & set(vnir.calibration)), 3)

    def test_the_deal_does_not_depend_on_the_order_of_rows(self):
        self.assertEqual(protocol.deal(self.rows, "vnir", 3), protocol.deal(self.rows[::-1], "vnir", 3))


@unittest.skipUnless(DATA.exists(), "needs ../shared/data")
class Chemistry(unittest.TestCase):
    def share(self, text, element):
        return chemistry.mass_fractions(text, DATA)[element]

    def test_a_sum_is_no_factor(self):
        self.assertAlmostEqual(chemistry.atoms("(Si_9.67_Al_0.33_)_10_O_28_")["Si"], 9.67)
        self.assertAlmostEqual(chemistry.atoms("(Ca_1.06_Mn_0.94_)_Σ=2_Si_2.00_O_6_")["Mn"], 0.94)

    def test_a_factor_multiplies(self):
        self.assertAlmostEqual(chemistry.atoms("(Ca_0.66_Na_0.34_)_5_Si_36_O_72_")["Ca"], 3.3)
        self.assertAlmostEqual(chemistry.atoms("(Al_0.99_Si_1.01_O_4_)_6_")["O"], 24)

    def test_charges_vacancies_and_water(self):
        got = chemistry.atoms("(Fe^3+^_0.9_[box]_0.1_)PO_4_·2H_2_O; trace amounts of Mn")
        self.assertEqual(got, {"Fe": 0.9, "P": 1.0, "O": 6.0, "H": 4.0})

    def test_forsterite_has_34_percent_magnesium(self):
        self.assertAlmostEqual(self.share("Mg_2.00_SiO_4_", "Mg"), 0.3455, 3)

    def test_prose_is_refused(self):
        for text in ("CaO 19.38%, SiO_2_ 46.60%", "no analysis", "(Ca_2_"):
            with self.assertRaises(ValueError):
                chemistry.atoms(text)
