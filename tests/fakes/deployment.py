"""All of Cyclorama on AWS, on loopback: what the template says, around the functions as Lambda gets them.

Amazon's services are those of this folder, and moto's S3 and Parameter Store. Who asks fills the buckets.
"""

from __future__ import annotations

import secrets
import socket
from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Self, cast
from urllib.parse import urlsplit

import boto3
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.fakes.edge import Edge
from tests.fakes.http_api import HttpApi
from tests.fakes.ivs import FakeIvs
from tests.fakes.lambda_runtime import Function
from tests.fakes.lambda_service import FakeLambda
from tests.fakes.moto import Moto
from tests.fakes.oidc import FakeOidc
from tests.fakes.roles import acts, refused
from tests.fakes.scenic import ScenicBedrock
from tests.fakes.stack import Stack, load

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tests.fakes.roles import Act

REGION = "eu-central-1"
BEDROCK_REGION = "us-west-2"
"""Another one than the stack's, as it is for most who are not there."""
KEYS = {"aws_access_key_id": "testing", "aws_secret_access_key": "testing"}


class Deployment:
    """Runs while its context is open.

    Args:
        template: the stack's.
        code: the functions' package, unpacked; several folders that together are one.
        given: more of the template's parameters.
        port: of the studio; 0 for any that is free.

    Attributes:
        stack: what the template came to.
        moto, bedrock, ivs, oidc, functions, api, edge: the services.
        site, library: names of the buckets.
        url: the studio's.
    """

    def __init__(
        self, template: str, code: tuple[Path, ...], given: Mapping[str, str] = {}, port: int = 0
    ) -> None:
        self._template = load(template)
        self._code = code
        self._given = given
        self._port = port

    def __enter__(self) -> Self:
        with ExitStack() as open_:
            self._open(open_)
            self._opened = open_.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._opened.close()

    def client(self, service: str) -> Any:
        """Return a client of boto3 for moto's, until the deployment ends."""
        client = boto3.client(
            service,  # type: ignore[call-overload] # the stubs have one overload for each service
            region_name=REGION,
            endpoint_url=self.moto.url,
            **KEYS,
        )
        self._opened.callback(client.close)
        return client

    def done(self) -> list[Act]:
        """Return what all who ask AWS have done by now."""
        models = f"arn:aws:bedrock:{BEDROCK_REGION}::foundation-model/"
        functions = f"arn:aws:lambda:{REGION}:{self.stack.account}:function:"
        parameters = f"arn:aws:ssm:{REGION}:{self.stack.account}:parameter"
        return [
            *(
                replace(act, resource=parameters + act.resource) if act.action.startswith("ssm:") else act
                for act in self.moto.acts
            ),
            *acts(
                self.bedrock.requests,
                "bedrock",
                ("modelId", "modelIdentifier"),
                models,
            ),
            *acts(self.ivs.requests, "ivs", ("stageArn", "arn")),
            *acts(self.functions.requests, "lambda", ("FunctionName",), functions),
        ]

    def refused(self) -> set[tuple[str, str]]:
        """Return what functions did, action and resource, that their roles do not allow them."""
        functions, done = self.stack.resources("AWS::Lambda::Function"), self.done()
        return {each for function in functions for each in refused(self.stack, function, done)}

    def _open(self, open_: ExitStack) -> None:
        self._opened = open_
        self.moto = open_.enter_context(Moto())
        self.bedrock = open_.enter_context(ScenicBedrock(BEDROCK_REGION))
        self.ivs = open_.enter_context(FakeIvs(REGION))
        self.oidc = open_.enter_context(FakeOidc())
        self.functions = open_.enter_context(FakeLambda(REGION))
        # there may be others in the same account: moto has one in each process
        name = f"cyclorama-{secrets.token_hex(4)}"
        parameter, (private, public) = f"/cyclorama/{name}/stage-key", _keys()
        self.client("ssm").put_parameter(Name=parameter, Value=private, Type="SecureString")
        self.stack = Stack(
            self._template,
            {
                "CodeBucket": "code",
                "CodeKey": "code/package.zip",
                "BedrockRegion": BEDROCK_REGION,
                "StagePublicKey": public,
                "StageKeyParameter": parameter,
                "Issuer": self.oidc.issuer,
                "Audience": self.oidc.client,
                **self._given,
            },
            unchecked=("Issuer",),  # a real one speaks HTTPS
            region=REGION,
            name=name,
        )
        studio_port = self._port or _free_port()
        self._make_stage()
        for name in self.stack.resources("AWS::CloudFront::Distribution"):
            self.stack.made[f"{name}.DomainName"] = f"localhost:{studio_port}"
        s3 = self.client("s3")
        self._make_buckets(s3)
        self._make_functions()
        self.api = open_.enter_context(HttpApi(self.stack, self.functions))
        self.edge = open_.enter_context(
            Edge(self.stack, s3, self.api.origin, studio_port, (urlsplit(self.oidc.issuer).netloc,))
        )
        self.url = self.edge.origin

    def _make_stage(self) -> None:
        ivs = boto3.client(
            "ivs-realtime", region_name=REGION, endpoint_url=self.ivs.endpoint_url, **cast("Any", KEYS)
        )
        name, about = self.stack.only("AWS::IVS::Stage")
        made = ivs.create_stage(name=about.get("Name", ""))["stage"]["arn"]
        self.stack.made[name] = self.stack.made[f"{name}.Arn"] = made
        for name, about in self.stack.resources("AWS::IVS::PublicKey").items():
            made = ivs.import_public_key(publicKeyMaterial=about["PublicKeyMaterial"])["publicKey"]["arn"]
            self.stack.made[name] = self.stack.made[f"{name}.Arn"] = made
        ivs.close()

    def _make_buckets(self, s3: Any) -> None:
        for name, about in self.stack.resources("AWS::S3::Bucket").items():
            bucket = self.stack.value({"Ref": name})
            s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
            if versioning := about.get("VersioningConfiguration"):
                s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration=versioning)
        outputs = self.stack.outputs
        self.site, self.library = outputs["SiteBucket"], outputs["LibraryBucket"]

    def _make_functions(self) -> None:
        self.functions.variables |= {
            "AWS_ENDPOINT_URL": self.moto.url,
            "AWS_ENDPOINT_URL_BEDROCK": self.bedrock.endpoint_url,
            "AWS_ENDPOINT_URL_BEDROCK_RUNTIME": self.bedrock.endpoint_url,
            "AWS_ENDPOINT_URL_IVS_REALTIME": self.ivs.endpoint_url,
            "AWS_ENDPOINT_URL_LAMBDA": self.functions.endpoint_url,
            "AWS_ALLOW_HTTP": "true",
            "AWS_EC2_METADATA_DISABLED": "true",
        }
        retries = {
            about["FunctionName"]: about["MaximumRetryAttempts"]
            for about in self.stack.resources("AWS::Lambda::EventInvokeConfig").values()
        }
        for id_, about in self.stack.resources("AWS::Lambda::Function").items():
            name = self.stack.value({"Ref": id_})
            self.functions.create(
                Function(
                    name,
                    about["Handler"],
                    self._code,
                    about["Environment"]["Variables"],
                    about["Timeout"],
                    about["MemorySize"],
                    retries.get(name, 2),
                    REGION,
                    self.stack.account,
                    about.get("LoggingConfig", {}).get("LogFormat", "Text"),
                )
            )


def _keys() -> tuple[str, str]:
    """Return the two halves of a new key for a stage, as PEM."""
    key = ec.generate_private_key(ec.SECP384R1())
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return private.decode(), public.decode()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
        return port
