/** What goes to and comes from the server; see "HTTP" in docs/architecture.md. */

/** A kept background, and everything that made it. */
export interface Background {
  id: string;
  /** For an upload, the name of its file. */
  prompt: string;
  negative_prompt: string;
  /** Id of a style, or "". */
  style: string;
  /** Who painted it; "upload" for a picture of the creator's own. */
  generator: string;
  model: string;
  licence: string;
  seed: number;
  width: number;
  height: number;
  /** How long a loop lasts that was painted; 0 for all else. */
  seconds?: number;
  /** ISO 8601, UTC. */
  created_at: string;
  /** The words of the prompt that shaped the picture. */
  understood: string[];
  /** A sentence for the creator, or "". */
  note: string;
  favourite: boolean;
  media_type: string;
  /** Paths of the picture and of its thumbnail. */
  image: string;
  thumbnail: string;
}

/** Whether it moves. */
export function isVideo(background: Pick<Background, "media_type">): boolean {
  return background.media_type.startsWith("video/");
}

export interface Style {
  id: string;
  name: string;
  /** Path of its picture. */
  image: string;
}

export interface Config {
  version: string;
  /** Who paints when a wish names nobody. */
  generator: string;
  key_needed: boolean;
  limits: { prompt: number; count: number; upload_bytes: number; import_bytes: number };
  styles: Style[];
  /** Who runs the stage that the creator goes live on. */
  stage_backend: "local" | "ivs" | "livekit";
  /** Where the LiveKit server is, or "". */
  livekit_url: string;
  /** Where the creator signs in, by OpenID Connect; null where the key, or nothing, is asked for. */
  sign_in: SignInPlace | null;
  features: Features;
}

export interface SignInPlace {
  /** The address under which the issuer tells of itself. */
  issuer: string;
  client_id: string;
  /** Words, separated by spaces. */
  scope: string;
}

/** What this studio can do; what it cannot is neither shown nor asked for. */
export interface Features {
  /** Engines report to it. */
  engines: boolean;
  /** It records its stage. */
  recording: boolean;
  /** Backgrounds go out and come in as a zip. */
  archives: boolean;
  /** A video may be uploaded. */
  videos: boolean;
  /** Guests come in by an invitation. */
  guests: boolean;
}

const ALL_FEATURES: Features = {
  engines: true,
  recording: true,
  archives: true,
  videos: true,
  guests: true,
};

/** A document as servers send it: one of before has neither `sign_in` nor `features`, and does everything. */
export type ConfigDocument = Omit<Config, "sign_in" | "features"> & {
  sign_in?: SignInPlace | null;
  features?: Partial<Features>;
};

export function readConfig(document: ConfigDocument): Config {
  return {
    ...document,
    sign_in: document.sign_in ?? null,
    features: { ...ALL_FEATURES, ...document.features },
  };
}

export interface Wish {
  prompt: string;
  negative_prompt?: string;
  style?: string;
  width: number;
  height: number;
  /** Without one, the server draws one. The samples have this one and the next ones. */
  seed?: number;
  count?: number;
  /** It shall move, in a loop: what comes of it is a video. */
  motion?: boolean;
  generator?: string;
}

export interface Problem {
  title?: string;
  detail?: string;
  status?: number;
}

/** What a generation tells while it goes on; `sample` counts from 0. */
export type Generating =
  | { kind: "queued"; position: number }
  | {
      kind: "progress";
      sample: number;
      step: number;
      total: number;
      message: string;
      preview: Blob | null;
      /** The preview is the finished picture, which is about to move. */
      whole?: boolean;
    }
  | { kind: "image"; sample: number; background: Background }
  | { kind: "done"; failed: { sample: number; problem: Problem }[] };

export interface Page {
  backgrounds: Background[];
  /** The `after` of the next page; null on the last one. */
  next: string | null;
}

export interface GeneratorState {
  name: string;
  configured: boolean;
  ready: boolean;
  detail: string;
  /** Whether it can paint what moves. */
  moves?: boolean;
  /** What it paints with, where that is known beforehand, or "". */
  model?: string;
}

export interface Generators {
  generators: GeneratorState[];
  auto: { name: string; why: string };
}

export interface Imported {
  imported: Background[];
  skipped: { name: string; reason: string }[];
}

export interface Recording {
  recording: boolean;
  /** Unix seconds since which it goes on. */
  since: number | null;
  /** Where the files are, on the server's machine. */
  folder: string;
  files: RecordedFile[];
  /** Packets that a slow disk has cost it. */
  dropped: number;
  /** Why it stopped by itself, or "". */
  problem: string;
}

export interface RecordedFile {
  name: string;
  user_id: string;
  /** Unix seconds. */
  started_at: number;
  seconds: number;
  bytes: number;
  /** It is still being written. */
  open: boolean;
}

export interface TokenWish {
  user_id: string;
  publish: boolean;
  minutes?: number;
}

/** What a viewer link carries. */
export type StageLink = Pick<StageToken, "token" | "expires_at" | "stage">;

export interface StageToken {
  token: string;
  participant_id: string;
  /** Unix seconds. */
  expires_at: number;
  /** The id of the stage that it is for. */
  stage: string;
}
