from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from cyclorama.backgrounds.diffusers.families import MAX_RATIO, canvas, family, read

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.unit

SD, SDXL, SD3, FLUX = (
    "StableDiffusionPipeline",
    "StableDiffusionXLPipeline",
    "StableDiffusion3Pipeline",
    "FluxPipeline",
)
EULER = {"_class_name": "EulerDiscreteScheduler", "prediction_type": "epsilon"}
TRAILING = {**EULER, "timestep_spacing": "trailing"}
LCM = {"_class_name": "LCMScheduler"}
FLOW = {"_class_name": "FlowMatchEulerDiscreteScheduler"}


def model(folder: Path, pipeline: str, scheduler: dict[str, Any], network: dict[str, Any]) -> Path:
    place = "transformer" if pipeline == FLUX else "unet"
    for path, content in (
        ("model_index.json", {"_class_name": pipeline}),
        ("scheduler/scheduler_config.json", scheduler),
        (f"{place}/config.json", network),
    ):
        (folder / path).parent.mkdir(exist_ok=True)
        (folder / path).write_text(json.dumps(content), "utf-8")
    return folder


@pytest.mark.parametrize(
    ("name", "pipeline", "scheduler", "network", "steps", "guidance", "trailing"),
    [
        ("stable-diffusion-v1-5/stable-diffusion-v1-5", SD, EULER, {}, 25, 7.5, False),
        ("stabilityai/sd-turbo", SD, TRAILING, {}, 2, 0, True),
        ("a-copy-of-it", SD, TRAILING, {}, 2, 0, True),
        ("zero-snr-finetune", SD, {**TRAILING, "rescale_betas_zero_snr": True}, {}, 25, 7.5, False),
        ("SimianLuo/LCM_Dreamshaper_v7", SD, LCM, {"time_cond_proj_dim": 256}, 4, 8, False),
        ("fused-lcm-lora", SDXL, LCM, {}, 4, 1, False),
        ("stabilityai/stable-diffusion-xl-base-1.0", SDXL, EULER, {}, 30, 5, False),
        ("stabilityai/sdxl-turbo", SDXL, EULER, {}, 4, 0, True),
        ("someone/SDXL-Lightning-8step", SDXL, EULER, {}, 8, 0, True),
        ("SG161222/RealVisXL_V5.0_Lightning", SDXL, EULER, {}, 4, 0, True),
        ("someone/Hyper-SDXL-1step", SDXL, EULER, {}, 1, 0, True),
        ("stabilityai/stable-diffusion-3.5-large", SD3, FLOW, {}, 28, 4.5, False),
        ("stabilityai/stable-diffusion-3.5-large-turbo", SD3, FLOW, {}, 4, 0, False),
        ("black-forest-labs/FLUX.1-schnell", FLUX, FLOW, {"guidance_embeds": False}, 4, 0, False),
        ("my-copy", FLUX, FLOW, {"guidance_embeds": True}, 28, 3.5, False),
        ("nobody/knows-it", "SanaPipeline", FLOW, {}, None, None, False),
    ],
)
def test_a_model_is_run_as_its_family_wants(
    tmp_path: Path,
    name: str,
    pipeline: str,
    scheduler: dict[str, Any],
    network: dict[str, Any],
    steps: int | None,
    guidance: float | None,
    trailing: bool,
) -> None:
    traits = read(model(tmp_path, pipeline, scheduler, network), name)
    found = family(traits)
    assert (found.steps_of(traits), found.guidance, found.trailing) == (steps, guidance, trailing), (
        found.title
    )


@pytest.mark.parametrize(
    ("wished", "side", "painted"),
    [
        ((1280, 720), 512, (688, 384)),
        ((1280, 720), 1024, (1360, 768)),
        ((720, 1280), 1024, (768, 1360)),
        ((1024, 1024), 512, (512, 512)),
        ((256, 144), 1024, (1360, 768)),
    ],
)
def test_a_picture_is_painted_at_the_size_that_the_model_learned(
    wished: tuple[int, int], side: int, painted: tuple[int, int]
) -> None:
    assert canvas(*wished, side, 16) == painted


def test_no_picture_is_painted_so_long_that_it_repeats_itself() -> None:
    width, height = canvas(4096, 64, 512, 16)
    assert width / height == pytest.approx(MAX_RATIO, rel=0.1)


def test_a_file_that_describes_no_pipeline_is_told(tmp_path: Path) -> None:
    (tmp_path / "model_index.json").write_text("[]", "utf-8")
    with pytest.raises(ValueError, match=r"model_index\.json"):
        read(tmp_path, "a")
