"""What can be chosen of the template, and what comes of it."""

from __future__ import annotations

from cyclorama.aws import template
from tests.fakes.stack import Stack, load

READ = load(template.text())
PARAMETERS = READ["Parameters"]
PACKAGE = {"CodeBucket": "cyclorama-code", "CodeKey": "code/1.zip"}
PEM = "-----BEGIN PUBLIC KEY-----\nMHYwEAYHKoZIzj0CAQYFK4EEACIDYgAE\n-----END PUBLIC KEY-----\n"
# Each of these can be chosen or not, whatever the others are.
CHOICES: list[dict[str, str]] = [
    {"Domain": "studio.example.org", "CertificateArn": "arn:aws:acm:us-east-1:123456789012:certificate/1-2"},
    {"AllowOrigins": "https://www.example.org, http://localhost:5173"},
    {"BedrockModel": "us.stability.stable-image-core-v1:1"},
    {"Guardrail": "abc123:1"},
    {"CreateGuardrail": "yes"},
    {"StagePublicKey": PEM, "StageKeyParameter": "/cyclorama/cyclorama/stage-key"},
    {"Issuer": "https://login.example.org/tenant", "Audience": "studio"},
    {"BudgetEmail": "studio@example.org"},
]
DOMAIN, SITES, PROFILE, GUARDRAIL, OWN_GUARDRAIL, KEY, ISSUER, EMAIL = CHOICES


def stack(*choices: dict[str, str], region: str = "us-west-2") -> Stack:
    given = PACKAGE | {name: value for choice in choices for name, value in choice.items()}
    return Stack(READ, given, region=region, made={"Distribution.DomainName": "d1.cloudfront.net"})


def environment(of: Stack, function: str) -> dict[str, str]:
    found: dict[str, str] = of.resources("AWS::Lambda::Function")[function]["Environment"]["Variables"]
    return found


def refusals(of: Stack) -> list[str]:
    """Return what CloudFormation says when it is given these parameters."""
    return [
        assertion["AssertDescription"]
        for rule in READ["Rules"].values()
        if of.value(rule.get("RuleCondition", {"Fn::Equals": ["", ""]}))
        for assertion in rule["Assertions"]
        if not of.value(assertion["Assert"])
    ]
