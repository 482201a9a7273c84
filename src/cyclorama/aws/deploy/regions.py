"""Where a studio can be: the regions in which Amazon IVS runs stages.

https://docs.aws.amazon.com/general/latest/gr/ivs.html
"""

from __future__ import annotations

from cyclorama.errors import InvalidRequest

STAGES = (
    "us-east-1",
    "us-west-2",
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-south-1",
    "eu-central-1",
    "eu-west-1",
)
# CloudFront is everywhere and takes its certificates from here.
GLOBAL = "us-east-1"


def check(region: str) -> None:
    """Stop unless a studio can be in `region`.

    Raises:
        InvalidRequest: there are no stages.
    """
    if not region:
        raise InvalidRequest(
            f"Nobody has said in which AWS region the studio is. Give --region with one of: "
            f"{', '.join(STAGES)}."
        )
    if region not in STAGES:
        raise InvalidRequest(
            f"Amazon IVS has no stages in {region!r}. Give --region with one of: {', '.join(STAGES)}. "
            "(Pictures may be painted in another one: --bedrock-region.)"
        )
