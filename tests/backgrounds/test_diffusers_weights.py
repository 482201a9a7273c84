from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from cyclorama.backgrounds.diffusers.weights import NETWORK, PIPELINE, flaw, parts, variant, wanted
from cyclorama.errors import ModelUnavailable

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.unit

INDEX = {
    "_class_name": "StableDiffusionPipeline",
    "requires_safety_checker": False,
    "safety_checker": [None, None],
    "tokenizer": ["transformers", "CLIPTokenizer"],
    "unet": ["diffusers", "UNet2DConditionModel"],
    "vae": ["diffusers", "AutoencoderKL"],
}
WHOLE = (
    "tokenizer/vocab.json",
    "unet/config.json",
    "unet/diffusion_pytorch_model.safetensors",
    "vae/config.json",
    "vae/diffusion_pytorch_model.safetensors",
)


@pytest.fixture
def model(tmp_path: Path) -> Path:
    for name in WHOLE:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"{}")
    (tmp_path / PIPELINE).write_text(json.dumps(INDEX), "utf-8")
    return tmp_path


def test_a_whole_model_has_no_flaw(model: Path) -> None:
    assert flaw(model, PIPELINE) == ""


def test_a_single_network_is_a_model_of_its_own(model: Path) -> None:
    assert flaw(model / "vae", NETWORK) == ""


@pytest.mark.parametrize(
    ("lost", "said"),
    [
        ("model_index.json", "no model_index.json"),
        ("tokenizer/vocab.json", "tokenizer is missing"),
        ("unet/diffusion_pytorch_model.safetensors", "weights (.safetensors) in unet"),
    ],
)
def test_what_is_missing_is_named(model: Path, lost: str, said: str) -> None:
    (model / lost).unlink()
    assert said in flaw(model, PIPELINE)


def test_a_broken_index_is_told(model: Path) -> None:
    (model / PIPELINE).write_text('{"unet":', "utf-8")
    assert "cannot be read" in flaw(model, PIPELINE)


def test_pickled_weights_are_refused_and_it_is_said_why(model: Path) -> None:
    weights = model / "unet/diffusion_pytorch_model.safetensors"
    weights.rename(weights.with_suffix(".bin"))
    assert "run any program" in flaw(model, PIPELINE)


def test_a_lost_shard_is_named_and_a_whole_set_will_do(model: Path) -> None:
    (model / "unet/diffusion_pytorch_model.safetensors").unlink()
    listing = {
        "weight_map": {"a": "model-00001-of-00002.safetensors", "b": "model-00002-of-00002.safetensors"}
    }
    (model / "unet/model.safetensors.index.json").write_text(json.dumps(listing), "utf-8")
    (model / "unet/model-00001-of-00002.safetensors").touch()
    assert "unet/model-00002-of-00002.safetensors" in flaw(model, PIPELINE)
    (model / "unet/model-00002-of-00002.safetensors").touch()
    assert flaw(model, PIPELINE) == ""


FULL = "unet/model.safetensors"
HALF = "unet/model.fp16.safetensors"


@pytest.mark.parametrize(
    ("names", "half", "kind"),
    [
        ([FULL], True, ""),
        ([FULL, HALF], True, "fp16"),
        ([FULL, HALF], False, ""),
        ([HALF], False, "fp16"),
        ([FULL, "vae/model.fp16-00001-of-00002.safetensors"], False, "fp16"),
        ([FULL, "unet/model.non_ema.safetensors"], True, ""),
    ],
)
def test_a_variant_is_taken_where_it_is_enough_or_all_there_is(
    names: list[str], half: bool, kind: str
) -> None:
    assert variant(names, half) == kind


def test_only_what_runs_the_model_is_fetched_and_weights_come_last(model: Path) -> None:
    names = [
        *WHOLE,
        "README.md",
        "sd_v1-5.safetensors",
        "safety_checker/model.safetensors",
        "unet/diffusion_pytorch_model.bin",
        "unet/diffusion_pytorch_model.fp16.safetensors",
        "unet/diffusion_pytorch_model.non_ema.safetensors",
        "unet/openvino_model.xml",
        "vae_decoder/model.onnx",
    ]
    needed = parts(model / PIPELINE)
    assert wanted(names, needed, half=False) == [
        "README.md",
        *sorted(WHOLE, key=lambda name: (".saf" in name, name)),
    ]
    assert "unet/diffusion_pytorch_model.fp16.safetensors" in wanted(names, needed, half=True)
    assert "unet/diffusion_pytorch_model.safetensors" not in wanted(names, needed, half=True)
    assert "vae/diffusion_pytorch_model.safetensors" in wanted(names, needed, half=True)


def test_pickled_weights_are_not_fetched() -> None:
    with pytest.raises(ModelUnavailable, match="any program"):
        wanted(["unet/config.json", "unet/diffusion_pytorch_model.bin"], ["unet"], half=False)
