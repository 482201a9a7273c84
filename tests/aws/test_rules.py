"""The template keeps the rules for resources and policies, and each rule finds what breaks it."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import pytest

from cyclorama.aws import template
from cyclorama.aws.functions.routes import ROUTES
from tests.aws import policies, rules
from tests.fakes import stack

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

pytestmark = pytest.mark.unit

PUBLIC = {key for key, route in ROUTES.items() if route.public}
READ = stack.load(template.text())
RESOURCES = READ["Resources"]


def routes(written: policies.Template) -> Iterator[str]:
    return rules.routes(written, PUBLIC)


ALL: list[Callable[[policies.Template], Iterator[str]]] = [
    policies.complaints,
    rules.buckets,
    rules.logs,
    rules.functions,
    rules.tags,
    rules.secrets,
    routes,
    rules.crossing,
    rules.edges,
]


@pytest.mark.parametrize("rule", ALL, ids=lambda rule: rule.__name__)
def test_the_template_keeps(rule: Callable[[policies.Template], Iterator[str]]) -> None:
    assert list(rule(READ)) == []


def found(change: Callable[[dict[str, Any]], object]) -> list[str]:
    """Return what the rules mind about the template's resources once they are changed."""
    written = copy.deepcopy(READ)
    change(written["Resources"])
    return [complaint for rule in ALL for complaint in rule(written)]


def statement(resources: dict[str, Any], role: str, sid: str) -> dict[str, Any]:
    document = resources[role]["Properties"]["Policies"][0]["PolicyDocument"]
    candidates = [each["Fn::If"][1] if "Fn::If" in each else each for each in document["Statement"]]
    (one,) = (each for each in candidates if each["Sid"] == sid)
    found: dict[str, Any] = one
    return found


def public_statement(resources: dict[str, Any]) -> dict[str, Any]:
    first: dict[str, Any] = resources["SitePolicy"]["Properties"]["PolicyDocument"]["Statement"][0]
    return first


@pytest.mark.parametrize(
    ("action", "said"),
    [
        ("bedrock:*", "PainterRole: nobody says why it is bedrock:*"),
        ("*", "PainterRole: nobody says why it is *"),
        ("bedrock:Invoke*", "PainterRole: nobody says why it is bedrock:Invoke*"),
        ("bedrock:InvokeMode?", "PainterRole: nobody says why it is bedrock:InvokeMode?"),
        (
            {"Fn::If": ["Guarded", "bedrock:*", "bedrock:InvokeModel"]},
            "PainterRole: nobody says why it is bedrock:*",
        ),
    ],
)
def test_a_wildcard_among_actions_needs_a_reason(action: Any, said: str) -> None:
    assert found(lambda all_: statement(all_, "PainterRole", "Paint").update(Action=[action])) == [said]


@pytest.mark.parametrize(
    ("resource", "text"),
    [
        ("*", "*"),
        ({"Fn::Sub": "${LibraryBucket.Arn}/*"}, "${LibraryBucket.Arn}/*"),
        ({"Fn::Sub": ["arn:aws:s3:::${Name}*", {"Name": "x"}]}, "arn:aws:s3:::${Name}*"),
        ({"Fn::If": ["Guarded", "*", {"Ref": "LibraryBucket"}]}, "*"),
        ({"Fn::GetAtt": ["AccessLog", "Arn"]}, "${AccessLog.Arn}"),
    ],
)
def test_a_wildcard_among_resources_needs_a_reason(resource: Any, text: str) -> None:
    changed = found(lambda all_: statement(all_, "ApiRole", "HaveItPainted").update(Resource=resource))
    assert changed == [f"ApiRole: nobody says why it is {text}"]


def test_a_wildcard_in_a_statement_with_a_condition_needs_a_reason() -> None:
    changed = found(lambda all_: statement(all_, "ApiRole", "ReadTheKeyOfTheStage").update(Resource="*"))
    assert changed == ["ApiRole: nobody says why it is *"]


def test_a_reason_says_something() -> None:
    def shorten(all_: dict[str, Any]) -> None:
        all_["ApiRole"]["Metadata"]["Wildcards"]["${ApiLog.Arn}"] = "needed"

    assert found(shorten) == ["ApiRole: nobody says why it is ${ApiLog.Arn}"]


def test_a_reason_for_nothing_is_found() -> None:
    def narrow(all_: dict[str, Any]) -> None:
        statement(all_, "ApiRole", "TakeOrders")["Resource"] = {"Fn::Sub": "${LibraryBucket.Arn}/jobs/1"}

    assert found(narrow) == ["ApiRole: there is no ${LibraryBucket.Arn}/jobs/*, which it gives a reason for"]


@pytest.mark.parametrize("word", ["NotAction", "NotResource"])
def test_allowing_all_but_some_is_found(word: str) -> None:
    changed = found(lambda all_: statement(all_, "ApiRole", "HaveItPainted").update({word: "s3:GetObject"}))
    assert changed == [f"ApiRole: it allows all but some ({word})"]


def test_a_policy_of_amazons_is_found() -> None:
    changed = found(
        lambda all_: all_["ApiRole"]["Properties"].update(ManagedPolicyArns=["arn:aws:iam::aws:policy/x"])
    )
    assert changed == ["ApiRole: a policy of somebody else's says what is allowed"]


@pytest.mark.parametrize("everybody", ["*", {"AWS": "*"}, {"AWS": ["*"]}])
def test_a_policy_for_everybody_is_found(everybody: Any) -> None:
    changed = found(lambda all_: public_statement(all_).update(Principal=everybody))
    assert changed == ["SitePolicy: everybody is allowed s3:GetObject"]


def test_a_function_that_anybody_may_call_is_found() -> None:
    changed = found(lambda all_: all_["ApiMayCall"]["Properties"].pop("SourceArn"))
    assert "ApiMayCall: any account's resources may call the function" in changed


@pytest.mark.parametrize("which", sorted(rules.ALL_FOUR))
@pytest.mark.parametrize("bucket", ["SiteBucket", "LibraryBucket"])
def test_a_bucket_that_may_be_public_is_found(bucket: str, which: str) -> None:
    def open_(all_: dict[str, Any]) -> None:
        all_[bucket]["Properties"]["PublicAccessBlockConfiguration"][which] = False

    assert found(open_) == [f"{bucket}: it may be public"]


@pytest.mark.parametrize(
    ("property_", "said"),
    [
        ("PublicAccessBlockConfiguration", "it may be public"),
        ("BucketEncryption", "it is not encrypted"),
        ("OwnershipControls", "lists of access count"),
        ("Tags", "it has no tag cyclorama"),
    ],
)
def test_a_bucket_without_a_property_is_found(property_: str, said: str) -> None:
    changed = found(lambda all_: all_["LibraryBucket"]["Properties"].pop(property_))
    assert changed == [f"LibraryBucket: {said}"]


def test_a_bucket_that_collects_is_found() -> None:
    changed = found(lambda all_: all_["LibraryBucket"]["Properties"].pop("LifecycleConfiguration"))
    assert changed == ["LibraryBucket: unfinished uploads stay", "LibraryBucket: old versions stay"]


def test_a_bucket_that_is_reached_without_tls_is_found() -> None:
    def let_in(all_: dict[str, Any]) -> None:
        all_["LibraryPolicy"]["Properties"]["PolicyDocument"]["Statement"].pop()

    def let_in_to_objects(all_: dict[str, Any]) -> None:
        denial = all_["LibraryPolicy"]["Properties"]["PolicyDocument"]["Statement"][-1]
        denial["Resource"] = [{"Fn::GetAtt": ["LibraryBucket", "Arn"]}]

    assert found(let_in) == found(let_in_to_objects) == ["LibraryBucket: it can be reached without TLS"]


@pytest.mark.parametrize("group", ["ApiLog", "PainterLog", "AccessLog"])
def test_logs_for_ever_are_found(group: str) -> None:
    changed = found(lambda all_: all_[group]["Properties"].pop("RetentionInDays"))
    assert changed == [f"{group}: its logs are kept for ever"]


def test_a_role_of_two_functions_is_found() -> None:
    def share(all_: dict[str, Any]) -> None:
        all_["PainterFunction"]["Properties"]["Role"] = {"Fn::GetAtt": ["ApiRole", "Arn"]}

    assert found(share) == ["PainterFunction: another function has its role, too"]


def test_a_role_from_elsewhere_is_found() -> None:
    def borrow(all_: dict[str, Any]) -> None:
        all_["PainterFunction"]["Properties"]["Role"] = "arn:aws:iam::123456789012:role/admin"

    assert found(borrow) == ["PainterFunction: its role is none of this template's"]


def test_a_role_that_others_may_take_on_is_found() -> None:
    def open_(all_: dict[str, Any]) -> None:
        document = all_["ApiRole"]["Properties"]["AssumeRolePolicyDocument"]
        document["Statement"][0]["Principal"] = {"AWS": "*"}

    assert found(open_) == ["ApiFunction: not only Lambda may take on its role"]


def test_a_function_that_makes_its_own_log_is_found() -> None:
    forgotten = found(lambda all_: all_["ApiFunction"]["Properties"].pop("LoggingConfig"))
    assert forgotten == ["ApiFunction: it logs to a group that Lambda makes for it, and keeps for ever"]

    def allow(all_: dict[str, Any]) -> None:
        statement(all_, "ApiRole", "WriteItsLog")["Action"].append("logs:CreateLogGroup")

    assert found(allow) == ["ApiFunction: it may make log groups"]


@pytest.mark.parametrize("name", [name for name in RESOURCES if rules.tag_property(RESOURCES[name]["Type"])])
def test_a_forgotten_tag_is_found(name: str) -> None:
    property_ = rules.tag_property(RESOURCES[name]["Type"])
    changed = found(lambda all_: all_[name]["Properties"].pop(property_))
    assert changed == [f"{name}: it has no tag cyclorama"]


@pytest.mark.parametrize("name", ["StagePassword", "StagePrivateKey", "ApiToken", "ClientSecret"])
def test_a_secret_in_a_plain_parameter_is_found(name: str) -> None:
    written = copy.deepcopy(READ)
    written["Parameters"][name] = {"Type": "String"}
    assert list(rules.secrets(written)) == [
        f"{name}: CloudFormation shows this parameter to whoever may see the stack"
    ]
    written["Parameters"][name]["NoEcho"] = True
    assert list(rules.secrets(written)) == []


@pytest.mark.parametrize("secret", ["-----BEGIN EC PRIVATE KEY-----", "AKIA" + "IOSFODNN7EXAMPLE"])
def test_a_secret_in_the_template_is_found(secret: str) -> None:
    def write(all_: dict[str, Any]) -> None:
        all_["ApiFunction"]["Properties"]["Environment"]["Variables"]["KEY"] = secret

    assert found(write) == [
        ".Resources.ApiFunction.Properties.Environment.Variables.KEY: a secret stands in the template"
    ]


@pytest.mark.parametrize(
    "name",
    [
        name
        for name, each in rules.of_type(READ, "AWS::ApiGatewayV2::Route").items()
        if each["RouteKey"] not in PUBLIC
    ],
)
@pytest.mark.parametrize("change", [{"AuthorizationType": "NONE"}, {"AuthorizerId": {"Ref": "Other"}}])
def test_a_route_that_anybody_may_ask_is_found(name: str, change: dict[str, Any]) -> None:
    key = RESOURCES[name]["Properties"]["RouteKey"]
    assert found(lambda all_: all_[name]["Properties"].update(change)) == [f"{name}: anybody may ask {key}"]


def test_a_public_route_that_wants_a_token_is_found() -> None:
    signed_in = {"AuthorizationType": "JWT", "AuthorizerId": {"Ref": "Authorizer"}}
    changed = found(lambda all_: all_["GetConfig"]["Properties"].update(signed_in))
    assert changed == ["GetConfig: nobody may ask GET /config who has not signed in"]


def test_an_api_for_any_site_is_found() -> None:
    def open_(all_: dict[str, Any]) -> None:
        all_["Api"]["Properties"]["CorsConfiguration"]["Fn::If"][1]["AllowOrigins"] = ["*"]

    assert found(open_) == ["Api: any site may call it"]


def edge(resources: dict[str, Any]) -> dict[str, Any]:
    about: dict[str, Any] = resources["Distribution"]["Properties"]["DistributionConfig"]
    return about


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            lambda all_: edge(all_)["Origins"][0].pop("OriginAccessControlId"),
            "the bucket of site would have to be public",
        ),
        (
            lambda all_: edge(all_)["Origins"][2]["CustomOriginConfig"].update(
                OriginProtocolPolicy="match-viewer"
            ),
            "it asks api without TLS",
        ),
        (
            lambda all_: edge(all_)["DefaultCacheBehavior"].update(ViewerProtocolPolicy="allow-all"),
            "all else is served without TLS",
        ),
        (
            lambda all_: edge(all_)["CacheBehaviors"][0].pop("ResponseHeadersPolicyId"),
            "/assets/* does not say what browsers may do with it",
        ),
    ],
)
def test_an_edge_that_is_not_careful_is_found(change: Callable[[dict[str, Any]], object], said: str) -> None:
    assert found(change) == [f"Distribution: {said}"]
