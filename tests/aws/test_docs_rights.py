"""docs/aws.md lists what whoever deploys must be allowed: every action that the commands use."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "src/cyclorama/aws/deploy"
# What S3 calls its actions is not what it calls its operations.
OTHERWISE = {
    "HeadBucket": "ListBucket",
    "HeadObject": "GetObject",
    "ListObjectsV2": "ListBucket",
    "ListObjectVersions": "ListBucketVersions",
    "ListMultipartUploads": "ListBucketMultipartUploads",
    "DeleteObjects": "DeleteObjectVersion",
    "PutBucketEncryption": "PutEncryptionConfiguration",
    "PutPublicAccessBlock": "PutBucketPublicAccessBlock",
}
FREE = {"GetCallerIdentity"}  # everybody may
CLIENTS = {"client", "edges"}


def operations(source: str) -> set[str]:
    """Return the operations of AWS that a module calls, by clients or their paginators."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Attribute) or not isinstance(node.value, ast.Name):
            continue
        if node.value.id in CLIENTS and node.attr not in {"get_paginator", "exceptions", "meta"}:
            found.add(node.attr)
    found |= set(re.findall(r"get_paginator\(\s*\"(\w+)\"", source))
    return {"".join(word.capitalize() for word in name.split("_")) for name in found}


@pytest.mark.parametrize("module", sorted(DEPLOY.glob("*.py")), ids=lambda path: path.stem)
def test_the_docs_list_what_a_deployment_is_allowed(module: Path) -> None:
    text = (ROOT / "docs/aws.md").read_text(encoding="utf-8")
    table = text.partition("### What whoever runs it must be allowed")[2].partition("\n## ")[0]
    listed = set(re.findall(r"`(?:[a-z]+:)?([A-Z]\w+)`", table))
    wanted = {OTHERWISE.get(name, name) for name in operations(module.read_text(encoding="utf-8"))} - FREE
    assert not wanted - listed


def test_operations_are_found() -> None:
    calls = 'client.get_stage(a)\nclient.get_paginator("list_things")\nedges.create_invalidation()\nno.run()'
    assert operations(calls) == {"GetStage", "ListThings", "CreateInvalidation"}
