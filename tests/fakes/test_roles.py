from __future__ import annotations

import pytest

from tests.fakes.roles import Act, key_id, key_of, refused
from tests.fakes.stack import Stack, load

pytestmark = pytest.mark.unit

TEMPLATE = """
Resources:
  Bucket: {Type: AWS::S3::Bucket, Properties: {BucketName: mine}}
  Api:
    Type: AWS::Lambda::Function
    Properties: {FunctionName: api, Role: !GetAtt ApiRole.Arn}
  Other:
    Type: AWS::Lambda::Function
    Properties: {FunctionName: other, Role: !GetAtt OtherRole.Arn}
  OtherRole: {Type: AWS::IAM::Role, Properties: {Policies: []}}
  ApiRole:
    Type: AWS::IAM::Role
    Properties:
      Policies:
        - PolicyDocument:
            Statement:
              - {Effect: Allow, Action: [s3:GetObject], Resource: !Sub "${Bucket.Arn}/library/*"}
              - {Effect: Allow, Action: s3:ListBucket, Resource: !GetAtt Bucket.Arn}
"""


def test_what_a_role_does_not_allow_is_told() -> None:
    stack, key = Stack(load(TEMPLATE)), key_of("api")
    done = [
        Act(key, "s3:GetObject", "arn:aws:s3:::mine/library/a/b.png"),
        Act(key, "s3:ListBucket", "arn:aws:s3:::mine"),
        Act(key, "s3:PutObject", "arn:aws:s3:::mine/library/a"),
        Act(key, "s3:GetObject", "arn:aws:s3:::mine/jobs/a"),
        Act("somebody", "s3:DeleteObject", "arn:aws:s3:::mine/a"),
        Act(key_of("other"), "s3:ListBucket", "arn:aws:s3:::mine"),
    ]
    assert refused(stack, "Api", done) == {
        ("s3:PutObject", "arn:aws:s3:::mine/library/a"),
        ("s3:GetObject", "arn:aws:s3:::mine/jobs/a"),
    }
    assert refused(stack, "Other", done) == {("s3:ListBucket", "arn:aws:s3:::mine")}


def test_who_asked_stands_in_the_signature() -> None:
    written = "AWS4-HMAC-SHA256 Credential=ASIA12/20260101/us-west-2/s3/aws4_request, SignedHeaders=host"
    assert key_id(written) == "ASIA12"
    assert key_id("") == ""
