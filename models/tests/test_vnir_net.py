"""Facts about the VNIR net, its augmentation, mixtures and modal fractions."""

import tempfile
import unittest
from pathlib import Path

import numpy as np
import onnxruntime as ort
import torch

from lithoscope_models import protocol
from lithoscope_models.graph import gaussian
from lithoscope_models.nets import vnir, vnir_augment, vnir_mixture, vnir_relab
from lithoscope_models.vnir import GRID

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"


def random_net(classes: int = 7) -> vnir.Net:
    torch.manual_seed(0)
    net = vnir.Net([f"m{i}" for i in range(classes)]).eval()
    net.project.copy_(0.05 * torch.randn(net.project.shape))
    return net


def spectra(count: int = 4) -> tuple[torch.Tensor, torch.Tensor]:
    x = np.linspace(0, 6, GRID.count)
    rng = np.random.default_rng(0)
    value = 0.4 + 0.2 * np.sin(x + rng.random((count, 1))) + 0.01 * rng.random((count, GRID.count))
    mask = np.ones_like(value)
    mask[1, :40], mask[2, 200:230] = 0, 0
    return torch.from_numpy((value * mask).astype(np.float32)), torch.from_numpy(mask.astype(np.float32))


class Export(unittest.TestCase):
    def test_onnxruntime_computes_the_same(self):
        net, (value, mask) = random_net(), spectra()
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "net.onnx"
            vnir.export(net, file)
            got = ort.InferenceSession(str(file)).run(None, {"value": value.numpy(), "mask": mask.numpy()})
        with torch.no_grad():
            want = net(value, mask)
            shares = net.shares(value, mask)
        for a, b in zip(got, (*want, shares), strict=True):
            np.testing.assert_allclose(a, b.numpy(), atol=1e-4)

    def test_it_fits_in_three_megabytes_of_float16(self):
        net = vnir.Net([f"m{i}" for i in range(301)])
        self.assertLess(2 * sum(v.numel() for v in net.state_dict().values()), 3e6)


class Feature(unittest.TestCase):
    def test_a_gain_changes_the_level_alone(self):
        value, mask = spectra()
        with torch.no_grad():
            a, b = (vnir.Features()(v, mask)[:, :-1] for v in (value, 0.5 * value))
        torch.testing.assert_close(a, b, atol=2e-3, rtol=0)

    def test_what_is_not_covered_does_not_count(self):
        value, mask = spectra()
        with torch.no_grad():
            a, b = (vnir.Features()(v, mask) for v in (value, value + 3 * (1 - mask)))
        torch.testing.assert_close(a, b)

    def test_a_matrix_smooths_like_a_convolution(self):
        x = torch.rand(3, 50)
        kernel = gaussian(2.0, 1)
        want = torch.nn.functional.conv1d(x[:, None], torch.from_numpy(kernel).view(1, 1, -1), padding=len(kernel) // 2)
        torch.testing.assert_close(x @ vnir_augment.toeplitz(kernel, 50), want[:, 0], atol=1e-5, rtol=0)


class Mixture(unittest.TestCase):
    def test_fractions_of_an_exact_mixture_are_found(self):
        rng = np.random.default_rng(1)
        p, q = rng.random((2, 300))
        misfit, share = vnir_mixture.fit_pair(0.3 * p + 0.7 * q, p, q)
        self.assertAlmostEqual(misfit, 0, 6)
        self.assertAlmostEqual(share, 0.3, 6)

    def test_nothing_is_negative(self):
        rng = np.random.default_rng(2)
        p, q = rng.random((2, 300))
        self.assertEqual(vnir_mixture.fit_pair(p - 0.2 * q, p, q)[1], 1.0)


class Hapke(unittest.TestCase):
    def test_reflectance_comes_back_from_albedo(self):
        r = np.linspace(0.01, 0.95, 20)
        np.testing.assert_allclose(vnir_relab.reflectance(vnir_relab.albedo(r)), r, atol=1e-9)

    def test_a_dark_component_weighs_more_than_its_volume(self):
        half = vnir_relab.reflectance((vnir_relab.albedo(0.1) + vnir_relab.albedo(0.8)) / 2)
        self.assertLess(half, 0.45)


@unittest.skipUnless(DATA.exists(), "needs ../shared/data")
class Held(unittest.TestCase):
    def test_no_specimen_of_test_or_calibration_is_in_training(self):
        t = vnir.vnir_table(DATA)
        held = protocol.deal(t.rows, "vnir", 10)
        keep = vnir.trainable(t.rows, held, {"Quartz"})
        self.assertFalse({r["specimen"] for r, k in zip(t.rows, keep) if k} & held.held_out)
        self.assertNotIn("Quartz", {r["mineral"] for r, k in zip(t.rows, keep) if k})
        d, classes = vnir.training_spectra(t, held, {"Quartz"}, 0)
        self.assertEqual(len(d.value), keep.sum())
        self.assertEqual(len(classes), len(set(d.label.tolist())))
