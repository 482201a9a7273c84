"""Stages of Amazon IVS real-time streaming, in an AWS account of your own."""

from cyclorama.stage.ivs.backend import IvsBackend

__all__ = ["IvsBackend"]
