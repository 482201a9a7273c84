"""What people call the kinds of resources."""

from __future__ import annotations

import re

WORDS = {
    "AWS::ApiGatewayV2::Api": "HTTP API",
    "AWS::ApiGatewayV2::Authorizer": "HTTP API authorizer",
    "AWS::ApiGatewayV2::Integration": "HTTP API integration",
    "AWS::ApiGatewayV2::Route": "HTTP API route",
    "AWS::ApiGatewayV2::Stage": "HTTP API stage",
    "AWS::Bedrock::Guardrail": "Bedrock guardrail",
    "AWS::Bedrock::GuardrailVersion": "Bedrock guardrail version",
    "AWS::Budgets::Budget": "budget",
    "AWS::CloudFormation::Stack": "stack",
    "AWS::CloudFront::CachePolicy": "CloudFront cache policy",
    "AWS::CloudFront::Distribution": "CloudFront distribution",
    "AWS::CloudFront::Function": "CloudFront function",
    "AWS::CloudFront::OriginAccessControl": "CloudFront origin access control",
    "AWS::CloudFront::OriginRequestPolicy": "CloudFront origin request policy",
    "AWS::CloudFront::ResponseHeadersPolicy": "CloudFront headers policy",
    "AWS::CloudWatch::Alarm": "alarm",
    "AWS::Cognito::ManagedLoginBranding": "Cognito sign-in style",
    "AWS::Cognito::UserPool": "Cognito user pool",
    "AWS::Cognito::UserPoolClient": "Cognito client",
    "AWS::Cognito::UserPoolDomain": "Cognito sign-in page",
    "AWS::Cognito::UserPoolResourceServer": "Cognito scope",
    "AWS::IAM::Role": "IAM role",
    "AWS::IVS::PublicKey": "IVS public key",
    "AWS::IVS::Stage": "IVS stage",
    "AWS::Lambda::EventInvokeConfig": "Lambda retry setting",
    "AWS::Lambda::Function": "Lambda function",
    "AWS::Lambda::Permission": "Lambda permission",
    "AWS::Logs::LogGroup": "log group",
    "AWS::S3::Bucket": "S3 bucket",
    "AWS::S3::BucketPolicy": "S3 bucket policy",
    "AWS::SNS::Topic": "SNS topic",
}


def in_words(kind: str) -> str:
    """Return the kind in words: AWS::Events::EventBus becomes Events event bus."""
    if kind in WORDS:
        return WORDS[kind]
    *_, service, noun = kind.split("::")
    return f"{service} {re.sub(r'(?<=[a-z])(?=[A-Z])', ' ', noun).lower()}"


def counted(kind: str, number: int) -> str:
    """Return such as "3 S3 buckets" or "2 S3 bucket policies"."""
    words = in_words(kind)
    if number == 1:
        return f"1 {words}"
    return (
        f"{number} {words[:-1]}ies"
        if words.endswith("y") and words[-2] not in "aeou"
        else f"{number} {words}s"
    )
