from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest
from PIL import Image

pytest.importorskip("boto3", reason="needs boto3: pip install 'cyclorama[bedrock]'")

from cyclorama import errors
from cyclorama.backgrounds.base import Cancelled, Progress, Prompt, Report
from cyclorama.backgrounds.bedrock import account
from cyclorama.backgrounds.fake import FakeGenerator
from cyclorama.backgrounds.moderation import moderated, moderators
from cyclorama.settings import Settings
from tests.fakes import bedrock_replies as replies
from tests.fakes.aws import Reply, answer, credentials, error
from tests.fakes.bedrock import APPLY, CUT, HANG, FakeBedrock, Turn

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from cyclorama.backgrounds.moderation import Moderator

pytestmark = pytest.mark.aws

PROMPT = Prompt(text="a battle", negative="blood", width=64, height=64)
PICTURE = Image.new("RGB", (64, 64), "red")
SOON_S = 30.0


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[FakeBedrock]:
    credentials(monkeypatch, tmp_path)
    monkeypatch.setattr("botocore.endpoint.time", SimpleNamespace(sleep=lambda _: None))
    with FakeBedrock() as fake:
        yield fake


def of(fake: FakeBedrock, guardrail: str = "abc123:1") -> Moderator:
    (guard,) = moderators(Settings(guardrail=guardrail, bedrock_endpoint=fake.endpoint_url))
    return guard


@pytest.mark.parametrize(
    "guardrail", ["abc123:1", "abc123:DRAFT", "arn:aws:bedrock:us-west-2:123456789012:guardrail/abc123:2"]
)
def test_what_it_does_not_mind_passes(fake: FakeBedrock, guardrail: str) -> None:
    told: list[Progress] = []
    painting = moderated(FakeGenerator(), [of(fake, guardrail)]).generate(PROMPT, Report(told.append))
    assert painting.image.size == (64, 64)
    words, picture = (request.params for request in fake.requests)
    id_, _, version = guardrail.rpartition(":")
    assert words == {
        "guardrailIdentifier": id_,
        "guardrailVersion": version,
        "source": "INPUT",
        "content": [{"text": {"text": "a battle"}}],
    }
    assert picture["source"] == "OUTPUT"
    shown = picture["content"][0]["image"]
    assert shown["format"] == "jpeg"
    assert Image.open(BytesIO(shown["source"]["bytes"])).size == (64, 64)
    assert [progress.message for progress in told if "guardrail" in progress.message] == [
        "The guardrail reads the prompt",
        "The guardrail looks at the picture",
    ]


def test_words_that_it_minds_are_refused_with_its_reasons(fake: FakeBedrock) -> None:
    fake.words = lambda text: "battle" in text
    with pytest.raises(errors.PromptRefused) as refused:
        of(fake).check_prompt(PROMPT, Report())
    assert "content: VIOLENCE" in refused.value.detail
    assert "We do not show violence." in refused.value.detail


def test_a_picture_that_it_minds_is_refused_with_its_reasons(fake: FakeBedrock) -> None:
    fake.pictures = lambda _: True
    with pytest.raises(errors.PictureRefused, match="content: VIOLENCE"):
        of(fake).check_picture(PICTURE, Report())


def test_the_largest_picture_is_made_small_enough(fake: FakeBedrock) -> None:
    of(fake).check_picture(Image.effect_noise((3840, 2160), 128).convert("RGB"), Report())
    sent = fake.requests[0].params["content"][0]["image"]["source"]["bytes"]
    assert len(sent) < 4_000_000
    assert Image.open(BytesIO(sent)).size == (1536, 864)


def intervened(assessment: dict[str, object], text: str) -> Reply:
    return answer(
        {"action": "GUARDRAIL_INTERVENED", "outputs": [{"text": text}], "assessments": [assessment]}
    )


def test_what_every_policy_found_is_told(fake: FakeBedrock) -> None:
    blocked = {"action": "BLOCKED"}
    assessment: dict[str, object] = {
        "topicPolicy": {"topics": [{"name": "Weapons", "type": "DENY", **blocked}]},
        "wordPolicy": {
            "customWords": [{"match": "howitzer", **blocked}],
            "managedWordLists": [{"match": "hell", "type": "PROFANITY", "action": "NONE"}],
        },
        "sensitiveInformationPolicy": {
            "piiEntities": [{"type": "NAME", "match": "Jo Doe", **blocked}],
            "regexes": [{"name": "badge", "match": "1234", "regex": "[0-9]+", **blocked}],
        },
        "invocationMetrics": {"guardrailProcessingLatency": 5},
    }
    fake.then(intervened(assessment, "No."), operation=APPLY)
    with pytest.raises(errors.PromptRefused) as refused:
        of(fake).check_prompt(PROMPT, Report())
    for words in ("topic: Weapons", "word: howitzer", "NAME", "badge", 'It says: "No."'):
        assert words in refused.value.detail
    for words in ("PROFANITY", "hell", "Jo Doe", "1234"):
        assert words not in refused.value.detail


def test_masking_refuses_too_and_quotes_nothing(fake: FakeBedrock) -> None:
    masked: dict[str, object] = {
        "sensitiveInformationPolicy": {
            "piiEntities": [{"type": "NAME", "match": "Jo", "action": "ANONYMIZED"}],
            "regexes": [],
        }
    }
    fake.then(intervened(masked, "{NAME} at the beach"), operation=APPLY)
    with pytest.raises(errors.PromptRefused, match="sensitiveInformation: NAME") as refused:
        of(fake).check_prompt(PROMPT, Report())
    assert "at the beach" not in refused.value.detail


@pytest.mark.parametrize(
    ("turn", "kind"),
    [
        (replies.NOT_ALLOWED, errors.AccessDenied),
        (replies.THROTTLED, errors.Throttled),
        (replies.EXPIRED_TOKEN, errors.CredentialsRefused),
        (replies.BUSY, errors.Unavailable),
        (replies.NO_JSON, errors.Unavailable),
        (answer({"action": "SHRUGGED"}), errors.Unavailable),
        (answer([]), errors.Unavailable),
        (CUT, errors.GenerationFailed),
        (
            error(404, "ResourceNotFoundException", "The guardrail identifier or version does not exist."),
            errors.NotConfigured,
        ),
    ],
)
def test_what_it_could_not_be_asked_about_does_not_pass(
    fake: FakeBedrock, turn: Turn, kind: type[errors.Unavailable]
) -> None:
    fake.then(*[turn] * account.ATTEMPTS, operation=APPLY)
    with pytest.raises(errors.Unavailable, match="The prompt could not be shown") as caught:
        of(fake).check_prompt(PROMPT, Report())
    assert type(caught.value) is kind


def test_a_picture_that_it_could_not_see_does_not_pass(fake: FakeBedrock) -> None:
    fake.then(replies.NOT_ALLOWED, operation=APPLY)
    with pytest.raises(errors.AccessDenied, match="The picture could not be shown"):
        of(fake).check_picture(PICTURE, Report())


def test_a_guardrail_out_of_reach_lets_nothing_pass(fake: FakeBedrock) -> None:
    with FakeBedrock() as gone:
        pass
    generator = FakeGenerator()
    with pytest.raises(errors.Unavailable, match="cannot be reached"):
        moderated(generator, [of(gone)]).generate(PROMPT, Report())


def test_a_guardrail_that_is_blind_to_pictures_says_so_once(
    fake: FakeBedrock, caplog: pytest.LogCaptureFixture
) -> None:
    fake.guards_pictures = False
    guard = of(fake)
    guard.check_picture(PICTURE, Report())
    guard.check_picture(PICTURE, Report())
    assert caplog.text.count("pictures pass unseen") == 1


def test_cancelling_hangs_up_on_the_guardrail(fake: FakeBedrock) -> None:
    fake.then(HANG, operation=APPLY)
    report = Report()
    guard = of(fake)
    with ThreadPoolExecutor(1) as threads:
        check = threads.submit(guard.check_prompt, PROMPT, report)
        assert fake.waiting.acquire(timeout=SOON_S)
        report.cancel()
        with pytest.raises(Cancelled):
            check.result(timeout=SOON_S)
    assert fake.hung_up.acquire(timeout=SOON_S)
    assert len(fake.requests) == 1
