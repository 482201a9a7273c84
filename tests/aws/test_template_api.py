"""The template's API: who may ask what, how often, and what is written down of it."""

from __future__ import annotations

import json

import pytest

from cyclorama.aws.functions import orders
from cyclorama.aws.functions.routes import ROUTES
from tests.aws import rules
from tests.aws.choices import DOMAIN, ISSUER, READ, SITES, environment, stack

pytestmark = pytest.mark.unit


@pytest.mark.parametrize("choice", [{}, ISSUER])
def test_page_api_and_function_know_the_same_sign_in(choice: dict[str, str]) -> None:
    whole = stack(choice)
    sign_in = json.loads(environment(whole, "ApiFunction")["SIGN_IN"])
    assert sign_in == {
        "issuer": whole.outputs["Issuer"],
        "client_id": whole.outputs["ClientId"],
        "scope": "openid",
    }
    checked = whole.only("AWS::ApiGatewayV2::Authorizer")[1]["JwtConfiguration"]
    assert checked == {"Issuer": sign_in["issuer"], "Audience": [sign_in["client_id"]]}
    assert ("UserPoolId" in whole.outputs) is (choice == {})
    assert bool(whole.resources("AWS::Cognito::UserPool")) is (choice == {})


@pytest.mark.parametrize("choice", [{}, DOMAIN])
def test_who_has_signed_in_comes_back_to_the_studio(choice: dict[str, str]) -> None:
    whole = stack(choice)
    client = whole.only("AWS::Cognito::UserPoolClient")[1]
    assert client["CallbackURLs"] == client["LogoutURLs"] == [whole.outputs["StudioUrl"]]
    assert client["AllowedOAuthFlows"] == ["code"]
    assert client["GenerateSecret"] is False


def test_nobody_signs_up_by_themselves() -> None:
    pool = stack().only("AWS::Cognito::UserPool")[1]
    assert pool["AdminCreateUserConfig"] == {"AllowAdminCreateUserOnly": True}
    assert pool["Policies"]["PasswordPolicy"]["MinimumLength"] >= 12


def test_other_sites_may_call_only_when_they_are_named() -> None:
    assert "CorsConfiguration" not in stack().only("AWS::ApiGatewayV2::Api")[1]
    named = ["https://www.example.org", "http://localhost:5173"]
    cors = stack(SITES).only("AWS::ApiGatewayV2::Api")[1]["CorsConfiguration"]
    assert cors["AllowOrigins"] == named
    assert "AllowCredentials" not in cors


def test_what_costs_most_is_throttled_most() -> None:
    settings = stack().only("AWS::ApiGatewayV2::Stage")[1]
    # Numbers as they stand there: a `Ref` in a property that is any JSON might arrive as a string.
    assert settings["RouteSettings"] == {
        "POST /backgrounds": {"ThrottlingRateLimit": 0.2, "ThrottlingBurstLimit": 5},
        "POST /image": {"ThrottlingRateLimit": 0.2, "ThrottlingBurstLimit": 5},
        "POST /viewers": {"ThrottlingRateLimit": 1, "ThrottlingBurstLimit": 20},
    }
    assert settings["DefaultRouteSettings"] == {"ThrottlingRateLimit": "20", "ThrottlingBurstLimit": "40"}
    # API Gateway looks for these routes as it makes the stage
    awaited = {
        READ["Resources"][name]["Properties"]["RouteKey"]
        for name in READ["Resources"]["ApiStage"]["DependsOn"]
    }
    assert awaited == set(settings["RouteSettings"])


def test_the_access_log_tells_neither_queries_nor_tokens() -> None:
    written = stack().only("AWS::ApiGatewayV2::Stage")[1]["AccessLogSettings"]["Format"]
    assert "\n" not in written
    variables = set(json.loads(written).values())
    assert variables == {
        f"$context.{name}"
        for name in (
            "requestTime", "requestId", "routeKey", "status", "responseLength", "responseLatency",
            "authorizer.error", "error.message", "integrationErrorMessage",
        )
    }  # fmt: skip


def test_its_routes_are_those_that_the_function_answers() -> None:
    routes = stack().resources("AWS::ApiGatewayV2::Route").values()
    assert sorted(each["RouteKey"] for each in routes) == sorted(ROUTES)


def test_public_are_those_that_the_function_says() -> None:
    assert list(rules.routes(READ, {key for key, route in ROUTES.items() if route.public})) == []


def test_the_function_is_stopped_before_the_api_gives_up() -> None:
    whole = stack()
    timeout = whole.resources("AWS::Lambda::Function")["ApiFunction"]["Timeout"]
    assert timeout > orders.WAIT_S + orders.SPARE_S
    assert timeout < whole.only("AWS::ApiGatewayV2::Integration")[1]["TimeoutInMillis"] / 1000


def test_an_order_waits_as_long_as_its_giver() -> None:
    # Nobody begins with an order that its giver was told is lost: the painter says so in the job in time.
    age = stack().only("AWS::Lambda::EventInvokeConfig")[1]["MaximumEventAgeInSeconds"]
    assert age + 60 <= orders.PATIENCE_S
