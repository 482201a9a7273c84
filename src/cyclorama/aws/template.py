"""The CloudFormation template, as it stands in the package.

It needs nothing of ours to be deployed, so nothing here changes it. To read what is in it takes a YAML parser, which
Cyclorama does not bring: CloudFormation itself tells a template's parameters, and tests use `tests.fakes.stack`.
"""

from __future__ import annotations

from pathlib import Path

FILE = Path(__file__).with_name("template.yaml")
INLINE_BYTES = 51_200
"""What CloudFormation takes of a template as it is; a longer one has to lie in a bucket."""


def text() -> str:
    """Return the template."""
    return FILE.read_text("utf-8")
