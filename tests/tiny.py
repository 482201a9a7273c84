"""Pipelines of random weights, built without a network: real but for their pictures, which are noise."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import torch
from diffusers import (
    AutoencoderKL,
    AutoencoderTiny,
    EulerDiscreteScheduler,
    FlowMatchEulerDiscreteScheduler,
    FluxPipeline,
    FluxTransformer2DModel,
    StableDiffusionPipeline,
    StableDiffusionXLPipeline,
    UNet2DConditionModel,
)
from transformers import (
    CLIPTextConfig,
    CLIPTextModel,
    CLIPTextModelWithProjection,
    CLIPTokenizer,
    T5Config,
    T5EncoderModel,
    T5TokenizerFast,
)

if TYPE_CHECKING:
    from pathlib import Path

SIDE = 32  # of the squares that they are made for, in pixels


def stable_diffusion(folder: Path, trailing: bool = False) -> Path:
    """Save a Stable Diffusion pipeline; with `trailing` steps, as distilled ones have them."""
    torch.manual_seed(0)
    StableDiffusionPipeline(
        vae=_vae(),
        text_encoder=CLIPTextModel(_text()).eval(),
        tokenizer=_clip(folder),
        unet=_unet(cross_attention_dim=32),
        scheduler=_scheduler(trailing),
        safety_checker=None,
        feature_extractor=None,
        requires_safety_checker=False,
    ).save_pretrained(folder)
    return folder


def stable_diffusion_xl(folder: Path, variant: str | None = None) -> Path:
    """Save an SDXL pipeline."""
    torch.manual_seed(0)
    StableDiffusionXLPipeline(
        vae=_vae(),
        text_encoder=CLIPTextModel(_text()).eval(),
        text_encoder_2=CLIPTextModelWithProjection(_text()).eval(),
        tokenizer=_clip(folder),
        tokenizer_2=_clip(folder),
        unet=_unet(
            cross_attention_dim=64,
            attention_head_dim=(2, 4),
            use_linear_projection=True,
            addition_embed_type="text_time",
            addition_time_embed_dim=8,
            transformer_layers_per_block=(1, 2),
            projection_class_embeddings_input_dim=80,
        ),
        scheduler=_scheduler(trailing=False),
    ).save_pretrained(folder, variant=variant)
    return folder


def flux(folder: Path) -> Path:
    """Save a FLUX pipeline without guidance, as FLUX.1 schnell is."""
    torch.manual_seed(0)
    words = [("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0), ("▁beach", -1.0)]
    FluxPipeline(
        scheduler=FlowMatchEulerDiscreteScheduler(),
        vae=_vae(latent_channels=16, shift_factor=0.0, scaling_factor=1.0),
        text_encoder=CLIPTextModel(_text()).eval(),
        tokenizer=_clip(folder),
        text_encoder_2=T5EncoderModel(
            T5Config(vocab_size=8, d_model=32, d_kv=8, d_ff=37, num_layers=1, num_heads=4)
        ).eval(),
        tokenizer_2=T5TokenizerFast(vocab=words, extra_ids=0),
        transformer=FluxTransformer2DModel(
            in_channels=64,
            num_layers=1,
            num_single_layers=1,
            attention_head_dim=16,
            num_attention_heads=2,
            joint_attention_dim=32,
            pooled_projection_dim=32,
            axes_dims_rope=(4, 4, 8),
        ),
    ).save_pretrained(folder)
    return folder


def vae(folder: Path) -> Path:
    """Save a tiny VAE for the Stable Diffusion pipelines here."""
    torch.manual_seed(1)
    AutoencoderTiny(
        encoder_block_out_channels=(8, 8),
        decoder_block_out_channels=(8, 8),
        num_encoder_blocks=(1, 1),
        num_decoder_blocks=(1, 1),
        latent_channels=4,
        upsampling_scaling_factor=2,
    ).save_pretrained(folder)
    return folder


def _letters() -> dict[str, int]:
    """Return CLIP's vocabulary before any merges: a token for each byte, and one for it at a word's end."""
    shown = [*range(33, 127), *range(161, 173), *range(174, 256)]
    hidden = [byte for byte in range(256) if byte not in shown]
    letters = [chr(byte) for byte in shown] + [chr(256 + number) for number in range(len(hidden))]
    tokens = [*letters, *(f"{letter}</w>" for letter in letters), "<|startoftext|>", "<|endoftext|>"]
    return {token: number for number, token in enumerate(tokens)}


def _clip(folder: Path) -> Any:
    folder.mkdir(parents=True, exist_ok=True)
    vocabulary, merges = folder / "vocab.json", folder / "merges.txt"
    vocabulary.write_text(json.dumps(_letters()), "utf-8")
    merges.write_text("#version: 0.2\n", "utf-8")
    tokenizer = CLIPTokenizer(str(vocabulary), str(merges), model_max_length=77)
    vocabulary.unlink()
    merges.unlink()
    return tokenizer


def _text() -> Any:
    size = len(_letters())
    return CLIPTextConfig(
        vocab_size=size,
        hidden_size=32,
        intermediate_size=37,
        num_hidden_layers=2,
        num_attention_heads=4,
        max_position_embeddings=77,
        projection_dim=32,
        bos_token_id=size - 2,
        eos_token_id=size - 1,
        pad_token_id=1,
    )


def _vae(**config: Any) -> Any:
    return AutoencoderKL(
        block_out_channels=[32, 64],
        down_block_types=["DownEncoderBlock2D"] * 2,
        up_block_types=["UpDecoderBlock2D"] * 2,
        sample_size=SIDE,
        **{"latent_channels": 4, **config},
    )


def _unet(**config: Any) -> Any:
    return UNet2DConditionModel(
        block_out_channels=(32, 64),
        layers_per_block=1,
        sample_size=SIDE // 2,
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
        **config,
    )


def _scheduler(trailing: bool) -> Any:
    return EulerDiscreteScheduler(
        beta_start=0.00085,
        beta_end=0.012,
        beta_schedule="scaled_linear",
        timestep_spacing="trailing" if trailing else "leading",
        steps_offset=1,
    )
