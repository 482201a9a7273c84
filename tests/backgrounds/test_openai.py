"""The generator against a server with the OpenAI images API, over real HTTP."""

from __future__ import annotations

import io
import socket
import threading
from base64 import b64encode
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image

pytest.importorskip("openai", reason="pip install 'cyclorama[openai]'")

from cyclorama.backgrounds import openai as ours
from cyclorama.backgrounds.base import Cancelled, Painting, Prompt, Report
from cyclorama.errors import (
    AccessDenied,
    CredentialsRefused,
    CycloramaError,
    GenerationFailed,
    InvalidRequest,
    InvalidSetting,
    ModelUnavailable,
    NotConfigured,
    PromptRefused,
    Throttled,
    Unavailable,
)
from cyclorama.settings import Settings
from tests.fakes.openai import Failure, FakeOpenAI

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.unit

PROMPT = Prompt(text="beach", width=128, height=72, seed=7)


@pytest.fixture(autouse=True)
def no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)


@pytest.fixture(scope="module")
def server() -> Iterator[FakeOpenAI]:
    with FakeOpenAI() as server:
        yield server


@pytest.fixture
def fake(server: FakeOpenAI) -> FakeOpenAI:
    server.forget()
    return server


def generator(fake: FakeOpenAI, **settings: Any) -> ours.OpenAI:
    return ours.of(Settings(openai_url=fake.base, **settings))


def paint(fake: FakeOpenAI, prompt: Prompt = PROMPT, **settings: Any) -> Painting:
    return generator(fake, **settings).generate(prompt, Report())


def test_paints_in_the_exact_size_and_says_what_painted(fake: FakeOpenAI) -> None:
    painting = paint(fake, openai_model="tiny")
    assert painting.image.size == (128, 72)
    assert painting.image.mode == "RGB"
    assert (painting.model, painting.learned) == ("tiny", True)
    assert painting.understood == ("beach",)
    assert fake.bodies == [
        {"prompt": "beach", "model": "tiny", "size": "128x72", "response_format": "b64_json"}
    ]


def test_a_server_without_a_key_is_sent_none_not_even_the_one_to_openai(
    fake: FakeOpenAI, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-openai")
    generator(fake).ready()
    paint(fake)
    assert "authorization" not in fake.headers[0]


def test_the_key_of_the_settings_opens_the_server(fake: FakeOpenAI) -> None:
    fake.key = "sk-mine"
    generator(fake, openai_key="sk-mine").ready()
    paint(fake, openai_key="sk-mine")


@pytest.mark.parametrize("model", ["", "dall-e-3"])
def test_openai_itself_needs_a_key_and_a_model(model: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(NotConfigured, match="OPENAI_API_KEY"):
        ours.of(Settings(openai_model=model))
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-openai")
    if model:
        assert ours.of(Settings(openai_model=model)).name == "openai"
    else:
        with pytest.raises(NotConfigured, match="openai_model"):
            ours.of(Settings(openai_model=model))


# What is asked for


def test_a_server_that_takes_seed_and_negative_prompt_is_told_both(fake: FakeOpenAI) -> None:
    fields = ("seed", "negative_prompt", "steps=30", "guidance_scale=4.5", "scheduler=euler")
    fake.fields = frozenset(field.partition("=")[0] for field in fields)
    prompt = PROMPT.model_copy(update={"negative": "people", "style": "ink"})
    painting = paint(fake, prompt, openai_fields=fields)
    assert painting.note == ""
    assert painting.image.getpixel((0, 0)) == (7, 90, 160)
    sent = fake.bodies[0]
    assert sent["prompt"] == prompt.in_words()[0]
    assert sent["negative_prompt"] == prompt.in_words()[1]
    assert (sent["seed"], sent["steps"], sent["guidance_scale"], sent["scheduler"]) == (7, 30, 4.5, "euler")


def test_what_a_server_cannot_be_told_is_said(fake: FakeOpenAI) -> None:
    painting = paint(fake, PROMPT.model_copy(update={"negative": "people"}))
    assert fake.bodies[0]["prompt"] == "beach"
    assert "openai_fields" in painting.note
    assert "another picture each time" in painting.note


def test_models_that_understand_sentences_are_told_in_words_what_to_leave_out(fake: FakeOpenAI) -> None:
    painting = paint(fake, PROMPT.model_copy(update={"negative": "people"}), openai_model="dall-e-3")
    assert fake.bodies[0]["prompt"] == "beach. Leave out: people."
    assert "leave out" not in painting.note


def test_a_rewritten_prompt_is_shown_and_cut_short(fake: FakeOpenAI) -> None:
    fake.revised = "A sunny beach. " * 99
    painting = paint(fake)
    assert painting.note.startswith("Painted as: A sunny beach. A sunny")
    assert len(painting.note) < 450


@pytest.mark.parametrize(
    ("model", "wished", "asked"),
    [
        ("dall-e-3", (1280, 720), "1792x1024"),
        ("dall-e-3", (720, 1280), "1024x1792"),
        ("dall-e-2", (1280, 720), "1024x1024"),
        ("gpt-image-1", (1280, 720), "1536x1024"),
        ("gpt-image-1-mini", (64, 64), "1024x1024"),
        ("gpt-image-1.5", (720, 1280), "1024x1536"),
        ("openai/gpt-image-1.5", (720, 1280), "1024x1536"),
        ("gpt-image-2", (1280, 720), "1280x720"),
        ("gpt-image-2", (1920, 1080), "1920x1088"),
        ("gpt-image-2", (3840, 2160), "2560x1440"),
        ("gpt-image-2", (64, 64), "816x816"),
        ("gpt-image-2.5-flare", (4096, 64), "3328x1120"),
        ("stable-diffusion", (1000, 333), "1000x333"),
    ],
)
def test_openais_models_are_asked_for_sizes_that_they_have(
    fake: FakeOpenAI, model: str, wished: tuple[int, int], asked: str
) -> None:
    prompt = Prompt(text="beach", width=wished[0], height=wished[1])
    assert paint(fake, prompt, openai_model=model).image.size == wished
    assert fake.bodies[0]["size"] == asked
    assert ("response_format" in fake.bodies[0]) is ("gpt-image" not in model)


def test_the_sizes_of_the_settings_are_kept_to(fake: FakeOpenAI) -> None:
    sizes = ("512x512", "1024x1024", "1344x768")
    assert paint(fake, Prompt(text="a", width=640, height=640), openai_sizes=sizes).image.size == (640, 640)
    assert paint(fake, PROMPT, openai_sizes=sizes).image.size == (128, 72)
    assert [body["size"] for body in fake.bodies] == ["512x512", "1344x768"]


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"openai_url": "gpu:8000"}, "gpu:8000"),
        ({"openai_url": "ftp://gpu"}, "ftp://gpu"),
        ({"openai_url": "http://gpu", "openai_hosts": ("http://",)}, "http://"),
        ({"openai_url": "http://gpu", "openai_sizes": ("big",)}, "big"),
        ({"openai_url": "http://gpu", "openai_sizes": ("0x512",)}, "0x512"),
        ({"openai_url": "http://gpu", "openai_fields": ("steps",)}, "steps"),
    ],
)
def test_settings_that_make_no_sense_are_named(settings: dict[str, Any], named: str) -> None:
    with pytest.raises(InvalidSetting, match=named):
        ours.of(Settings(**settings))


# What goes wrong

ERRORS: list[tuple[Failure, type[CycloramaError], str]] = [
    (Failure(403, "Verify your organization"), AccessDenied, "Verify your organization."),
    (Failure(404, "No such model.", "model_not_found"), ModelUnavailable, "model tiny"),
    (Failure(404, body={"detail": "Not Found"}), NotConfigured, "/v1"),
    (Failure(301, headers={"Location": "http://example.org"}), NotConfigured, "openai_url"),
    (Failure(429, headers={"Retry-After": "20"}), Throttled, "less often"),
    (Failure(429, "Pay.", "insufficient_quota", {"Retry-After": "20"}), AccessDenied, "no credit left"),
    (Failure(400, "Pay.", "billing_hard_limit_reached"), AccessDenied, "no credit left"),
    (Failure(400, "Rejected.", "moderation_blocked"), PromptRefused, "Rejected. Say it in other words"),
    (Failure(400, "Rejected.", "content_policy_violation"), PromptRefused, "Rejected"),
    (Failure(400, "Size must be square"), InvalidRequest, "Size must be square."),
    (Failure(422, body={"detail": "seed: not a number"}), InvalidRequest, "seed: not a number."),
    (Failure(400, "x" * 5000), InvalidRequest, "x…"),
    (Failure(500, "Oh", headers={"x-should-retry": "false"}), GenerationFailed, "failed \\(500\\): Oh."),
]


@pytest.mark.parametrize(("failure", "kind", "words"), ERRORS)
def test_every_refusal_is_told_in_its_own_words(
    fake: FakeOpenAI, failure: Failure, kind: type[CycloramaError], words: str
) -> None:
    fake.failures = [failure]
    with pytest.raises(kind, match=words) as caught:
        paint(fake, openai_model="tiny")
    assert type(caught.value) is kind
    assert len(caught.value.detail) < 500
    assert len(fake.bodies) == 1


def test_being_throttled_says_when_to_try_again(fake: FakeOpenAI) -> None:
    fake.failures = [Failure(429, headers={"Retry-After": "19.5"})]
    with pytest.raises(Throttled) as caught:
        paint(fake)
    assert caught.value.retry_after == 20


def test_a_short_hiccup_is_not_seen(fake: FakeOpenAI) -> None:
    soon = {"retry-after-ms": "1"}
    fake.failures = [Failure(503, headers=soon), Failure(429, headers=soon)]
    assert paint(fake).image.size == (128, 72)
    assert len(fake.bodies) == 3


def test_a_wrong_key_is_found_out_before_and_never_repeated(fake: FakeOpenAI) -> None:
    fake.key = "sk-right"
    asking = generator(fake, openai_key="sk-wrong")
    for ask in (asking.ready, lambda: asking.generate(PROMPT, Report())):
        with pytest.raises(CredentialsRefused, match="does not know this API key") as caught:
            ask()
        assert "sk-wrong" not in str(caught.value)
    with pytest.raises(CredentialsRefused, match="wants an API key"):
        generator(fake).ready()


def test_a_server_that_cannot_list_models_counts_when_it_answers(fake: FakeOpenAI) -> None:
    fake.has_models = False
    generator(fake).ready()


def test_a_server_that_is_out_of_order_is_not_ready(fake: FakeOpenAI) -> None:
    fake.failures = [Failure(502)]
    with pytest.raises(Unavailable, match="502"):
        generator(fake).ready()


def test_nobody_at_the_address() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    asking = ours.of(Settings(openai_url=f"http://127.0.0.1:{port}/v1"))
    with pytest.raises(Unavailable, match="cannot be reached"):
        asking.ready()


def test_a_server_that_takes_too_long(fake: FakeOpenAI, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ours, "PATIENCE_S", 0.5)
    monkeypatch.setattr(ours, "READY_S", 0.5)
    fake.hangs = True
    with pytest.raises(Unavailable, match="did not answer in time"):
        generator(fake).ready()
    with pytest.raises(Unavailable, match="did not answer in time"):
        paint(fake)
    assert fake.left.wait(5)


@pytest.mark.parametrize(
    "answer",
    [
        b"<!doctype html>",
        b"",
        {},
        {"data": []},
        {"data": None},
        {"data": "picture"},
        {"data": [None]},
        {"data": [{"b64_json": 7}]},
        {"data": [{}]},
        {"data": [{"b64_json": "***"}]},
        {"data": [{"b64_json": "abc"}]},
        {"data": [{"b64_json": b64encode(b"GIF89a").decode()}]},
        {"data": [{"url": "no\x00address"}]},
    ],
)
def test_an_answer_without_a_whole_picture(fake: FakeOpenAI, answer: object) -> None:
    fake.answer = answer
    with pytest.raises(GenerationFailed, match="picture"):
        paint(fake)


def test_an_answer_larger_than_any_picture(fake: FakeOpenAI, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ours, "MOST_JSON", 1000)
    fake.answer = {"data": [{"b64_json": "A" * 2000}]}
    with pytest.raises(GenerationFailed, match="larger than 20 MB"):
        paint(fake)


# Pictures by URL


def test_a_picture_on_the_server_itself_is_fetched(fake: FakeOpenAI) -> None:
    for url in ("here", "/pictures/whole.png"):
        fake.url = url
        assert paint(fake).image.size == (128, 72)
    assert fake.fetched == 2


def test_a_picture_elsewhere_is_fetched_only_where_the_settings_allow(fake: FakeOpenAI) -> None:
    with FakeOpenAI() as other:
        fake.url = f"{other.origin}/pictures/whole.png"
        with pytest.raises(NotConfigured, match="openai_hosts"):
            paint(fake)
        with pytest.raises(NotConfigured, match="openai_hosts"):
            paint(fake, openai_hosts=("127.0.0.1",))  # that is https at its own port
        assert other.fetched == 0
        assert paint(fake, openai_hosts=(other.origin,)).image.size == (128, 72)
        assert other.fetched == 1


@pytest.mark.parametrize(
    "url",
    [
        "http://pictures.test/a.png",
        "https://pictures.test:8443/a.png",
        "https://pictures.test.evil.test/a.png",
        "https://evil.test/a.png?https://pictures.test/",
        "https://pictures.test@evil.test/a.png",
        "https://pictures.test%2eevil.test/a.png",
        "//evil.test/a.png",
        "file:///etc/passwd",
        "data:image/png;base64,AAAA",
    ],
)
def test_what_only_looks_like_an_allowed_host_is_not(fake: FakeOpenAI, url: str) -> None:
    fake.url = url
    with pytest.raises(NotConfigured, match="may be fetched"):
        paint(fake, openai_hosts=("pictures.test",))


def test_redirects_of_a_picture_are_not_followed(fake: FakeOpenAI) -> None:
    with FakeOpenAI() as other:
        fake.url = f"/pictures/elsewhere.png?to={other.origin}/pictures/whole.png"
        with pytest.raises(GenerationFailed, match="307"):
            paint(fake)
        assert other.fetched == 0


def test_a_picture_without_an_end_is_given_up(fake: FakeOpenAI, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ours, "MAX_BYTES", 1_000_000)
    fake.url = "/pictures/endless.png"
    with pytest.raises(GenerationFailed, match="larger than 20 MB"):
        paint(fake)
    assert fake.left.wait(5)


# Cancelling


def test_cancelling_closes_the_connection_at_once(fake: FakeOpenAI) -> None:
    fake.hangs = True
    report = Report()
    with ThreadPoolExecutor() as threads:
        work = threads.submit(generator(fake).generate, PROMPT, report)
        assert fake.asked.wait(5)
        report.cancel()
        assert isinstance(work.exception(5), Cancelled)
    assert fake.left.wait(5)


def test_cancelling_before_it_starts_asks_nobody(fake: FakeOpenAI) -> None:
    report = Report()
    report.cancel()
    with pytest.raises(Cancelled):
        generator(fake).generate(PROMPT, report)
    assert fake.bodies == []


def test_cancelling_at_any_moment_leaves_nothing_behind(fake: FakeOpenAI) -> None:
    asking = generator(fake)
    before = set(threading.enumerate())
    ends = set()
    for delay in range(24):
        report = Report()
        timer = threading.Timer(delay / 400, report.cancel)
        timer.start()
        try:
            asking.generate(PROMPT, report)
            ends.add("painted")
        except Cancelled:
            ends.add("cancelled")
        timer.join()
    assert "cancelled" in ends
    for thread in set(threading.enumerate()) - before:
        thread.join(5)
        assert not thread.is_alive()


def test_a_picture_of_another_shape_is_cropped_not_stretched(fake: FakeOpenAI) -> None:
    square = Image.new("RGB", (300, 300), "black")
    square.paste("white", (100, 100, 200, 200))
    file = io.BytesIO()
    square.save(file, "PNG")
    fake.answer = {"data": [{"b64_json": b64encode(file.getvalue()).decode()}]}
    image = paint(fake, Prompt(text="a", width=300, height=150)).image
    assert image.getbbox() == (100, 25, 200, 125)
