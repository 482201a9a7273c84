from __future__ import annotations

import base64
import logging
import ssl
import struct
import threading
import zlib
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

pytest.importorskip("boto3", reason="needs boto3: pip install 'cyclorama[bedrock]'")

from cyclorama import errors
from cyclorama.backgrounds import bedrock
from cyclorama.backgrounds.base import Cancelled, Painting, Progress, Prompt, Report
from cyclorama.backgrounds.bedrock import account, models
from cyclorama.backgrounds.generators import Generators
from cyclorama.backgrounds.styles import STYLES
from cyclorama.settings import Settings
from tests.fakes import bedrock_replies as replies
from tests.fakes.aws import Reply, answer, credentials, error
from tests.fakes.bedrock import CUT, GARBAGE, GET, HALF, HANG, FakeBedrock, Turn, in_days

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.aws

CORE = "stability.stable-image-core-v1:1"
SD35 = "stability.sd3-5-large-v1:0"
SDXL = "stability.stable-diffusion-xl-v1"
SOON_S = 30.0  # long for a slow machine, short of every time limit on AWS's answers
PROMPT = Prompt(text="a beach", width=320, height=180, seed=7)


def bomb() -> str:
    """Return a PNG that says it is 60,000 pixels wide and high."""
    chunks = (b"IHDR" + struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0), b"IDAT")
    packed = (struct.pack(">I", len(c) - 4) + c + struct.pack(">I", zlib.crc32(c)) for c in chunks)
    return base64.b64encode(b"\x89PNG\r\n\x1a\n" + b"".join(packed)).decode()


@pytest.fixture(autouse=True)
def keys(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    credentials(monkeypatch, tmp_path)
    # botocore's pauses between retries are its own affair.
    monkeypatch.setattr("botocore.endpoint.time", SimpleNamespace(sleep=lambda _: None))


@pytest.fixture
def fake() -> Iterator[FakeBedrock]:
    with FakeBedrock() as fake:
        yield fake


def of(fake: FakeBedrock, model: str = CORE, **more: str) -> bedrock.Bedrock:
    return bedrock.of(Settings(bedrock_model=model, bedrock_endpoint=fake.endpoint_url, **more))  # type: ignore[arg-type]


def paint(fake: FakeBedrock, prompt: Prompt = PROMPT, model: str = CORE) -> Painting:
    return of(fake, model).generate(prompt, Report())


@pytest.mark.parametrize(
    ("model", "body"),
    [
        (CORE, {"aspect_ratio": "16:9", "output_format": "png"}),
        ("stability.stable-image-ultra-v1:1", {"aspect_ratio": "16:9", "output_format": "png"}),
        (SD35, {"aspect_ratio": "16:9", "output_format": "png", "mode": "text-to-image"}),
    ],
)
def test_a_prompt_becomes_a_picture_of_the_wished_size(
    fake: FakeBedrock, model: str, body: dict[str, str]
) -> None:
    painting = paint(fake, PROMPT.model_copy(update={"negative": "people"}), model)
    assert (painting.image.size, painting.image.mode) == ((320, 180), "RGB")
    assert painting.image.getpixel((9, 9)) == (7, 0, 128)
    assert (painting.model, painting.learned, painting.seed) == (model, True, None)
    assert "third-party-models" in painting.licence
    sent = {"prompt": "a beach", "negative_prompt": "people", "seed": 7, **body}
    assert fake.requests[0].body == sent


def test_sdxl_is_asked_as_it_always_was(fake: FakeBedrock) -> None:
    prompt = Prompt(text="a beach", negative="people", width=640, height=480, seed=7)
    painting = paint(fake, prompt, SDXL)
    assert painting.image.size == (640, 480)
    assert fake.requests[0].body == {
        "text_prompts": [{"text": "a beach", "weight": 1.0}, {"text": "people", "weight": -1.0}],
        "cfg_scale": 7,
        "seed": 7,
        "steps": 30,
        "width": 1152,
        "height": 896,
    }


@pytest.mark.parametrize("model", [CORE, SDXL])
@pytest.mark.parametrize("size", [(64, 64), (4096, 64), (64, 4096), (3840, 2160), (720, 1280)])
def test_the_longest_prompt_in_any_size_is_taken(
    fake: FakeBedrock, model: str, size: tuple[int, int]
) -> None:
    words = "word " * 399 + "words"  # and those of the style on top
    prompt = Prompt(text=words, negative=words, width=size[0], height=size[1], style=next(iter(STYLES)))
    assert paint(fake, prompt, model).image.size == size


@pytest.mark.parametrize("model", [CORE, SDXL])
@pytest.mark.parametrize("seed", [0, 2**32 - 1])
def test_seeds_that_these_models_do_not_have_become_one_that_is_told(
    fake: FakeBedrock, model: str, seed: int
) -> None:
    prompt = PROMPT.model_copy(update={"seed": seed})
    assert paint(fake, prompt, model).seed == models.OTHER_SEED
    assert paint(fake, prompt, model).seed == models.OTHER_SEED


def test_a_seed_that_the_model_chose_is_told(fake: FakeBedrock) -> None:
    body = models.Stability(mode=False).answer(b'{"seeds": ["9"], "finish_reasons": [null], "images": ["x"]}')
    assert body.seed == 9


@pytest.mark.parametrize(
    ("model", "kind"),
    [
        ("us.stability.stable-image-core-v1:1", models.Stability(mode=False)),
        (
            "arn:aws:bedrock:us-west-2::foundation-model/stability.sd3-5-large-v1:0",
            models.Stability(mode=True),
        ),
        (
            "arn:aws:bedrock:us-west-2:123456789012:inference-profile/us.stability.sd3-5-large-v1:0",
            models.Stability(mode=True),
        ),
        (
            "arn:aws:bedrock:us-west-2:123456789012:application-inference-profile/yj8cdgc1r9gz",
            models.Stability(mode=False),
        ),
        ("stability.stable-diffusion-xl-v1", models.Sdxl()),
    ],
)
def test_models_are_known_by_profile_and_arn(fake: FakeBedrock, model: str, kind: models.Family) -> None:
    assert models.family(model) == kind
    assert paint(fake, model=model).model == model
    assert fake.requests[0].params["modelId"] == model


def test_other_models_are_refused_at_the_start() -> None:
    with pytest.raises(errors.InvalidSetting, match=r"amazon\.nova-canvas"):
        bedrock.of(Settings(bedrock_model="amazon.nova-canvas-v1:0"))


def test_chosen_by_name_alone_it_takes_a_model_and_a_region(fake: FakeBedrock) -> None:
    settings = Settings(bedrock_endpoint=fake.endpoint_url)
    painting = Generators(settings).get("bedrock").generate(PROMPT, Report())
    assert painting.model == CORE  # and the fake refuses what is not signed for us-west-2


def test_the_region_of_the_profile_is_taken(tmp_path: Path) -> None:
    (tmp_path / "config").write_text("[profile studio]\nregion = eu-central-1\n")
    (tmp_path / "credentials").write_text("[studio]\naws_access_key_id = k\naws_secret_access_key = s\n")
    with FakeBedrock(region="eu-central-1") as fake:
        assert of(fake, bedrock_profile="studio").generate(PROMPT, Report())


def test_progress_is_told_though_nobody_knows_how_far(fake: FakeBedrock) -> None:
    told: list[Progress] = []
    of(fake).generate(PROMPT, Report(told.append))
    assert [(progress.step, progress.total) for progress in told] == [(0, 0)] * 2
    assert all(progress.message for progress in told)


@pytest.mark.parametrize(
    ("turn", "kind", "words"),
    [
        (replies.PROMPT_FILTERED, errors.PromptRefused, "other words"),
        (replies.OUTPUT_FILTERED, errors.PictureRefused, "another seed"),
        (answer({"finish_reasons": ["Filter reason: input image"]}), errors.PictureRefused, "another seed"),
        (replies.INFERENCE_ERROR, errors.GenerationFailed, "inference error"),
        (answer({"finish_reasons": ["Moon phase"]}), errors.GenerationFailed, "Moon phase"),
        (replies.NO_IMAGE, errors.GenerationFailed, "without a picture"),
        (replies.BROKEN_IMAGE, errors.GenerationFailed, "no picture"),
        (answer({"images": ["no base64!"]}), errors.GenerationFailed, "no picture"),
        (answer([1]), errors.GenerationFailed, "no picture"),
        (answer({"images": [bomb()]}), errors.GenerationFailed, "no picture"),
        (replies.NO_JSON, errors.GenerationFailed, "no picture"),
        (Reply(b""), errors.GenerationFailed, "no picture"),
        (replies.QUOTA, errors.Throttled, "Service Quotas"),
        (replies.DAILY_QUOTA, errors.Throttled, "Service Quotas"),
        (replies.EXPIRED_TOKEN, errors.CredentialsRefused, "aws sso login"),
        (replies.UNKNOWN_KEY, errors.CredentialsRefused, "get-caller-identity"),
        (replies.WRONG_CLOCK, errors.CredentialsRefused, "clock"),
        (replies.NO_MODEL_ACCESS, errors.AccessDenied, "Model access"),
        (replies.NO_SUBSCRIPTION, errors.AccessDenied, "subscription"),
        (replies.NOT_ALLOWED, errors.AccessDenied, "IAM"),
        (replies.END_OF_LIFE, errors.ModelUnavailable, "has ended the model"),
        (replies.LEGACY, errors.ModelUnavailable, "used it lately"),
        (replies.PROFILE_ONLY, errors.ModelUnavailable, "us.stability"),
        (replies.MODEL_TIMEOUT, errors.GenerationFailed, "failed while it painted"),
        (replies.MODEL_ERROR, errors.GenerationFailed, "failed while it painted"),
        (replies.INTERNAL, errors.Unavailable, "trouble of its own"),
        (replies.BUSY, errors.Unavailable, "trouble of its own"),
        (CUT, errors.GenerationFailed, "broke off"),
        (GARBAGE, errors.GenerationFailed, "broke off"),
        (Reply(b"<html>Not here</html>", 404), errors.Unavailable, "did not accept"),
    ],
)
def test_every_failure_says_what_to_do(
    fake: FakeBedrock, turn: Turn, kind: type[errors.CycloramaError], words: str
) -> None:
    fake.then(*[turn] * account.ATTEMPTS)
    with pytest.raises(errors.CycloramaError) as caught:
        paint(fake)
    assert type(caught.value) is kind
    assert words in caught.value.detail


@pytest.mark.parametrize(
    ("reason", "result", "kind"),
    [
        ("CONTENT_FILTERED", "success", errors.PictureRefused),
        ("ERROR", "success", errors.GenerationFailed),
        ("SUCCESS", "error", errors.GenerationFailed),
    ],
)
def test_sdxl_has_refusals_of_its_own(
    fake: FakeBedrock, reason: str, result: str, kind: type[errors.CycloramaError]
) -> None:
    fake.then(
        answer({"result": result, "artifacts": [{"seed": 1, "base64": "eA==", "finishReason": reason}]})
    )
    with pytest.raises(kind):
        paint(fake, model=SDXL)


def test_throttling_is_waited_out(fake: FakeBedrock) -> None:
    fake.then(*[replies.THROTTLED] * (account.ATTEMPTS - 1))
    assert paint(fake)
    assert len(fake.requests) == account.ATTEMPTS


@pytest.mark.parametrize(("header", "seconds"), [({}, 60), ({"Retry-After": "7"}, 7)])
def test_throttling_without_end_says_when_to_come_back(
    fake: FakeBedrock, header: dict[str, str], seconds: int
) -> None:
    throttled = Reply(replies.THROTTLED.body, 429, {**replies.THROTTLED.headers, **header})
    fake.then(*[throttled] * account.ATTEMPTS)
    with pytest.raises(errors.Throttled) as caught:
        paint(fake)
    assert caught.value.retry_after == seconds
    assert len(fake.requests) == account.ATTEMPTS


def test_a_request_that_the_model_does_not_take_is_told_in_amazons_words(fake: FakeBedrock) -> None:
    wrong = "arn:aws:bedrock:us-west-2:123456789012:application-inference-profile/stability.sd3x"
    fake.then(error(400, "ValidationException", "Malformed input request: #: too odd"))
    with pytest.raises(errors.InvalidRequest, match="too odd"):
        paint(fake, model=wrong)


def test_a_model_that_is_not_in_the_region_is_looked_up(fake: FakeBedrock) -> None:
    del fake.models[SD35]
    fake.then(replies.NO_SUCH_MODEL)
    with pytest.raises(
        errors.ModelUnavailable, match=r"no model stability\.sd3-5-large-v1:0 .* in us-west-2"
    ):
        paint(fake, model=SD35)


def test_an_odd_refusal_of_a_retired_model_is_explained_by_its_end(fake: FakeBedrock) -> None:
    fake.ended(SDXL, in_days(-300))
    fake.then(replies.NO_SUCH_MODEL)
    with pytest.raises(errors.ModelUnavailable, match="has ended the model"):
        paint(fake, model=SDXL)


def test_a_model_on_offer_is_ready(fake: FakeBedrock) -> None:
    generator = of(fake)
    generator.ready()
    assert [request.operation for request in fake.requests] == [GET]
    assert generator.generate(PROMPT, Report()).note == ""


def test_a_legacy_model_works_and_says_when_it_ends(
    fake: FakeBedrock, caplog: pytest.LogCaptureFixture
) -> None:
    end = in_days(90)
    fake.ended(CORE, end)
    generator = of(fake)
    generator.ready()
    assert f"{end:%Y-%m-%d}" in generator.generate(PROMPT, Report()).note
    assert f"{end:%Y-%m-%d}" in caplog.text


def test_a_model_past_its_end_is_not_ready(fake: FakeBedrock) -> None:
    fake.ended(CORE, in_days(-1))
    with pytest.raises(errors.ModelUnavailable, match="has ended the model"):
        of(fake).ready()


@pytest.mark.parametrize("model", [CORE, f"us.{CORE}"])
def test_a_model_that_is_forgotten_after_its_end_is_not_ready(fake: FakeBedrock, model: str) -> None:
    fake.then(replies.END_OF_LIFE, operation=GET)
    with pytest.raises(errors.ModelUnavailable, match="has ended the model"):
        of(fake, model).ready()


def test_a_profile_of_a_model_in_other_regions_is_ready(fake: FakeBedrock) -> None:
    del fake.models[CORE]
    of(fake, f"us.{CORE}").ready()
    with pytest.raises(errors.ModelUnavailable, match="no model"):
        of(fake, CORE).ready()


def test_a_model_behind_profiles_alone_is_not_ready_by_itself(fake: FakeBedrock) -> None:
    fake.models[CORE]["inferenceTypesSupported"] = ["INFERENCE_PROFILE"]
    with pytest.raises(errors.ModelUnavailable, match=f"us.{CORE}"):
        of(fake).ready()
    of(fake, f"us.{CORE}").ready()


@pytest.mark.parametrize(
    "turn", [replies.NOT_ALLOWED, replies.THROTTLED, Reply(b"?", 404), answer({}), answer([])]
)
def test_who_may_not_look_models_up_may_still_paint(
    fake: FakeBedrock, turn: Reply, caplog: pytest.LogCaptureFixture
) -> None:
    fake.then(*[turn] * account.ATTEMPTS, operation=GET)
    with caplog.at_level(logging.INFO):
        of(fake).ready()
    assert "is not known" in caplog.text


def test_expired_credentials_are_not_ready_until_there_are_new_ones(
    fake: FakeBedrock, monkeypatch: pytest.MonkeyPatch
) -> None:
    generator = of(fake)
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    with pytest.raises(errors.NotConfigured, match="aws configure"):
        generator.ready()
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "new")
    fake.then(replies.EXPIRED_TOKEN, operation=GET)
    with pytest.raises(errors.CredentialsRefused, match="expired"):
        generator.ready()
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "newer")
    assert generator.generate(PROMPT, Report())
    assert "Credential=newer/" in fake.requests[-1].headers["authorization"]


def test_a_profile_that_is_not_there_is_named(fake: FakeBedrock) -> None:
    with pytest.raises(errors.NotConfigured, match="'nobody'"):
        of(fake, bedrock_profile="nobody").ready()


def test_an_sso_session_that_has_ended_says_how_to_sign_in(fake: FakeBedrock, tmp_path: Path) -> None:
    (tmp_path / "config").write_text(
        "[profile studio]\nsso_session = work\nsso_account_id = 123456789012\nsso_role_name = painter\n"
        "[sso-session work]\nsso_start_url = https://work.awsapps.com/start\nsso_region = us-west-2\n"
    )
    with pytest.raises(errors.CredentialsRefused, match="aws sso login --profile studio"):
        of(fake, bedrock_profile="studio").generate(PROMPT, Report())


def test_half_of_the_keys_are_not_enough(fake: FakeBedrock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    with pytest.raises(errors.NotConfigured, match="incomplete"):
        paint(fake)


def test_an_endpoint_that_is_not_there_cannot_be_reached() -> None:
    with FakeBedrock() as gone:
        pass
    for use in (of(gone).ready, lambda: paint(gone)):
        with pytest.raises(errors.Unavailable, match="cannot be reached"):
            use()


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ({"bedrock_endpoint": "nonsense"}, "bedrock_endpoint"),
        ({"bedrock_region": "the moon"}, "BEDROCK_REGION"),
    ],
)
def test_nonsense_in_the_settings_is_named(setting: dict[str, str], words: str) -> None:
    with pytest.raises(errors.InvalidSetting, match=words):
        bedrock.of(Settings(**setting)).ready()  # type: ignore[arg-type]


@pytest.mark.parametrize("turn", [HANG, HALF])
def test_an_answer_that_does_not_come_ends_with_the_time_limit(
    fake: FakeBedrock, turn: Turn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(account, "READ_S", 0.1)
    fake.then(*[turn] * account.ATTEMPTS)
    with pytest.raises(errors.GenerationFailed, match="did not answer in time"):
        paint(fake)


def certificate(folder: Path) -> ssl.SSLContext:
    """Return a context for 127.0.0.1, whose certificate is folder/ca.pem."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    (folder / "ca.pem").write_bytes(signed.public_bytes(pem))
    (folder / "key.pem").write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "ca.pem", folder / "key.pem")
    return context


@pytest.fixture(params=["http", "https"])
def line(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[FakeBedrock]:
    context = None
    if request.param == "https":
        context = certificate(tmp_path)
        monkeypatch.setenv("AWS_CA_BUNDLE", str(tmp_path / "ca.pem"))
    with FakeBedrock(context=context) as fake:
        yield fake


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(8) as threads:
        yield threads


@pytest.mark.parametrize("turn", [HANG, HALF])
def test_cancelling_closes_the_socket_at_once_and_hurts_nobody_else(
    line: FakeBedrock, threads: ThreadPoolExecutor, turn: Turn
) -> None:
    generator = of(line)
    line.then(*[turn] * 4)
    reports = [Report() for _ in range(4)]
    paintings: list[Future[Painting]] = [
        threads.submit(generator.generate, PROMPT, report) for report in reports
    ]
    for _ in reports:
        assert line.waiting.acquire(timeout=SOON_S)
    reports[1].cancel()
    with pytest.raises(Cancelled):
        paintings[1].result(timeout=SOON_S)
    assert line.hung_up.acquire(timeout=SOON_S)
    assert [painting.done() for painting in paintings] == [False, True, False, False]
    line.let_go()
    for number in (0, 2, 3):
        assert paintings[number].result(timeout=SOON_S).image.size == (320, 180)
    assert not line.hung_up.acquire(blocking=False)
    assert len(line.requests) == 4  # nothing was asked again


def test_a_connection_that_went_on_to_another_call_is_not_cut(
    line: FakeBedrock, threads: ThreadPoolExecutor
) -> None:
    shared = account.Account(Settings(bedrock_endpoint=line.endpoint_url))
    body = '{"prompt": "a beach"}'

    def ask(clients: account.Clients) -> bytes:
        kind = "application/json"
        return clients.runtime.invoke_model(modelId=CORE, body=body, contentType=kind, accept=kind)[
            "body"
        ].read()

    def another() -> bytes:
        with shared.calling(Report(), "another") as clients:
            return ask(clients)

    first = Report()
    with shared.calling(first, "the first") as clients:
        ask(clients)
        line.then(HANG)
        second = threads.submit(another)
        assert line.waiting.acquire(timeout=SOON_S)
        first.cancel()
    line.let_go()
    assert second.result(timeout=SOON_S)
    assert not line.hung_up.acquire(blocking=False)
    assert line.requests[0].port == line.requests[1].port


def test_what_was_cancelled_before_is_never_asked(fake: FakeBedrock) -> None:
    report = Report()
    report.cancel()
    with pytest.raises(Cancelled):
        of(fake).generate(PROMPT, report)
    assert fake.requests == []


def test_cancelling_in_the_pause_before_a_retry_asks_no_more(
    fake: FakeBedrock, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = Report()
    monkeypatch.setattr("botocore.endpoint.time", SimpleNamespace(sleep=lambda _: report.cancel()))
    fake.then(replies.THROTTLED)
    with pytest.raises(Cancelled):
        of(fake).generate(PROMPT, report)
    assert len(fake.requests) == 1


def test_many_are_cancelled_and_no_thread_or_connection_stays(
    fake: FakeBedrock, threads: ThreadPoolExecutor
) -> None:
    generator = of(fake)
    generator.generate(PROMPT, Report())
    before = threading.active_count()
    for _ in range(5):
        fake.then(*[HANG] * 8)
        reports = [Report() for _ in range(8)]
        paintings = [threads.submit(generator.generate, PROMPT, report) for report in reports]
        for _ in reports:
            assert fake.waiting.acquire(timeout=SOON_S)
        for report in reports:
            report.cancel()
        for painting in paintings:
            with pytest.raises(Cancelled):
                painting.result(timeout=SOON_S)
            assert fake.hung_up.acquire(timeout=SOON_S)
    assert generator.generate(PROMPT, Report())
    assert threading.active_count() <= before + 8 + 9  # the pool's, and the fake's one for each connection
