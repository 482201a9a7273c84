import type { Look } from "../picture/look";

/** How one output of an engine is; `problem` says in a sentence what is wrong with it, or is "". */
export interface OutputState {
  name: string;
  state: string;
  bits_per_second: number | null;
  problem: string;
}

/** A running engine, as the server tells of it; see "HTTP" in docs/engine-control.md. */
export interface EngineState {
  id: string;
  name: string;
  /** What it takes its picture from. */
  input: string;
  outputs: OutputState[];
  /** "blur", "#rrggbb", "library:ID", a prompt, or the name of what was chosen where it runs. */
  background: string;
  /** The background that is still being made; the one before stays meanwhile. */
  coming: { background: string; step: number; total: number; message: string } | null;
  look: Record<string, number>;
  model: string;
  person: boolean;
  /** Of its picture; 0 before there is any. */
  width: number;
  height: number;
  /** As whom it publishes to a stage of this server, or "". */
  participant: string;
  /** Why the last background did not come, or "". */
  problem: string;
  stats: {
    seconds: number;
    fps: number;
    frames: number;
    dropped: number;
    late: number;
    matte_age_ms: number | null;
    stages: Record<string, number>;
    source_state: string;
    sound_offset_ms: number | null;
  };
}

/** What shall be another way; what is not named stays. */
export interface EngineChange {
  background?: string;
  look?: Partial<Look>;
  model?: string;
  person?: boolean;
}
