import { openIvs } from "./ivs";
import { openLiveKit } from "./livekit";
import { LocalStage } from "./local";
import { readToken } from "./token";
import { UnusableToken, type StageClient, type Strategy } from "./types";

/** Pick the driver for the stage that a token is for. Throws UnusableToken before anything is sent. */
export function openStage(token: string, strategy: Strategy): StageClient {
  const given = token.trim();
  const claims = readToken(given);
  if (claims.resource.startsWith("cyclorama:")) return new LocalStage(given, claims, strategy);
  if (claims.resource.startsWith("arn:")) return openIvs(given, claims, strategy);
  if (claims.liveKit) return openLiveKit(given, claims, strategy);
  throw new UnusableToken(
    "This token does not say which stage it is for. Ask whoever gave it to you for a participant token.",
  );
}
