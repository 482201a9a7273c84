"""The generator that runs a text-to-image pipeline of Hugging Face diffusers on a device of this machine."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from cyclorama import extras
from cyclorama.backgrounds.base import Progress
from cyclorama.errors import NotConfigured, OutOfMemory

if TYPE_CHECKING:
    from cyclorama.backgrounds.base import Painting, Prompt, Report
    from cyclorama.backgrounds.diffusers.pipeline import Pipeline
    from cyclorama.settings import Settings

POLL_S = 0.2


def of(settings: Settings) -> Diffusers:
    """Return the generator for these settings."""
    return Diffusers(settings)


class Diffusers:
    """Paints with one pipeline a process: a device that paints two pictures at once paints neither sooner.

    So `slots` is 1, and whoever asks meanwhile waits in line and is told the place. The model is loaded when
    the first picture is asked for, and stays.
    """

    name = "diffusers"
    slots = 1

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._pipeline: Pipeline | None = None
        self._lock = threading.Lock()

    def ready(self) -> None:
        """Look whether packages, model and device are there.

        Whether the hub would give a model that is not on this machine yet is not asked.
        """
        extras.require("diffusers", "The generator diffusers")
        from cyclorama.backgrounds.diffusers import hub, weights

        if not self._settings.diffusers_model:
            raise NotConfigured(
                "No model is set for the generator diffusers. Set diffusers_model to a folder, or to an id "
                "on the Hugging Face hub, such as stabilityai/sd-turbo."
            )
        hub.check(self._settings.diffusers_model)
        if self._settings.diffusers_vae:
            hub.check(self._settings.diffusers_vae, weights.NETWORK)
        if self._settings.diffusers_device not in ("auto", "cpu"):
            from cyclorama.backgrounds.diffusers import devices

            devices.device(self._settings)

    def generate(self, prompt: Prompt, report: Report) -> Painting:
        """Paint `prompt`, once the model is there; say so where it leaves out what was wished for."""
        self.ready()
        while not self._lock.acquire(timeout=POLL_S):
            report(Progress(0, 0, "Waiting for another picture to be done"))
        try:
            return self._generate(prompt, report)
        finally:
            self._lock.release()

    def _generate(self, prompt: Prompt, report: Report) -> Painting:
        if self._pipeline is None:
            report(Progress(0, 0, "Looking for the model"))
        from cyclorama.backgrounds.diffusers.devices import sheltered
        from cyclorama.backgrounds.diffusers.pipeline import load

        if self._pipeline is None:
            self._pipeline = sheltered(lambda: load(self._settings, report))
        pipeline = self._pipeline
        try:
            return sheltered(lambda: pipeline.paint(prompt, report))
        except OutOfMemory:
            if pipeline.thrifty:
                raise
        report(Progress(0, 0, "Out of memory: trying again in a way that needs less of it"))
        sheltered(pipeline.economise)
        return sheltered(lambda: pipeline.paint(prompt, report))
