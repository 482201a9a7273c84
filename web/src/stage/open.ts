import { LocalStage } from "./local";
import { readToken } from "./token";
import { UnusableToken, type StageClient, type Strategy } from "./types";

/** Pick the driver for the stage that a token is for. Throws UnusableToken before anything is sent. */
export function openStage(token: string, strategy: Strategy): StageClient {
  const claims = readToken(token);
  if (claims.resource.startsWith("cyclorama:")) return new LocalStage(token.trim(), claims, strategy);
  if (claims.resource.startsWith("arn:")) {
    throw new UnusableToken(
      "This token is for an Amazon IVS stage, and this version of Cyclorama cannot join those yet. Use a link of a Cyclorama server.",
    );
  }
  if (claims.liveKit) {
    throw new UnusableToken(
      "This token is for a LiveKit room, and this version of Cyclorama cannot join those yet. Use a link of a Cyclorama server.",
    );
  }
  throw new UnusableToken(
    "This token does not say which stage it is for. Ask whoever gave it to you for a participant token.",
  );
}
