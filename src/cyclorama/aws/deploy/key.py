"""The key pair that signs tokens: its private half in Systems Manager, encrypted, and nowhere else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from cyclorama.aws_failures import code_of
from cyclorama.errors import Conflict, InvalidRequest
from cyclorama.stage.ivs.keys import public_half
from cyclorama.stage.tokens import new_key

if TYPE_CHECKING:
    from cyclorama.aws.deploy.cloud import Cloud
    from cyclorama.aws.deploy.names import Names

SUBJECT = "the key of the stage"


class StageKey:
    """The key pair of a studio: the one that is kept, or a new one.

    Attributes:
        public: the public half, PEM.
        kept: whether the private half is in Systems Manager by now.

    Raises:
        Conflict: what is kept is no such key.
    """

    def __init__(self, cloud: Cloud, names: Names) -> None:
        self._cloud, self._names = cloud, names
        found = self._find()
        self.kept = found is not None
        self._private = new_key() if found is None else found
        try:
            self.public = public_half(self._private)
        except InvalidRequest as error:
            raise Conflict(
                f"The parameter {names.key_parameter} in AWS Systems Manager holds no P-384 private key. "
                "Put the right one back; or delete it: a new one is made, and links given out before stop to "
                "work."
            ) from error

    def keep(self) -> bool:
        """Put the private half where it belongs; False if there is another by now, which stays."""
        if self.kept:
            return True
        with self._cloud.parameters.asking(SUBJECT) as client:
            try:
                client.put_parameter(
                    Name=self._names.key_parameter,
                    Description="Signs tokens for the stage. Made by `cyclorama aws up`.",
                    Value=self._private.decode(),
                    Type="SecureString",
                    Overwrite=False,
                    Tags=self._names.tag_list,
                )
            except ClientError as error:
                if code_of(error) != "ParameterAlreadyExists":
                    raise
                # Where an answer was lost and the question asked again, it is ours.
                self.kept = self._find() == self._private
                return self.kept
        self.kept = True
        return True

    def _find(self) -> bytes | None:
        with self._cloud.parameters.asking(SUBJECT) as client:
            try:
                found = client.get_parameter(Name=self._names.key_parameter, WithDecryption=True)
            except ClientError as error:
                if code_of(error) == "ParameterNotFound":
                    return None
                raise
            return found["Parameter"]["Value"].encode()


def there(cloud: Cloud, names: Names) -> bool:
    """Whether the private half is kept; it is not read for that."""
    with cloud.parameters.asking(SUBJECT) as client:
        found = client.describe_parameters(
            ParameterFilters=[{"Key": "Name", "Option": "Equals", "Values": [names.key_parameter]}]
        )
        return bool(found["Parameters"])


def remove(cloud: Cloud, names: Names) -> None:
    """Delete the private half, if it is there."""
    with cloud.parameters.asking(SUBJECT) as client:
        try:
            client.delete_parameter(Name=names.key_parameter)
        except ClientError as error:
            if code_of(error) != "ParameterNotFound":
                raise
