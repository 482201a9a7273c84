"""Stability's models as Bedrock serves them: strict about requests, and quick painters of one colour."""

from __future__ import annotations

import base64
from io import BytesIO
from typing import TYPE_CHECKING, Any

from PIL import Image

from tests.fakes.aws import NotTaken, Reply, Request, answer, invalid
from tests.fakes.bedrock_replies import NO_SUCH_MODEL

if TYPE_CHECKING:
    from collections.abc import Callable

# About one megapixel each, as the models paint them.
SIZES = {
    "21:9": (1536, 640),
    "16:9": (1344, 768),
    "3:2": (1216, 832),
    "5:4": (1152, 896),
    "1:1": (1024, 1024),
    "4:5": (896, 1152),
    "2:3": (832, 1216),
    "9:16": (768, 1344),
    "9:21": (640, 1536),
}


def paint(request: Request) -> Reply:
    """Answer InvokeModel.

    Raises:
        NotTaken: it is not what the model takes.
    """
    model = request.params["modelId"]
    if (request.params.get("contentType"), request.params.get("accept")) != ("application/json",) * 2:
        raise invalid("The content type and accept type must be application/json.")
    try:
        body = request.body
    except ValueError as broken:
        raise invalid("Malformed input request, please reformat your input and try again.") from broken
    if "stable-diffusion-xl" in model:
        return _sdxl(body)
    if "stability." in model or "application-inference-profile" in model:
        return _stability(model, body)
    raise NotTaken(NO_SUCH_MODEL)


def _malformed(what: str) -> NotTaken:
    return invalid(f"Malformed input request: {what}, please reformat your input and try again.")


def _check(body: dict[str, Any], known: dict[str, Callable[[Any], bool]], required: str) -> None:
    for name, value in body.items():
        if name not in known:
            raise _malformed(f"#: extraneous key [{name}] is not permitted")
        if not known[name](value):
            raise _malformed(f"#/{name}: {value!r} is not a valid value")
    if required not in body:
        raise _malformed(f"#: required key [{required}] not found")


def _text(longest: int) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, str) and len(value) <= longest


def _number(first: float, last: float) -> Callable[[Any], bool]:
    return lambda value: type(value) in {int, float} and first <= value <= last


def _stability(model: str, body: dict[str, Any]) -> Reply:
    known: dict[str, Callable[[Any], bool]] = {
        "prompt": _text(10_000),
        "negative_prompt": _text(10_000),
        "aspect_ratio": lambda value: value in SIZES,
        "seed": _number(0, 4294967294),
        "output_format": lambda value: value in {"png", "jpeg"},
    }
    if "stability.sd3" in model:
        known["mode"] = lambda value: value == "text-to-image"
    _check(body, known, "prompt")
    seed = body.get("seed") or 4242  # 0 asks for any
    size = SIZES[body.get("aspect_ratio", "1:1")]
    image = _picture(size, seed, body.get("output_format", "png"))
    return answer({"seeds": [seed], "finish_reasons": [None], "images": [image]})


def _sdxl(body: dict[str, Any]) -> Reply:
    def texts(value: Any) -> bool:
        return all(
            set(part) <= {"text", "weight"} and _text(2000)(part["text"]) and _number(-1, 1)(part["weight"])
            for part in value
        )

    _check(
        body,
        {
            "text_prompts": texts,
            "cfg_scale": _number(0, 35),
            "seed": _number(0, 4294967295),
            "steps": _number(10, 150),
            "width": _number(640, 1536),
            "height": _number(640, 1536),
        },
        "text_prompts",
    )
    size = body.get("width", 1024), body.get("height", 1024)
    if size not in SIZES.values():
        raise _malformed(f"{size[0]}x{size[1]} is not an allowed size")
    seed = body.get("seed") or 4242
    artifact = {"seed": seed, "base64": _picture(size, seed, "png"), "finishReason": "SUCCESS"}
    return answer({"result": "success", "artifacts": [artifact]})


def _picture(size: tuple[int, int], seed: int, kind: str) -> str:
    out = BytesIO()
    Image.new("RGB", size, (seed % 256, seed // 256 % 256, 128)).save(out, kind)
    return base64.b64encode(out.getvalue()).decode()
