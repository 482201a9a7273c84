"""Who is on the stage of a studio on AWS right now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from cyclorama.aws_failures import code_of
from cyclorama.stage.ivs.account import pages

if TYPE_CHECKING:
    from cyclorama.aws.deploy.cloud import Cloud

STAGE = "AWS::IVS::Stage"


def there(cloud: Cloud, stage: str) -> list[str]:
    """Return those who are connected and have published, by their names or else their ids."""
    with cloud.stages.asking("the stage") as client:
        try:
            session = client.get_stage(arn=stage)["stage"].get("activeSessionId", "")
        except ClientError as error:
            if code_of(error) == "ResourceNotFoundException":
                return []
            raise
        if not session:
            return []
        found = pages(
            client.list_participants,
            "participants",
            stageArn=stage,
            sessionId=session,
            filterByPublished=True,
        )
    return [each.get("userId") or each["participantId"] for each in found if each["state"] == "CONNECTED"]
