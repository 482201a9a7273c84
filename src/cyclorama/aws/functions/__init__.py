"""The studio's API as two functions on AWS Lambda: one answers, one paints.

`api.handler` answers what an HTTP API of API Gateway asks (payload format 2.0), within its 30 seconds. What
takes longer is a job: `api` writes it down and invokes `painter.handler`, which paints and writes how it gets
on. All of it stands on the same parts as the local server, and on no web framework. See docs/aws-api.md.

What each of them asks of AWS, and so what its role has to allow:

| function | action | on |
|---|---|---|
| both | `s3:ListBucket` | the library's bucket; without it S3 answers 403 for what is not there |
| both | `s3:GetObject`, `s3:PutObject` | `library/*` in it |
| painter | `s3:DeleteObject` | the same; it sweeps away what was deleted |
| api | `s3:DeleteObject` | `library/favourites/*` and `library/deleted/*`: marks, no pictures |
| both | `s3:GetObject`, `s3:PutObject` | `jobs/*` in it |
| api | `lambda:InvokeFunction` | the painter |
| api | `ssm:GetParameter` | the parameter with the stage's key, where tokens are signed here |
| api | `ivs:GetStage`, `ivs:ListParticipants`, `ivs:GetParticipant` | the stage |
| api | `ivs:DisconnectParticipant` | the stage |
| api | `ivs:CreateParticipantToken` | the stage, where Amazon makes the tokens |
| both | `bedrock:GetFoundationModel` | the model; without it, nobody says that it is about to be ended |
| painter | `bedrock:InvokeModel` | the model, or the inference profile and its models |
| painter | `bedrock:ApplyGuardrail` | the guardrail, where there is one |
| both | `logs:CreateLogStream`, `logs:PutLogEvents` | its own log group; Lambda does it in its name |
"""
