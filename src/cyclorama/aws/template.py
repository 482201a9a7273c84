"""The CloudFormation template, as it stands in the package.

It can be deployed without us, so nothing here changes it. It takes a YAML parser to see what is in it, which
Cyclorama does not bring: CloudFormation itself tells of parameters, and tests have `tests.fakes.stack`.
"""

from __future__ import annotations

from pathlib import Path

FILE = Path(__file__).with_name("template.yaml")
INLINE_BYTES = 51_200
"""What CloudFormation takes of a template as it is; a longer one has to lie in a bucket."""


def text() -> str:
    """Return the template."""
    return FILE.read_text("utf-8")
