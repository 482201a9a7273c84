from __future__ import annotations

import pytest

from tests.fakes.stack import Stack, load

pytestmark = pytest.mark.unit

TEMPLATE = """
Parameters:
  Name: {Type: String, Default: cyclorama, AllowedPattern: "[a-z]+"}
  Origins: {Type: CommaDelimitedList, Default: ""}
  Key: {Type: String, Default: ""}
Conditions:
  HasKey: !Not [!Equals [!Ref Key, ""]]
  HasNone: !Not [!Condition HasKey]
Mappings:
  Sizes: {api: {memory: 512}}
Resources:
  Bucket:
    Type: AWS::S3::Bucket
    Properties: {BucketName: !Sub "${Name}-library-${AWS::AccountId}"}
  Role:
    Type: AWS::IAM::Role
    Properties:
      Policies:
        - Effect: Allow
          Condition: {StringEquals: {"aws:SourceAccount": !Ref AWS::AccountId}}
          Resource: !Sub "${Bucket.Arn}/library/*"
        - !If [HasKey, {Effect: Allow, Resource: !Ref Key}, !Ref AWS::NoValue]
  Stage:
    Type: AWS::IVS::Stage
  Key2:
    Type: AWS::IVS::PublicKey
    Condition: HasKey
  Function:
    Type: AWS::Lambda::Function
    Properties:
      FunctionName: !Join ["-", [!Ref Name, api]]
      MemorySize: !FindInMap [Sizes, api, memory]
      Environment:
        Variables:
          STAGE: !Ref Stage
          NOT: !Sub ["${!kept} ${part}", {part: !Select [1, !Split ["/", "a/b"]]}]
          KEY: !If [HasKey, !Ref Key2, !Ref AWS::NoValue]
Outputs:
  Arn: {Value: !GetAtt Function.Arn}
  Url: {Value: !GetAtt Bucket.RegionalDomainName}
  Key: {Condition: HasKey, Value: !Ref Key2}
"""


def test_a_template_is_worked_out() -> None:
    stack = Stack(load(TEMPLATE), {"Name": "mine"}, region="eu-central-1", made={"Stage": "arn:stage"})
    assert stack.only("AWS::Lambda::Function") == (
        "Function",
        {
            "FunctionName": "mine-api",
            "MemorySize": 512,
            "Environment": {"Variables": {"STAGE": "arn:stage", "NOT": "${kept} b"}},
        },
    )
    (policy,) = stack.only("AWS::IAM::Role")[1]["Policies"]
    assert policy["Resource"] == "arn:aws:s3:::mine-library-123456789012/library/*"
    assert policy["Condition"] == {"StringEquals": {"aws:SourceAccount": "123456789012"}}
    assert stack.resources("AWS::IVS::PublicKey") == {}
    assert stack.outputs == {
        "Arn": "arn:aws:lambda:eu-central-1:123456789012:function:mine-api",
        "Url": "mine-library-123456789012.s3.eu-central-1.amazonaws.com",
    }


def test_conditions_decide_what_there_is() -> None:
    stack = Stack(load(TEMPLATE), {"Key": "a key"}, made={"Key2": "arn:key"})
    assert set(stack.resources("AWS::IVS::PublicKey")) == {"Key2"}
    assert stack.outputs["Key"] == "arn:key"
    assert len(stack.only("AWS::IAM::Role")[1]["Policies"]) == 2
    variables = stack.only("AWS::Lambda::Function")[1]["Environment"]["Variables"]
    assert variables["KEY"] == "arn:key"
    assert stack.value({"Ref": "Origins"}) == [""]
    assert not stack.holds("HasNone")


def test_a_parameter_that_the_template_lacks_is_a_mistake() -> None:
    with pytest.raises(AssertionError, match="Nme"):
        Stack(load(TEMPLATE), {"Nme": "mine"})


def test_a_parameter_that_is_not_allowed_is_a_mistake() -> None:
    with pytest.raises(AssertionError, match="Name is 'A1'"):
        Stack(load(TEMPLATE), {"Name": "A1"})
    assert Stack(load(TEMPLATE), {"Name": "A1"}, unchecked=("Name",)).value({"Ref": "Name"}) == "A1"
