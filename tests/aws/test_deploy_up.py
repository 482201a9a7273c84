from __future__ import annotations

from itertools import count
from typing import Any

import pytest

from cyclorama.aws.deploy.cloud import Cloud
from cyclorama.aws.deploy.names import Names
from cyclorama.aws.deploy.wishes import Wishes
from cyclorama.errors import (
    AccessDenied,
    Conflict,
    CredentialsRefused,
    CycloramaError,
    InvalidRequest,
    ModelUnavailable,
    NotConfigured,
    TooMany,
    Unavailable,
)
from cyclorama.stage.ivs.keys import public_half
from tests.aws.deploying import NAMES, Account, Heard, Killed, Trouble, before_calls, client_error
from tests.fakes.aws_query import refused
from tests.fakes.bedrock import in_days

pytestmark = pytest.mark.aws

ULTRA = "stability.stable-image-ultra-v1:1"


def disturbed(account: Account, wishes: Wishes, number: int) -> bool:
    """Run `up` with trouble at such a call; whether it got that far."""
    trouble = Trouble(number)
    cloud = account.cloud()
    before_calls(cloud, trouble)
    try:
        account.up(wishes, cloud=cloud)
    except (Killed, AccessDenied, CredentialsRefused, Conflict):
        assert trouble.met
    return bool(trouble.met)


def test_a_studio_is_put_up_and_a_second_run_changes_nothing(account: Account) -> None:
    heard = Heard()
    studio = account.up(heard=heard)
    assert studio is not None
    assert studio.url.startswith("https://")
    assert studio.url.endswith(".cloudfront.net/")
    assert studio.new_user
    ((user, password),) = heard.passwords
    assert (user, len(password)) == ("creator", 20)
    (plan,) = heard.plans
    assert plan.new
    assert {change.action for change in plan.changes} == {"Add"}
    assert plan.costs
    state = account.state()
    assert state["stack"] == "CREATE_COMPLETE"
    assert state["users"] == [("creator", "CONFIRMED")]
    assert set(state["site"]) == {"index.html", "assets/studio-1.js"}
    assert public_half(account.key().encode()) in account.ivs.keys.values()
    assert account.key() not in repr(heard)
    assert {event.resource for event in heard.events} >= {"SiteBucket", "Distribution", "show"}

    again, key = Heard(), account.key()
    assert account.up(heard=again) is not None
    assert not again.plans
    assert not again.passwords
    assert not again.events
    assert account.key() == key
    assert account.state() == state


@pytest.mark.parametrize("part", range(2))
def test_broken_off_at_any_call_a_new_studio_ends_the_same_when_it_is_run_again(
    account: Account, part: int
) -> None:
    account.up()
    wanted = account.state()
    for number in count(1 + part, 2):
        account.clear()
        if not disturbed(account, Wishes(), number):
            break
        assert account.up() is not None
        assert account.state() == wanted, f"broken off at {number}"
    assert number > 12


@pytest.mark.parametrize("part", range(2))
def test_broken_off_at_any_call_a_change_ends_the_same_when_it_is_run_again(
    account: Account, part: int
) -> None:
    account.up()
    for number in count(1 + part, 2):
        wishes = Wishes(model=ULTRA if number // 2 % 2 else "stability.stable-image-core-v1:1")
        account.parts.code = f"PK {number}".encode()
        account.parts.pages["index.html"] = f"<h1>{number}</h1>".encode()
        met = disturbed(account, wishes, number)
        assert account.up(wishes) is not None
        state = account.state()
        assert state["stack"] == "CREATE_COMPLETE"
        assert state["code"] == [f"code/{account.parts.build().sha256}.zip", "site.json"]
        assert state["site"]["index.html"] == account.parts.pages["index.html"]
        assert account.stacks.of("show").parameters["BedrockModel"] == wishes.model
        assert (state["keys"], state["stages"], state["users"]) == (1, 1, [("creator", "CONFIRMED")])
        if not met:
            break
    assert number > 8


def test_what_was_said_is_remembered_and_flags_change_it(account: Account) -> None:
    account.up(Wishes(model=ULTRA, log_days=7, allow_origins=("https://a.example", "https://b.example")))
    heard = Heard()
    account.up(Wishes(budget=20, budget_email="me@example.org"), heard)
    (plan,) = heard.plans
    assert not plan.new
    assert plan.set == {"BudgetLimit": "20", "BudgetEmail": "me@example.org"}
    assert [(each.action, each.resource) for each in plan.changes] == [("Add", "Budget")]
    kept = account.stacks.of("show").parameters
    assert (kept["BedrockModel"], kept["LogRetentionDays"]) == (ULTRA, "7")
    assert kept["AllowOrigins"] == "https://a.example,https://b.example"
    account.up(Wishes(budget_email="", allow_origins=("",)))
    kept = account.stacks.of("show").parameters
    assert (kept["BudgetEmail"], kept["AllowOrigins"], kept["LogRetentionDays"]) == ("", "", "7")
    assert "Budget" not in account.state()["names"]


def test_who_does_not_agree_finds_nothing_made(account: Account) -> None:
    assert account.up(heard=Heard(agrees=False)) is None
    state = account.state()
    assert (state["stack"], state["buckets"], state["signed"]) == (None, 0, False)
    assert not account.key()
    account.up()
    before = account.state()
    assert account.up(Wishes(model=ULTRA), Heard(agrees=False)) is None
    assert account.state() == before


def test_a_failed_creation_is_told_and_made_anew(account: Account) -> None:
    account.stacks.failing["Stage"] = "Resource limit exceeded: Stages (Service: Ivs, Status Code: 402)"
    with pytest.raises(Unavailable) as told:
        account.up()
    assert told.value.detail == (
        "The IVS stage Stage could not be made. Delete what is not used, or ask for more under Service "
        "Quotas in the AWS console. Amazon says: Resource limit exceeded: Stages (Service: Ivs, Status Code: "
        "402). What was made by then was removed again."
    )
    assert account.stacks.of("show").status == "ROLLBACK_COMPLETE"
    account.stacks.failing.clear()
    heard = Heard()
    assert account.up(heard=heard) is not None
    assert "An earlier try" in heard.said[0]
    assert "Resource limit exceeded" in heard.said[0]
    assert account.state()["stack"] == "CREATE_COMPLETE"


def test_a_failed_change_leaves_the_studio_as_it_was(account: Account) -> None:
    account.up()
    before = account.state()
    account.stacks.failing["ApiFunction"] = (
        "User: me is not authorized to perform: lambda:UpdateFunctionConfiguration"
    )
    with pytest.raises(Unavailable, match=r"function ApiFunction could not be changed.*as it was before"):
        account.up(Wishes(model=ULTRA))
    assert account.stacks.of("show").parameters["BedrockModel"] != ULTRA
    account.stacks.failing.clear()
    account.up(Wishes(model=ULTRA))
    assert account.state() == before
    assert account.stacks.of("show").parameters["BedrockModel"] == ULTRA


def test_a_change_that_could_not_be_taken_back_is_taken_back_then(account: Account) -> None:
    account.up()
    account.stacks.failing["ApiFunction"], account.stacks.rollback_fails = "It is gone.", True
    with pytest.raises(Unavailable, match="next `up` mends"):
        account.up(Wishes(model=ULTRA))
    assert account.stacks.of("show").status == "UPDATE_ROLLBACK_FAILED"
    account.stacks.failing.clear()
    with pytest.raises(Unavailable, match="cannot be mended"):
        account.up(Wishes(model=ULTRA))
    account.stacks.rollback_fails = False
    account.up(Wishes(model=ULTRA))
    assert account.state()["stack"] == "CREATE_COMPLETE"


def test_a_half_deleted_studio_is_not_touched(account: Account) -> None:
    account.up()
    account.stacks.staying["LibraryBucket"] = "The bucket you tried to delete is not empty"
    account.client("s3")  # moto's own; the stack is deleted by hand
    account.delete_by_hand()
    with pytest.raises(Conflict, match=r"half deleted.*aws down.*not empty"):
        account.up()


def test_two_at_once_come_to_one_studio(account: Account) -> None:
    first, second = Heard(), Heard()
    account.stacks.before_execution = lambda: account.up(heard=first)
    assert account.up(heard=second) is not None
    state = account.state()
    assert (state["stack"], state["stages"], state["keys"], state["proposals"]) == (
        "CREATE_COMPLETE",
        1,
        1,
        0,
    )
    assert len(first.passwords) + len(second.passwords) == 1
    assert any("at the same time" in words for words in second.said)


def test_one_that_is_under_way_is_joined(account: Account) -> None:
    account.stopped("cloudformation.DescribeStackEvents")
    assert account.stacks.of("show").status == "CREATE_IN_PROGRESS"
    heard = Heard()
    account.up(heard=heard)
    assert any("being changed already (create)" in words for words in heard.steps)
    assert not heard.plans
    assert account.state()["stack"] == "CREATE_COMPLETE"


def test_a_stack_of_somebody_else_is_left_alone(account: Account) -> None:
    account.up()
    stack = account.stacks.of("show")
    stack.tags, stack.parameters = [], {}
    with pytest.raises(Conflict, match="no studio of Cyclorama's"):
        account.up()
    account.clear()
    account.stopped("cloudformation.ExecuteChangeSet")
    (proposal,) = account.stacks.of("show").change_sets.values()
    proposal.name = "theirs"
    with pytest.raises(Conflict, match="no studio of Cyclorama's"):
        account.up()


def test_a_hiccup_while_waiting_is_waited_out(account: Account) -> None:
    busy = refused("Throttling", "Rate exceeded")
    cut = refused("ServiceUnavailable", "Please try again", 503)
    calls = count()

    def trouble(name: str) -> None:
        if name == "cloudformation.DescribeStacks" and next(calls) == 1:
            account.stacks.then(*[busy, cut] * 4, operation="DescribeStacks")

    cloud = account.cloud()
    before_calls(cloud, trouble)
    assert account.up(cloud=cloud) is not None


def test_a_bucket_of_that_name_elsewhere_is_said(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    def taken(name: str) -> None:
        if name == "s3.CreateBucket":
            raise client_error("BucketAlreadyExists", "The requested bucket name is not available.")(name)

    cloud = account.cloud()
    before_calls(cloud, taken)
    with pytest.raises(Conflict, match=r"Another AWS account has a bucket called .* another --name"):
        account.up(cloud=cloud)


def test_models_that_do_not_paint_are_said_before_anything_is_made(account: Account) -> None:
    core = "stability.stable-image-core-v1:1"
    account.bedrock.ended(core, in_days(30))
    heard = Heard()
    account.up(heard=heard)
    assert any("Amazon will end it on" in words for words in heard.said)
    account.clear()
    account.bedrock.ended(core, in_days(-1))
    with pytest.raises(ModelUnavailable, match=r"ended it on .* --model"):
        account.up()
    with pytest.raises(ModelUnavailable, match="no such model in us-west-2"):
        account.up(Wishes(model="stability.sd4-v1:0"))
    assert not account.stacks.stacks


def test_a_domain_wants_a_certificate_that_is_issued(account: Account) -> None:
    acm = account.client("acm", "us-east-1")
    with pytest.raises(NotConfigured, match=r"aws acm request-certificate --domain-name studio.example.org"):
        account.up(Wishes(domain="studio.example.org"))
    for no in ("https://studio.example.org", "studio", "a b.org"):
        with pytest.raises(InvalidRequest, match="is no domain"):
            account.up(Wishes(domain=no))
    arn = acm.request_certificate(DomainName="*.example.org", ValidationMethod="DNS")["CertificateArn"]
    with pytest.raises(NotConfigured, match=r"not issued yet.*Make this DNS record.*CNAME"):
        account.up(Wishes(domain="studio.example.org"))
    account.issue(arn)
    studio = account.up(Wishes(domain="studio.example.org"))
    assert studio is not None
    assert studio.url == "https://studio.example.org/"
    assert studio.record
    assert studio.record[0] == "studio.example.org"
    assert studio.record[1].endswith(".cloudfront.net")
    assert account.stacks.of("show").parameters["CertificateArn"] == arn
    account.up(Wishes(domain=""))
    assert account.stacks.of("show").parameters["CertificateArn"] == ""


def test_an_issuer_of_ones_own_makes_no_users(account: Account) -> None:
    with pytest.raises(InvalidRequest, match="both --issuer"):
        account.up(Wishes(issuer="https://login.example.org/"))
    heard = Heard()
    studio = account.up(Wishes(issuer="https://login.example.org/", audience="studio"), heard)
    assert studio is not None
    assert not studio.users
    assert not heard.passwords


def test_an_issuer_that_takes_the_users_place_is_told(account: Account) -> None:
    account.up()
    heard = Heard()
    account.up(Wishes(issuer="https://login.example.org/", audience="studio"), heard)
    assert any("own users go" in words for words in heard.said)


def test_a_model_whose_terms_nobody_agreed_to_is_told(account: Account) -> None:
    account.bedrock.agreed = False
    heard = Heard()
    assert account.up(heard=heard) is not None
    assert any("has not agreed to the terms" in words for words in heard.said)
    account.bedrock.agreed = True
    heard = Heard()
    account.up(heard=heard)
    assert not any("terms" in words for words in heard.said)


def test_another_key_than_ours_is_not_overwritten(account: Account) -> None:
    account.client("ssm").put_parameter(Name=NAMES.key_parameter, Value="secret", Type="SecureString")
    with pytest.raises(Conflict, match="holds no P-384 private key") as told:
        account.up()
    assert "secret" not in told.value.detail
    assert account.key() == "secret"


@pytest.mark.parametrize(
    ("wishes", "says"),
    [
        ({"guardrail": "abc"}, "ID:VERSION"),
        ({"issuer": "login.example.org"}, "https://"),
        ({"log_days": 8}, "--log-days takes one of"),
        ({"allow_origins": ("http://show.example.org",)}, "is no origin"),
        ({"allow_origins": ("https://*.example.org",)}, "is no origin"),
        ({"allow_origins": ("https://show.example.org/",)}, "is no origin"),
    ],
)
def test_what_cannot_be_is_said_at_once(wishes: dict[str, Any], says: str) -> None:
    with pytest.raises(InvalidRequest, match=says):
        Wishes(**wishes)


def test_a_guardrail_is_made_where_it_is_used(account: Account) -> None:
    with pytest.raises(InvalidRequest, match="--guardrail ID:VERSION"):
        account.up(Wishes(guardrail="create", bedrock_region="us-east-1"))


@pytest.mark.parametrize("region", ["us-east-2", "eu-north-1", "nowhere"])
def test_regions_without_stages_are_refused(region: str, account: Account) -> None:
    with pytest.raises(InvalidRequest, match="eu-central-1"):
        Cloud(region, "")


def test_names_fit_the_code_bucket_in_every_region() -> None:
    longest = Names("a" * 20, "123456789012", "ap-northeast-1")
    assert len(longest.code_bucket) == 63
    for wrong in ("a" * 21, "Studio", "1a", "a_b", "a-", ""):
        with pytest.raises(InvalidRequest, match="--name"):
            Names(wrong, "123456789012", "us-west-2")


def test_without_credentials_it_says_what_to_do(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    with pytest.raises(NotConfigured, match=r"aws configure.*--profile"):
        Cloud("us-west-2", "").account()
    with pytest.raises(NotConfigured, match="no AWS profile 'show'"):
        Cloud("", "show")


def test_no_room_for_another_stack_is_said(account: Account) -> None:
    full = refused("LimitExceededException", "Limit for stacks exceeded")
    account.stacks.then(full, full, full, operation="CreateChangeSet")  # botocore asks again
    with pytest.raises(TooMany, match="Service Quotas"):
        account.up()
    assert issubclass(TooMany, CycloramaError)
