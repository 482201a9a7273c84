"""Paints with a text-to-image model on Amazon Bedrock."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cyclorama.backgrounds.bedrock.generator import Bedrock

if TYPE_CHECKING:
    from cyclorama.settings import Settings

__all__ = ["Bedrock", "of"]


def of(settings: Settings) -> Bedrock:
    """Return the generator for the model that the settings name; AWS is not asked yet.

    Raises:
        InvalidSetting: it is a model whose requests Cyclorama does not know.
    """
    return Bedrock(settings)
