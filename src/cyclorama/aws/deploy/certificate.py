"""The certificate of a domain of one's own, which CloudFront takes from us-east-1."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from cyclorama.aws.deploy import regions
from cyclorama.errors import InvalidRequest, NotConfigured

if TYPE_CHECKING:
    from types_boto3_acm import ACMClient

    from cyclorama.aws.deploy.cloud import Cloud

DOMAIN = re.compile(r"(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}")
# Those that CloudFront takes. Unless they are named, the list has RSA's of up to 2048 bits alone.
KEYS: Any = ["RSA_2048", "RSA_3072", "RSA_4096", "EC_prime256v1"]


def find(cloud: Cloud, domain: str) -> str:
    """Return the ARN of an issued certificate that covers `domain`.

    Raises:
        InvalidRequest: that is no domain.
        NotConfigured: there is none; the message says what to do.
    """
    if not DOMAIN.fullmatch(domain):
        raise InvalidRequest(
            f"{domain!r} is no domain. Give --domain one such as studio.example.org, without https://."
        )
    with cloud.certificates.asking("the certificates") as client:
        pages = client.get_paginator("list_certificates").paginate(
            CertificateStatuses=["ISSUED", "PENDING_VALIDATION"], Includes={"keyTypes": KEYS}
        )
        fitting = [
            each
            for page in pages
            for each in page["CertificateSummaryList"]
            if any(
                _covers(name, domain)
                for name in (each.get("DomainName", ""), *each.get("SubjectAlternativeNameSummaries", []))
            )
        ]
        for each in fitting:
            if each.get("Status") == "ISSUED":
                return each["CertificateArn"]
        if fitting:
            raise NotConfigured(_waiting(client, fitting[0]["CertificateArn"], domain))
    raise NotConfigured(
        f"There is no certificate for {domain} in {regions.GLOBAL}, where CloudFront wants it. Ask for one: "
        f"aws acm request-certificate --domain-name {domain} --validation-method DNS "
        f"--region {regions.GLOBAL} Then run `up` again, which tells the record to make."
    )


def _covers(name: str, domain: str) -> bool:
    """Whether a certificate for `name`, which may begin with an asterisk, is good for `domain`."""
    return name == domain or (name.startswith("*.") and domain.partition(".")[2] == name[2:])


def _waiting(client: ACMClient, arn: str, domain: str) -> str:
    options = client.describe_certificate(CertificateArn=arn)["Certificate"].get(
        "DomainValidationOptions", []
    )
    record = next((each["ResourceRecord"] for each in options if each.get("ResourceRecord")), None)
    how = (
        f"Make this DNS record, if you have not: {record['Name']} {record['Type']} {record['Value']}"
        if record
        else "Answer the mail by which Amazon asks for your consent"
    )
    return (
        f"The certificate for {domain} is not issued yet: Amazon waits to see that the domain is yours. "
        f"{how}. Then run `up` again in some minutes."
    )
