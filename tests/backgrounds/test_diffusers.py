from __future__ import annotations

import asyncio
import json
import shutil
import threading
import weakref
from contextlib import aclosing
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from cyclorama.backgrounds import styles
from cyclorama.backgrounds.base import Cancelled, Painting, Progress, Prompt, Report
from cyclorama.backgrounds.easel import Easel, Painted, Queued
from cyclorama.backgrounds.generators import Generators
from cyclorama.errors import (
    GenerationFailed,
    InvalidSetting,
    ModelUnavailable,
    NotConfigured,
    OutOfMemory,
    PictureRefused,
)
from cyclorama.settings import Settings

pytest.importorskip("torch", reason="wants PyTorch and diffusers: make test-torch")

import torch

from cyclorama.backgrounds import diffusers
from cyclorama.backgrounds.diffusers import devices
from tests import tiny

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

pytestmark = [
    pytest.mark.torch,
    # diffusers' schedulers hand tensors to NumPy, which wants a signature that tensors do not have yet.
    pytest.mark.filterwarnings("ignore:__array__ implementation doesn't accept a copy:DeprecationWarning"),
]

# Networks this small lose more to a second thread than they gain.
torch.set_num_threads(1)

LAKE = Prompt(text="a lake", width=160, height=90, seed=7)


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models")
    with diffusers_quiet():
        tiny.stable_diffusion(folder / "plain")
        tiny.stable_diffusion(folder / "sd-turbo", trailing=True)
        tiny.stable_diffusion_xl(folder / "sdxl", variant="fp16")
        tiny.flux(folder / "flux")
        tiny.vae(folder / "vae")
    return folder


def diffusers_quiet() -> Any:
    from cyclorama.backgrounds.diffusers.pipeline import quiet

    return quiet()


def generator(model: Path, **settings: Any) -> diffusers.Diffusers:
    return diffusers.of(Settings(diffusers_model=str(model), **settings))


@pytest.fixture(scope="module")
def shared(models: Path) -> diffusers.Diffusers:
    """A turbo model, loaded once."""
    made = generator(models / "sd-turbo", diffusers_steps=3)
    made.generate(LAKE, Report())
    return made


@pytest.fixture
def turbo(shared: diffusers.Diffusers) -> Iterator[diffusers.Diffusers]:
    """The same, which a test may break: its parts are put back."""
    pipe = inside(shared)
    parts = {name: vars(part).copy() for name, part in pipe.components.items() if hasattr(part, "forward")}
    own = vars(pipe).copy()
    yield shared
    for name, attributes in parts.items():
        vars(pipe.components[name]).clear()
        vars(pipe.components[name]).update(attributes)
    vars(pipe).clear()
    vars(pipe).update(own)
    assert shared._pipeline
    shared._pipeline.thrifty = False


def inside(made: diffusers.Diffusers) -> Any:
    assert made._pipeline
    return made._pipeline._pipe


def paint(made: diffusers.Diffusers, prompt: Prompt = LAKE, **changes: Any) -> Painting:
    return made.generate(prompt.model_copy(update=changes), Report())


def cancelling(when: Callable[[Progress], bool]) -> Report:
    report = Report(lambda progress: report.cancel() if when(progress) else None)
    return report


@pytest.mark.parametrize(("model", "steps"), [("plain", 25), ("sd-turbo", 2), ("sdxl", 30), ("flux", 4)])
def test_each_family_is_loaded_and_painted_in_its_own_steps(models: Path, model: str, steps: int) -> None:
    told: list[Progress] = []
    made = generator(models / model)
    painting = made.generate(LAKE, Report(told.append))
    assert painting.image.size == (160, 90)
    assert painting.image.mode == "RGB"
    assert (painting.model, painting.learned, painting.licence) == (model, True, "")
    assert told[-1].step == told[-1].total == steps
    counted = [progress.step for progress in told if progress.total]
    assert counted == list(range(steps + 1))


def test_previews_come_while_it_paints_and_not_too_often(models: Path) -> None:
    told: list[Progress] = []
    generator(models / "plain", diffusers_steps=12).generate(LAKE, Report(told.append))
    shown = [progress.preview for progress in told if progress.preview]
    assert shown
    assert len(shown) < 12
    assert all(max(preview.size) <= 320 for preview in shown)


def test_a_seed_gives_the_same_picture_and_another_another(turbo: diffusers.Diffusers) -> None:
    first, again, other = paint(turbo), paint(turbo), paint(turbo, seed=8)
    assert first.image.tobytes() == again.image.tobytes()
    assert first.image.tobytes() != other.image.tobytes()


def test_a_seed_gives_the_same_picture_after_loading_anew(turbo: diffusers.Diffusers, models: Path) -> None:
    anew = generator(models / "sd-turbo", diffusers_steps=3)
    assert paint(turbo).image.tobytes() == paint(anew).image.tobytes()


def test_a_picture_does_not_depend_on_the_one_before(models: Path) -> None:
    made = generator(models / "plain", diffusers_steps=4)
    first = paint(made)
    with pytest.raises(Cancelled):
        made.generate(LAKE, cancelling(lambda progress: progress.step == 2))
    assert paint(made).image.tobytes() == first.image.tobytes()


def test_a_style_reaches_the_words(turbo: diffusers.Diffusers) -> None:
    style = next(iter(styles.STYLES.values()))
    styled, spelled = paint(turbo, style=style.id), paint(turbo, text=f"a lake, {style.words}")
    assert styled.image.tobytes() == spelled.image.tobytes()
    assert styled.image.tobytes() != paint(turbo).image.tobytes()


def test_what_shall_be_left_out_is_heeded_with_guidance(models: Path) -> None:
    made = generator(models / "plain", diffusers_steps=2)
    without, with_ = paint(made), paint(made, negative="boats")
    assert without.image.tobytes() != with_.image.tobytes()
    assert with_.note == ""


def test_what_shall_be_left_out_is_said_to_be_unheeded_without_guidance(turbo: diffusers.Diffusers) -> None:
    painting = paint(turbo, negative="boats")
    assert painting.image.tobytes() == paint(turbo).image.tobytes()
    assert painting.note == "This model does not heed what you want left out."


def test_words_that_the_model_does_not_read_are_told(turbo: diffusers.Diffusers) -> None:
    note = paint(turbo, text="z" * 80 + " and a boat").note
    assert "did not read" in note
    assert "boat" in note


@pytest.mark.parametrize("size", [(64, 64), (333, 777), (1001, 67), (1280, 720)])
def test_the_picture_has_exactly_the_wished_size(turbo: diffusers.Diffusers, size: tuple[int, int]) -> None:
    assert paint(turbo, width=size[0], height=size[1]).image.size == size


def test_settings_go_before_the_family(models: Path) -> None:
    told: list[Progress] = []
    made = generator(models / "sd-turbo", diffusers_steps=3, diffusers_guidance=5)
    painting = made.generate(LAKE.model_copy(update={"negative": "boats"}), Report(told.append))
    assert told[-1].total == 3
    assert painting.note == ""


def test_a_tiny_vae_decodes_instead(turbo: diffusers.Diffusers, models: Path) -> None:
    made = generator(models / "sd-turbo", diffusers_steps=3, diffusers_vae=str(models / "vae"))
    assert paint(made).image.tobytes() != paint(turbo).image.tobytes()


def test_the_licence_of_the_models_card_is_told(models: Path, tmp_path: Path) -> None:
    folder = tmp_path / "model"
    shutil.copytree(models / "sd-turbo", folder)
    card = "---\nlicense: other\nlicense_name: some-community\nlicense_link: LICENSE.md\n---\n# A model\n"
    (folder / "README.md").write_text(card, "utf-8")
    assert paint(generator(folder, diffusers_steps=1)).licence == "some-community (LICENSE.md)"


@pytest.mark.parametrize("step", [0, 1])
def test_cancelling_stops_after_the_step_and_frees_the_device(turbo: diffusers.Diffusers, step: int) -> None:
    seen: list[weakref.ref[Any]] = []
    steps: list[int] = []
    unet = inside(turbo).unet
    forward = unet.forward

    def spying(sample: Any, *args: Any, **kwargs: Any) -> Any:
        out = forward(sample, *args, **kwargs)
        seen.extend(weakref.ref(tensor) for tensor in (sample, out[0]))
        steps.append(len(steps))
        return out

    unet.forward = spying
    with pytest.raises(Cancelled) as caught:
        turbo.generate(LAKE, cancelling(lambda progress: progress.total > 0 and progress.step == step))
    assert len(steps) == step + 1, "the step in which it was cancelled is the last one"
    assert not [ref for ref in seen if ref() is not None], "tensors live on"
    assert caught.value.__context__ is None


def test_work_that_nobody_wants_any_more_is_not_begun(models: Path) -> None:
    made = generator(models / "sd-turbo")
    report = Report()
    report.cancel()
    with pytest.raises(Cancelled):
        made.generate(LAKE, report)
    assert made._pipeline is None


def test_a_load_that_is_cancelled_leaves_a_model_that_works(models: Path) -> None:
    made = generator(models / "sd-turbo", diffusers_steps=1)
    with pytest.raises(Cancelled):
        made.generate(LAKE, cancelling(lambda progress: progress.message == "Loading the model"))
    assert paint(made).image.size == (160, 90)


def exhausted(times: int) -> tuple[Callable[..., Any], list[int]]:
    """Return a stand-in for a decoder that runs out of memory so often, and the list of its calls."""
    calls: list[int] = []

    def decode(decoder: Any, *args: Any, **kwargs: Any) -> Any:
        calls.append(1)
        if len(calls) <= times:
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB")
        return decoder(*args, **kwargs)

    return decode, calls


def starve(made: diffusers.Diffusers, times: int) -> list[int]:
    decode, calls = exhausted(times)
    vae = inside(made).vae
    decoder = vae.decode
    vae.decode = lambda *args, **kwargs: decode(decoder, *args, **kwargs)
    return calls


def test_out_of_memory_is_tried_again_with_less(turbo: diffusers.Diffusers) -> None:
    calls = starve(turbo, times=1)
    told: list[str] = []
    painting = turbo.generate(LAKE, Report(lambda progress: told.append(progress.message)))
    assert painting.image.size == (160, 90)
    assert len(calls) == 2
    assert any(message.startswith("Out of memory") for message in told)
    assert inside(turbo).vae.use_tiling


def test_out_of_memory_says_what_to_do_and_the_next_picture_is_painted(turbo: diffusers.Diffusers) -> None:
    calls = starve(turbo, times=2)
    with pytest.raises(OutOfMemory, match="diffusers_vae") as caught:
        paint(turbo)
    assert len(calls) == 2
    assert caught.value.__cause__ is None
    assert paint(turbo).image.size == (160, 90)


@pytest.mark.parametrize(
    "error",
    [
        RuntimeError("MPS backend out of memory (MPS allocated: 18.0 GB)"),
        RuntimeError("[enforce fail at alloc_cpu.cpp] DefaultCPUAllocator: can't allocate memory"),
        RuntimeError("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling cublasCreate(handle)"),
        MemoryError(),
    ],
)
def test_every_way_of_running_out_of_memory_is_known(error: Exception) -> None:
    def fail() -> None:
        raise error

    with pytest.raises(OutOfMemory):
        devices.sheltered(fail)


def test_a_model_too_big_for_the_device_comes_to_it_part_by_part(
    turbo: diffusers.Diffusers, monkeypatch: pytest.MonkeyPatch
) -> None:
    def too_big(_: object) -> None:
        raise torch.OutOfMemoryError("CUDA out of memory")

    offloaded: list[str] = []
    pipe, pipeline = inside(turbo), turbo._pipeline
    assert pipeline
    monkeypatch.setattr(pipeline, "_device", torch.device("cuda"))
    pipe.to = too_big
    pipe.enable_model_cpu_offload = lambda device: offloaded.append(device.type)
    pipeline.place()
    assert offloaded == ["cuda"]
    assert pipeline.thrifty


def test_numbers_that_run_over_are_an_error_and_no_black_picture(turbo: diffusers.Diffusers) -> None:
    vae = inside(turbo).vae
    decoder = vae.decode
    vae.decode = lambda *args, **kwargs: [decoder(*args, **kwargs)[0] * torch.nan]
    with pytest.raises(GenerationFailed, match="black"):
        paint(turbo)


def test_a_picture_that_the_models_safety_checker_blanked_is_refused(turbo: diffusers.Diffusers) -> None:
    inside(turbo).run_safety_checker = lambda image, *_: (image * 0, [True])
    with pytest.raises(PictureRefused, match="seed"):
        paint(turbo)


def test_what_else_breaks_is_told_in_a_sentence(turbo: diffusers.Diffusers) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ValueError("shapes do not fit\nand more")

    inside(turbo).unet.forward = broken
    with pytest.raises(GenerationFailed, match=r"^The model broke off: shapes do not fit\. Try again"):
        paint(turbo)


def test_no_model_no_picture() -> None:
    with pytest.raises(NotConfigured, match="diffusers_model"):
        diffusers.of(Settings()).ready()


@pytest.mark.parametrize(
    ("model", "said"),
    [("/no/such/folder", "no folder"), ("turbo", "no folder"), ("~nobody/x/y", "no folder")],
)
def test_a_missing_model_is_told_before_anything_is_loaded(model: str, said: str) -> None:
    made = diffusers.of(Settings(diffusers_model=model))
    with pytest.raises(ModelUnavailable, match=said):
        made.ready()
    with pytest.raises(ModelUnavailable, match=said):
        paint(made)


def test_a_single_file_is_no_model(tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").touch()
    with pytest.raises(ModelUnavailable, match="one file"):
        generator(tmp_path / "model.safetensors").ready()


def test_a_broken_model_is_told_and_a_mended_one_is_loaded_at_the_next_try(
    models: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "model"
    shutil.copytree(models / "sd-turbo", folder)
    weights = folder / "unet/diffusion_pytorch_model.safetensors"
    whole = weights.read_bytes()
    weights.write_bytes(whole[: len(whole) // 2])
    made = generator(folder, diffusers_steps=1)
    made.ready()
    with pytest.raises(ModelUnavailable, match="could not be loaded"):
        paint(made)
    assert made._pipeline is None
    weights.write_bytes(whole)
    assert paint(made).image.size == (160, 90)


def test_a_pipeline_for_something_else_is_told(models: Path, tmp_path: Path) -> None:
    folder = tmp_path / "model"
    shutil.copytree(models / "sd-turbo", folder)
    index = json.loads((folder / "model_index.json").read_text("utf-8"))
    index["_class_name"] = "StableVideoDiffusionPipeline"
    (folder / "model_index.json").write_text(json.dumps(index), "utf-8")
    with pytest.raises(ModelUnavailable, match="text-to-image"):
        paint(generator(folder))


def test_a_device_that_is_not_there_is_told(models: Path) -> None:
    if torch.cuda.is_available():
        pytest.skip("there is a CUDA device")
    with pytest.raises(InvalidSetting, match="diffusers_device is cuda:1"):
        generator(models / "sd-turbo", diffusers_device="cuda:1").ready()


def test_devices_are_chosen_by_what_there_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert devices.device(Settings()).type == "mps"
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    assert devices.device(Settings()).type == "cuda"
    assert devices.device(Settings(diffusers_device="cuda:1")).index == 1
    assert devices.device(Settings(diffusers_device="cpu")).type == "cpu"
    with pytest.raises(InvalidSetting):
        devices.device(Settings(diffusers_device="cuda:2"))


@pytest.mark.parametrize(
    ("kind", "capability", "unet", "expected"),
    [
        ("cpu", (0, 0), True, torch.float32),
        ("cuda", (9, 0), True, torch.float16),
        ("cuda", (9, 0), False, torch.bfloat16),
        ("cuda", (7, 5), False, torch.float16),
        ("mps", (0, 0), True, torch.float16),
    ],
)
def test_precision_follows_device_and_family(
    monkeypatch: pytest.MonkeyPatch, kind: str, capability: tuple[int, int], unet: bool, expected: Any
) -> None:
    monkeypatch.setattr(torch.cuda, "get_device_capability", lambda _: capability)
    assert devices.precision(torch.device(kind), unet) == expected


def test_what_others_print_is_left_as_it_was(turbo: diffusers.Diffusers) -> None:
    from diffusers.utils import logging

    logging.set_verbosity_info()
    try:
        paint(turbo)
        assert logging.get_verbosity() == logging.INFO
        assert logging.is_progress_bar_enabled()
    finally:
        logging.set_verbosity_warning()


def test_nothing_is_printed(models: Path, capfd: pytest.CaptureFixture[str]) -> None:
    paint(generator(models / "sd-turbo", diffusers_steps=1), text="long " * 100)
    assert capfd.readouterr() == ("", "")


def test_two_threads_never_paint_at_once(turbo: diffusers.Diffusers) -> None:
    """Two easels, or a program beside the server, may share one generator."""
    busy = threading.Lock()
    unet = inside(turbo).unet
    forward = unet.forward

    def alone(*args: Any, **kwargs: Any) -> Any:
        assert busy.acquire(blocking=False)
        try:
            return forward(*args, **kwargs)
        finally:
            busy.release()

    unet.forward = alone
    pictures: list[Painting] = []
    threads = [threading.Thread(target=lambda: pictures.append(paint(turbo))) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({picture.image.tobytes() for picture in pictures}) == 1
    assert len(pictures) == 3


async def test_those_who_wait_are_told_their_place(turbo: diffusers.Diffusers) -> None:
    easel = Easel()
    places: dict[int, list[int]] = {0: [], 1: [], 2: []}
    painted = []

    async def one(number: int) -> None:
        async with aclosing(easel.paint(turbo, LAKE.model_copy(update={"seed": number}))) as events:
            async for event in events:
                if isinstance(event, Queued):
                    places[number].append(event.position)
                if isinstance(event, Painted):
                    painted.append((number, np.asarray(event.painting.image)))

    await asyncio.gather(*(one(number) for number in places))
    assert [number for number, _ in painted] == [0, 1, 2]
    assert places == {0: [0], 1: [1, 0], 2: [2, 1, 0]}


async def test_whoever_leaves_the_line_makes_room(turbo: diffusers.Diffusers) -> None:
    easel = Easel()
    first = easel.paint(turbo, LAKE)
    await anext(first)
    second = easel.paint(turbo, LAKE.model_copy(update={"seed": 1}))
    assert await anext(second) == Queued(1)
    await first.aclose()
    async with aclosing(second):
        assert [event async for event in second if isinstance(event, Painted)]


def test_auto_takes_a_model_that_is_there_and_passes_over_one_that_is_not(models: Path) -> None:
    there = Generators(Settings(diffusers_model=str(models / "flux"))).choose()
    assert there.generator.name == "diffusers"
    gone = Generators(Settings(diffusers_model=str(models / "gone"))).choose()
    assert gone.generator.name == "scenery"
    assert "There is no folder" in gone.why
