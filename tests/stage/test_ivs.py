"""Amazon IVS behind our seam, against a fake of its API that also says whom it would let in."""

from __future__ import annotations

import asyncio
import time
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

pytest.importorskip("boto3", reason="needs boto3: pip install 'cyclorama[ivs]'")

from cyclorama import errors
from cyclorama.aws_account import ATTEMPTS
from cyclorama.settings import Settings
from cyclorama.stage.base import Muted
from cyclorama.stage.ivs import IvsBackend, account, backend
from cyclorama.stage.tokens import new_key
from tests.fakes import bedrock_replies as replies
from tests.fakes.aws import Reply, credentials, error
from tests.fakes.aws_server import CUT, GARBAGE, HANG, Turn
from tests.fakes.ivs import FakeIvs

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from pathlib import Path

    from cyclorama.stage.base import StageBackend, Token

pytestmark = pytest.mark.aws


@pytest.fixture(autouse=True)
def keys(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    credentials(monkeypatch, tmp_path)
    # botocore's pauses between retries are its own affair.
    monkeypatch.setattr("botocore.endpoint.time", SimpleNamespace(sleep=lambda _: None))


@pytest.fixture
def fake() -> Iterator[FakeIvs]:
    with FakeIvs() as fake:
        yield fake


def of(fake: FakeIvs, **more: Any) -> IvsBackend:
    return IvsBackend(Settings(ivs_endpoint=fake.endpoint_url, ivs_region=fake.region, **more))


@pytest.fixture
async def ivs(fake: FakeIvs) -> AsyncIterator[IvsBackend]:
    ivs = of(fake)
    yield ivs
    await ivs.aclose()


@pytest.fixture
async def signing(fake: FakeIvs, tmp_path: Path) -> AsyncIterator[IvsBackend]:
    """A backend with a key pair, whose public half Amazon knows."""
    pem = new_key()
    (tmp_path / "ivs.pem").write_bytes(pem)
    first = of(fake)
    arn = await first.import_key(pem)
    await first.aclose()
    signing = of(fake, ivs_key=tmp_path / "ivs.pem", ivs_key_arn=arn)
    yield signing
    await signing.aclose()


@pytest.fixture(params=["Amazon", "a key pair"])
def either(request: pytest.FixtureRequest, ivs: IvsBackend, signing: IvsBackend) -> IvsBackend:
    """A backend whose tokens are made by Amazon, or signed here."""
    return ivs if request.param == "Amazon" else signing


async def mint(ivs: StageBackend, stage: str = "main", **more: Any) -> Token:
    asked = dict[str, Any](
        user_id="bob", attributes={"colour": "red"}, publish=True, subscribe=True, minutes=60
    )
    return await ivs.mint_token(stage, **{**asked, **more})


async def test_a_stage_is_made_found_and_deleted(fake: FakeIvs, ivs: IvsBackend) -> None:
    main = await ivs.create_stage("main")
    other = await ivs.create_stage("other")
    assert main.resource == f"arn:aws:ivs:us-west-2:123456789012:stage/{main.id}"
    assert (main.name, main.whip_url) == ("main", "https://global.whip.live-video.net")
    assert await ivs.list_stages() == [main, other]
    for name in ("main", main.id, main.resource):
        assert await ivs.find_stage(name) == main
    before = len(fake.requests)
    assert await ivs.find_stage("main") == main
    assert len(fake.requests) == before
    await ivs.delete_stage("main")
    assert await ivs.list_stages() == [other]
    for name in ("main", main.id, main.resource):
        with pytest.raises(errors.NotFound):
            await ivs.find_stage(name)


async def test_a_list_of_many_pages_is_read_to_its_end(fake: FakeIvs, ivs: IvsBackend) -> None:
    fake.page = 2
    made = [await ivs.create_stage(f"stage-{number}") for number in range(5)]
    assert await ivs.list_stages() == made
    tokens = [await mint(ivs, "stage-3", user_id=str(number)) for number in range(5)]
    joined = [fake.join(token.token, publishing=True) for token in tokens]
    assert [each.id for each in await ivs.list_participants("stage-3")] == joined


async def test_a_name_is_taken_once(ivs: IvsBackend) -> None:
    await ivs.create_stage("main")
    with pytest.raises(errors.Conflict, match="main"):
        await ivs.create_stage("main")


@pytest.mark.parametrize("name", ["", "two words", "café", "a/b", "x" * 129])
async def test_names_that_amazon_does_not_take(fake: FakeIvs, ivs: IvsBackend, name: str) -> None:
    with pytest.raises(errors.InvalidRequest, match="letters, digits"):
        await ivs.create_stage(name)
    assert fake.requests == []


async def test_stages_of_one_name_are_told_apart_by_their_ids(fake: FakeIvs, ivs: IvsBackend) -> None:
    one = await ivs.create_stage("main")
    two = await ivs.create_stage("other")
    fake.stages[two.resource].name = "main"  # somebody else's tool may do that
    with pytest.raises(errors.InvalidRequest, match=f"{one.id}, {two.id}"):
        await ivs.find_stage("main")
    assert (await ivs.find_stage(two.id)).resource == two.resource


async def test_a_stage_without_a_name_is_called_by_its_id(fake: FakeIvs, ivs: IvsBackend) -> None:
    made = await ivs.create_stage("main")
    fake.stages[made.resource].name = ""
    assert (await ivs.list_stages())[0].name == made.id


async def test_a_stage_of_another_region(fake: FakeIvs, ivs: IvsBackend) -> None:
    with pytest.raises(errors.NotFound, match="CYCLORAMA_IVS_REGION"):
        await ivs.find_stage("arn:aws:ivs:eu-west-1:123456789012:stage/abcdABCDefgh")


async def test_amazon_makes_tokens(fake: FakeIvs, ivs: IvsBackend) -> None:
    stage = await ivs.create_stage("main")
    token = await mint(ivs, minutes=90)
    claims = jwt.decode(token.token, options={"verify_signature": False})
    assert fake.join(token.token, publishing=True) == token.participant_id
    assert (claims["user_id"], claims["attributes"]) == ("bob", {"colour": "red"})
    assert claims["resource"] == stage.resource
    assert token.expires_at == claims["exp"]
    assert abs(token.expires_at - time.time() - 90 * 60) < 10


@pytest.mark.parametrize("publish", [True, False])
@pytest.mark.parametrize("subscribe", [True, False])
async def test_a_token_allows_what_was_asked_and_no_more(
    either: IvsBackend, publish: bool, subscribe: bool
) -> None:
    await either.create_stage("main")
    token = await mint(either, publish=publish, subscribe=subscribe)
    claims = jwt.decode(token.token, options={"verify_signature": False})
    assert claims["capabilities"] == {"allow_publish": publish, "allow_subscribe": subscribe}


async def test_a_key_pair_signs_tokens_that_amazon_takes(fake: FakeIvs, signing: IvsBackend) -> None:
    stage = await signing.create_stage("main")
    token = await mint(signing, minutes=90)
    assert fake.join(token.token, publishing=True) == token.participant_id
    assert jwt.get_unverified_header(token.token)["kid"] in fake.keys
    assert abs(token.expires_at - time.time() - 90 * 60) < 10
    assert fake.calls("CreateParticipantToken") == 0
    (there,) = await signing.list_participants(stage.id)
    assert (there.id, there.user_id, there.attributes) == (token.participant_id, "bob", {"colour": "red"})


async def test_a_crowd_of_viewers_costs_one_look(
    fake: FakeIvs, ivs: IvsBackend, signing: IvsBackend, either: IvsBackend
) -> None:
    await either.create_stage("main")
    before = len(fake.requests)

    async def one() -> Token:  # as the server does it
        stage = await either.find_stage("main")
        return await mint(either, stage.resource, publish=False)

    tokens = await asyncio.gather(*[one() for _ in range(20)])
    assert len({token.participant_id for token in tokens}) == 20
    asked = [each.operation for each in fake.requests[before:]]
    looks = ["ListStages"] if either is ivs else ["ListStages", "GetStage"]
    assert asked == looks + ["CreateParticipantToken"] * (20 if either is ivs else 0)


async def test_a_stage_that_was_made_anew_is_found_again(
    fake: FakeIvs, ivs: IvsBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = await ivs.create_stage("main")
    await mint(ivs)
    del fake.stages[old.resource]
    with pytest.raises(errors.NotFound):
        await mint(ivs)
    await ivs.create_stage("main")
    assert fake.join((await mint(ivs)).token)


async def test_a_deleted_stage_gives_no_tokens(fake: FakeIvs, signing: IvsBackend) -> None:
    await signing.create_stage("main")
    token = await mint(signing)
    await signing.delete_stage("main")
    with pytest.raises(KeyError):
        fake.join(token.token)
    with pytest.raises(errors.NotFound):
        await mint(signing)


async def test_what_was_looked_up_is_not_believed_for_ever(
    fake: FakeIvs, signing: IvsBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = await signing.create_stage("main")
    await mint(signing)
    del fake.stages[old.resource]
    now = time.monotonic()
    monkeypatch.setattr(backend, "time", SimpleNamespace(monotonic=lambda: now + backend.BELIEVED_S + 1))
    with pytest.raises(errors.NotFound):
        await mint(signing)


@pytest.mark.parametrize(
    "wrong",
    [
        {"minutes": 0},
        {"minutes": 20161},
        {"user_id": "x" * 129},
        {"attributes": {"a": "é" * 512}},
    ],
)
async def test_amazons_limits_are_kept_with_either_kind_of_token(
    either: IvsBackend, wrong: dict[str, Any]
) -> None:
    await either.create_stage("main")
    with pytest.raises(errors.InvalidRequest):
        await mint(either, **wrong)
    assert await mint(either, minutes=20160, user_id="x" * 128, attributes={"a": "é" * 511})


async def test_who_is_there(fake: FakeIvs, ivs: IvsBackend) -> None:
    await ivs.create_stage("main")
    assert await ivs.list_participants("main") == []
    host, guest = await mint(ivs), await mint(ivs, publish=False)
    fake.join(host.token, publishing=True)
    fake.join(guest.token)
    (there,) = await ivs.list_participants("main")
    assert there == type(there)(host.participant_id, "bob", {"colour": "red"}, True, Muted())
    plain = await mint(ivs, attributes={})
    fake.join(plain.token, publishing=True)
    for _ in range(3):
        assert [each.attributes for each in await ivs.list_participants("main")] == [{"colour": "red"}, {}]
    assert fake.calls("GetParticipant") == 2  # one for each, ever


async def test_somebody_is_sent_away(fake: FakeIvs, ivs: IvsBackend) -> None:
    stage = await ivs.create_stage("main")
    host = await mint(ivs)
    fake.join(host.token, publishing=True)
    await ivs.disconnect_participant("main", host.participant_id)
    assert fake.requests[-1].params["reason"] == "Sent away by the host"
    assert fake.stages[stage.resource].participants[host.participant_id]["state"] == "DISCONNECTED"
    assert await ivs.list_participants("main") == []
    with pytest.raises(errors.NotFound, match="nobody"):
        await ivs.disconnect_participant("main", "nobody")


async def test_keys_are_imported_once_and_not_without_end(fake: FakeIvs, ivs: IvsBackend) -> None:
    pem = new_key()
    arn = await ivs.import_key(pem)
    assert "BEGIN PUBLIC KEY" in fake.keys[arn]
    with pytest.raises(errors.Conflict):
        await ivs.import_key(pem)
    fake.most_keys = 1
    with pytest.raises(errors.TooMany, match="Service Quotas"):
        await ivs.import_key(new_key())


def other_key() -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


@pytest.mark.parametrize("pem", [b"", b"nonsense", other_key()])
async def test_what_is_no_key(fake: FakeIvs, ivs: IvsBackend, tmp_path: Path, pem: bytes) -> None:
    with pytest.raises(errors.InvalidRequest, match="P-384"):
        await ivs.import_key(pem)
    (tmp_path / "ivs.pem").write_bytes(pem)
    with pytest.raises(errors.InvalidSetting, match="ivs_key"):
        of(fake, ivs_key=tmp_path / "ivs.pem", ivs_key_arn="arn:x")
    assert fake.requests == []


def test_half_of_a_pair_is_named(fake: FakeIvs, tmp_path: Path) -> None:
    with pytest.raises(errors.InvalidSetting, match="ivs_key_arn"):
        of(fake, ivs_key=tmp_path / "ivs.pem")
    with pytest.raises(errors.InvalidSetting, match="stage key"):
        of(fake, ivs_key_arn="arn:x")
    with pytest.raises(errors.NotConfigured, match=r"ivs\.pem"):
        of(fake, ivs_key=tmp_path / "ivs.pem", ivs_key_arn="arn:x")


async def test_the_account_has_a_quota_of_stages(fake: FakeIvs, ivs: IvsBackend) -> None:
    fake.most_stages = 1
    await ivs.create_stage("main")
    with pytest.raises(errors.TooMany, match="Service Quotas"):
        await ivs.create_stage("other")


NOT_ALLOWED = error(
    403,
    "AccessDeniedException",
    "User: arn:aws:iam::123456789012:user/creator is not authorized to perform: ivs:ListStages",
)


@pytest.mark.parametrize(
    ("turn", "kind", "words"),
    [
        (replies.THROTTLED, errors.Throttled, "Try again in 5 s"),
        (replies.EXPIRED_TOKEN, errors.CredentialsRefused, "aws sso login"),
        (replies.UNKNOWN_KEY, errors.CredentialsRefused, "get-caller-identity"),
        (replies.WRONG_CLOCK, errors.CredentialsRefused, "clock"),
        (NOT_ALLOWED, errors.AccessDenied, "docs/ivs.md"),
        (error(403, "PendingVerification", "pending"), errors.AccessDenied, "verified"),
        (error(400, "ValidationException", "no"), errors.InvalidRequest, "Amazon says: no"),
        (error(409, "ConflictException", "no"), errors.Conflict, "Amazon says: no"),
        (error(500, "InternalServerException", "oh"), errors.Unavailable, "trouble of its own"),
        (Reply(b"<html>Not here</html>", 404), errors.Unavailable, "did not accept"),
        (Reply(b"[]"), errors.Unavailable, "CYCLORAMA_IVS_ENDPOINT"),
        (Reply(b"<html>Sign in</html>"), errors.Unavailable, "CYCLORAMA_IVS_ENDPOINT"),
        (CUT, errors.Unavailable, "broke off"),
        (GARBAGE, errors.Unavailable, "broke off"),
        (HANG, errors.Unavailable, "did not answer in time"),
    ],
)  # fmt: skip
async def test_every_failure_says_what_to_do(
    fake: FakeIvs, turn: Turn, kind: type[errors.CycloramaError], words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(account, "READ_S", 0.2)
    ivs = of(fake)
    fake.then(*[turn] * ATTEMPTS, operation="ListStages")
    with pytest.raises(errors.CycloramaError) as caught:
        await ivs.list_stages()
    assert type(caught.value) is kind
    assert words in caught.value.detail
    await ivs.aclose()


async def test_throttling_is_waited_out(fake: FakeIvs, ivs: IvsBackend) -> None:
    fake.then(*[replies.THROTTLED] * (ATTEMPTS - 1), operation="ListStages")
    assert await ivs.list_stages() == []
    assert fake.calls("ListStages") == ATTEMPTS


async def test_new_credentials_need_no_new_start(
    fake: FakeIvs, ivs: IvsBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake.then(replies.EXPIRED_TOKEN, operation="ListStages")
    with pytest.raises(errors.CredentialsRefused):
        await ivs.list_stages()
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "newer")
    await ivs.list_stages()
    assert "Credential=newer/" in fake.requests[-1].headers["authorization"]


async def test_no_credentials_and_no_region(fake: FakeIvs, monkeypatch: pytest.MonkeyPatch) -> None:
    ivs = IvsBackend(Settings())
    with pytest.raises(errors.NotConfigured, match="CYCLORAMA_IVS_REGION"):
        await ivs.list_stages()
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    with pytest.raises(errors.NotConfigured, match="CYCLORAMA_IVS_PROFILE"):
        await of(fake).list_stages()
    with pytest.raises(errors.NotConfigured, match="nobody"):
        await of(fake, ivs_profile="nobody").list_stages()
    with pytest.raises(errors.InvalidSetting, match="ivs_endpoint"):
        await IvsBackend(Settings(ivs_endpoint="nonsense", ivs_region="us-west-2")).list_stages()


async def test_nobody_waits_for_a_call_that_blocks(fake: FakeIvs, ivs: IvsBackend) -> None:
    fake.then(HANG, operation="ListStages")
    asking = asyncio.create_task(ivs.list_stages())
    assert await asyncio.to_thread(fake.waiting.acquire, timeout=10)
    assert not asking.done()  # and this loop goes on
    fake.let_go()
    assert await asking == []
