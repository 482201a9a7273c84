"""What the parts of a studio on AWS are called: by these names a later run finds them again."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TypedDict

from cyclorama.errors import InvalidRequest

TAG = "cyclorama"
DEFAULT = "cyclorama"
# The longest with which the code bucket's name keeps S3's 63 letters in every region.
NAME = re.compile(r"[a-z][a-z0-9-]{0,19}")
CODE_FOLDER = "code/"
PUBLISHED = "site.json"


class Tag(TypedDict):
    """A tag, as most of AWS's services want it."""

    Key: str
    Value: str


@dataclass(frozen=True)
class Names:
    """The names of one studio's parts.

    Raises:
        InvalidRequest: the studio cannot be called so.
    """

    name: str
    account: str
    region: str

    def __post_init__(self) -> None:
        check(self.name)

    @property
    def stack(self) -> str:
        """The CloudFormation stack."""
        return self.name

    @property
    def key_parameter(self) -> str:
        """The parameter in Systems Manager that keeps the private key."""
        return f"/cyclorama/{self.name}/stage-key"

    @property
    def code_bucket(self) -> str:
        """The bucket that CloudFormation takes the functions' code from."""
        return f"cyclorama-{self.name}-code-{self.account}-{self.region}"

    @property
    def tags(self) -> dict[str, str]:
        """What every part is marked with."""
        return {TAG: self.name}

    @property
    def tag_list(self) -> list[Tag]:
        """The same, as most of AWS's services want it."""
        return [{"Key": key, "Value": value} for key, value in self.tags.items()]


def check(name: str) -> None:
    """Stop unless a studio can be called so.

    Raises:
        InvalidRequest: it cannot.
    """
    if not NAME.fullmatch(name) or name.endswith("-"):
        raise InvalidRequest(
            f"A studio cannot be called {name!r}: --name takes 1 to 20 small letters, digits and hyphens, "
            "and begins with a letter."
        )
