"""The template's CloudFront: what is served from where, and with what headers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from cyclorama import matting
from cyclorama.aws.site import ROOT
from cyclorama.backgrounds.styles import STYLES
from cyclorama.wire import policy, site
from tests.aws.choices import DOMAIN, ISSUER, READ, SITES, stack
from tests.fakes.edge import ALL_VIEWER_EXCEPT_HOST, CACHING_DISABLED, Behaviour, headers_of

if TYPE_CHECKING:
    from tests.fakes.stack import Stack

pytestmark = pytest.mark.unit

CACHING_OPTIMIZED = "658327ea-f89d-4fab-a63d-7e88639e58f6"
# Only whoever serves over TLS can say so.
SECURELY = {"Strict-Transport-Security": "max-age=31536000"}
ROUTES = [
    about["Properties"]["RouteKey"]
    for about in READ["Resources"].values()
    if about["Type"] == "AWS::ApiGatewayV2::Route"
]
POOL = ["https://cognito-idp.us-west-2.amazonaws.com", "https://studio-1.auth.us-west-2.amazoncognito.com"]


def distribution(of: Stack) -> dict[str, Any]:
    found: dict[str, Any] = of.only("AWS::CloudFront::Distribution")[1]["DistributionConfig"]
    return found


def served(path: str) -> dict[str, Any]:
    """Return the behaviour that is for a path."""
    about = distribution(stack())
    for each in about["CacheBehaviors"]:
        if Behaviour(each["PathPattern"], "", frozenset(), False, {}).covers(path):
            found: dict[str, Any] = each
            return found
    rest: dict[str, Any] = about["DefaultCacheBehavior"]
    return rest


def headers(of: Stack, name: str) -> dict[str, str]:
    about = of.resources("AWS::CloudFront::ResponseHeadersPolicy")[name]["ResponseHeadersPolicyConfig"]
    found = headers_of(about | {"CorsConfig": None})
    assert all(override for _, _, override in found)
    return {header: value for header, value, _ in found}


@pytest.mark.parametrize(
    ("choice", "sign_in"), [({}, POOL), (DOMAIN, POOL), (ISSUER, ["https://login.example.org"])]
)
def test_pages_have_the_headers_of_pages_with_amazons_sdk_and_may_sign_in(
    choice: dict[str, str], sign_in: list[str]
) -> None:
    assert headers(stack(choice), "PageHeaders") == policy.with_amazon(sign_in) | SECURELY


def test_the_sign_in_is_where_pages_may_go() -> None:
    domain = stack().only("AWS::Cognito::UserPoolDomain")[1]["Domain"]
    assert f"https://{domain}.auth.us-west-2.amazoncognito.com" in POOL


@pytest.mark.parametrize(
    "issuer", ["https://a.example.org", "https://a.example.org/", "https://a.example.org/b/c"]
)
def test_pages_may_speak_with_the_issuers_host(issuer: str) -> None:
    said = headers(stack({"Issuer": issuer, "Audience": "studio"}), "PageHeaders")
    assert said == policy.with_amazon(["https://a.example.org"]) | SECURELY


def test_all_else_has_the_strict_headers() -> None:
    assert headers(stack(SITES), "StrictHeaders") == policy.strict() | SECURELY
    assert headers(stack(), "LibraryHeaders") == policy.strict() | SECURELY


def test_sites_that_are_named_may_show_pictures() -> None:
    foreign = {"Cross-Origin-Resource-Policy": "cross-origin"}
    assert headers(stack(SITES), "LibraryHeaders") == policy.strict() | SECURELY | foreign

    def cors(of: Stack) -> Any:
        policies = of.resources("AWS::CloudFront::ResponseHeadersPolicy")
        return policies["LibraryHeaders"]["ResponseHeadersPolicyConfig"].get("CorsConfig")

    assert cors(stack()) is None
    assert cors(stack(SITES))["AccessControlAllowOrigins"]["Items"] == [
        "https://www.example.org",
        "http://localhost:5173",
    ]
    assert cors(stack(SITES))["AccessControlAllowCredentials"] is False


@pytest.mark.parametrize("path", [*site.PAGES, f"/{ROOT}", f"/{site.ICON}", "/no/such/page"])
def test_pages_come_from_the_site(path: str) -> None:
    found = served(path)
    assert found["TargetOriginId"] == "site"
    assert found["ResponseHeadersPolicyId"] == stack().value({"Ref": "PageHeaders"})
    assert distribution(stack())["DefaultRootObject"] == ROOT


LOADED = [
    "/assets/index-1.js",
    *(f"/models/{model.file}" for model in matting.models().values()),
    *(f"/styles/{style}" for style in STYLES),
]


@pytest.mark.parametrize("path", LOADED)
def test_what_pages_load_comes_from_the_site(path: str) -> None:
    found = served(path)
    assert found["TargetOriginId"] == "site"
    assert found["ResponseHeadersPolicyId"] == stack().value({"Ref": "StrictHeaders"})
    assert found["Compress"] is True
    assert found["CachePolicyId"] == CACHING_OPTIMIZED


def test_pictures_come_from_the_library() -> None:
    found = served("/library/0123/image.png")
    assert found["TargetOriginId"] == "library"
    assert found["ResponseHeadersPolicyId"] == stack().value({"Ref": "LibraryHeaders"})
    assert found["AllowedMethods"] == ["GET", "HEAD"]


@pytest.mark.parametrize("key", ROUTES)
def test_the_api_is_asked_each_time_and_told_all(key: str) -> None:
    method, path = key.split(" ")
    found = served(path.replace("{", "").replace("}", ""))
    assert found["TargetOriginId"] == "api"
    # a token that was sent in the clear would be known before the redirect
    assert found["ViewerProtocolPolicy"] == "https-only"
    assert {method, "OPTIONS"} <= set(found["AllowedMethods"])
    assert found["CachePolicyId"] == CACHING_DISABLED
    assert found["OriginRequestPolicyId"] == ALL_VIEWER_EXCEPT_HOST
    assert found["ResponseHeadersPolicyId"] == stack().value({"Ref": "StrictHeaders"})


def test_no_behaviour_is_for_nothing() -> None:
    patterns = {each["PathPattern"] for each in distribution(stack())["CacheBehaviors"]}
    paths = [key.split(" ")[1] for key in ROUTES] + ["/assets/a", "/models/a", "/styles/a", "/library/a"]
    assert {served(path).get("PathPattern") for path in paths} == patterns


def test_errors_of_the_api_reach_the_page_as_they_are() -> None:
    special = distribution(stack())["CustomErrorResponses"]
    # a page would stand in for the API's own answers, too
    assert all(set(each) == {"ErrorCode", "ErrorCachingMinTTL"} for each in special)


def test_no_error_is_kept() -> None:
    # of those that CloudFront keeps without being asked to; whose request it was does not count
    special = distribution(stack())["CustomErrorResponses"]
    kept = {each["ErrorCode"]: each["ErrorCachingMinTTL"] for each in special}
    assert kept == dict.fromkeys((404, 500, 502, 503, 504), 0)


def test_the_api_gives_up_before_cloudfront_does() -> None:
    (api,) = (each for each in distribution(stack())["Origins"] if each["Id"] == "api")
    whole = stack()
    integration = whole.only("AWS::ApiGatewayV2::Integration")[1]
    function = whole.resources("AWS::Lambda::Function")["ApiFunction"]
    limits = function["Timeout"], integration["TimeoutInMillis"] / 1000
    assert list(limits) == sorted(limits)
    assert limits[1] < api["CustomOriginConfig"]["OriginReadTimeout"]


def test_own_domains_are_served_by_todays_tls_only() -> None:
    about = distribution(stack(DOMAIN))
    assert about["Aliases"] == ["studio.example.org"]
    assert about["ViewerCertificate"]["MinimumProtocolVersion"] == "TLSv1.2_2021"
    assert "Aliases" not in distribution(stack())
    assert distribution(stack())["ViewerCertificate"] == {"CloudFrontDefaultCertificate": True}
