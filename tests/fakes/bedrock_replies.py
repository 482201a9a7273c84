"""What Amazon Bedrock answers when it does not paint, worded as AWS words it."""

from __future__ import annotations

from tests.fakes.aws import Reply, answer, error

THROTTLED = error(429, "ThrottlingException", "Too many requests, please wait before trying again.")
DAILY_QUOTA = error(429, "ThrottlingException", "Too many requests per day, please wait before trying again.")
QUOTA = error(
    400, "ServiceQuotaExceededException", "Your request exceeds the service quota for your account."
)
EXPIRED_TOKEN = error(403, "ExpiredTokenException", "The security token included in the request is expired")
UNKNOWN_KEY = error(
    403, "UnrecognizedClientException", "The security token included in the request is invalid."
)
WRONG_CLOCK = error(
    403,
    "InvalidSignatureException",
    "Signature expired: 20261101T000000Z is now earlier than 20261101T001000Z",
)
NO_MODEL_ACCESS = error(
    403, "AccessDeniedException", "You don't have access to the model with the specified model ID."
)
NO_SUBSCRIPTION = error(
    403,
    "AccessDeniedException",
    "Model access is denied due to IAM user or service role is not authorized to perform the required AWS "
    "Marketplace actions (aws-marketplace:ViewSubscriptions, aws-marketplace:Subscribe) to enable access to "
    "this model.",
)
NOT_ALLOWED = error(
    403,
    "AccessDeniedException",
    "User: arn:aws:iam::123456789012:user/creator is not authorized to perform: bedrock:InvokeModel on "
    "resource: arn:aws:bedrock:us-west-2::foundation-model/stability.stable-image-core-v1:1",
)
END_OF_LIFE = error(
    404,
    "ResourceNotFoundException",
    "This model version has reached the end of its life. Please refer to the AWS documentation for "
    "more details.",
)
LEGACY = error(
    404,
    "ResourceNotFoundException",
    "Access denied. This Model is marked by provider as Legacy and you have not been actively using the "
    "model in the last 30 days. Please upgrade to an active model on Amazon Bedrock",
)
NO_SUCH_MODEL = error(400, "ValidationException", "The provided model identifier is invalid.")
PROFILE_ONLY = error(
    400,
    "ValidationException",
    "Invocation of model ID with on-demand throughput isn't supported. Retry your request with the ID or ARN "
    "of an inference profile that contains this model.",
)
MODEL_TIMEOUT = error(408, "ModelTimeoutException", "The model timed out.")
MODEL_ERROR = error(424, "ModelErrorException", "The model returned an error.")
INTERNAL = error(500, "InternalServerException", "The system encountered an unexpected error.")
BUSY = error(503, "ServiceUnavailableException", "Bedrock is unable to process your request.")

PROMPT_FILTERED = answer({"finish_reasons": ["Filter reason: prompt"]})
OUTPUT_FILTERED = answer({"finish_reasons": ["Filter reason: output image"]})
INFERENCE_ERROR = answer({"finish_reasons": ["Inference error"]})
NO_IMAGE = answer({"seeds": [], "finish_reasons": [None], "images": []})
BROKEN_IMAGE = answer({"seeds": [1], "finish_reasons": [None], "images": ["iVBORw0KGgo="]})
NO_JSON = Reply(b"<html>It works!</html>")
