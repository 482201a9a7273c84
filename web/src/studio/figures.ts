import type { PictureStats, Stage, Tier } from "../picture/types";

const MODELS: Record<Tier["model"], string> = {
  landscape: "Light model",
  square: "Finer model",
  multiclass: "Best model",
};
const ACCELERATORS: Record<Tier["accelerator"], string> = {
  webgpu: "graphics card",
  wasm: "processor",
};

/** "Light model on the processor, 1280 × 720". */
export function tierInWords({ model, accelerator, width, height }: Tier): string {
  return `${MODELS[model]} on the ${ACCELERATORS[accelerator]}, ${width} × ${height}`;
}

const STAGES: Record<Stage, string> = {
  take: "Take in",
  model: "Model",
  matte: "Matte",
  composite: "Composite",
  out: "Out",
};

const ms = (value: number) => `${value.toFixed(1)} ms`;

export interface Figure {
  name: string;
  value: string;
  /** It is a part of what came before. */
  part?: true;
}

/** What the overlay shows, in its order. */
export function figuresOf(stats: PictureStats): Figure[] {
  const { tier, stages } = stats;
  return [
    { name: "Picture", value: `${stats.width} × ${stats.height}, ${Math.round(stats.fps)} fps` },
    { name: "Camera", value: `${Math.round(stats.cameraFps)} fps, ${stats.dropped} dropped` },
    { name: "Cut-out", value: `${tier.model}, ${tier.accelerator}` },
    { name: "Matte age", value: `${Math.round(stats.matteAgeMs)} ms` },
    { name: "A frame", value: ms(stats.frameMs) },
    ...(Object.keys(STAGES) as Stage[]).map((stage): Figure => ({
      name: STAGES[stage],
      value: ms(stages[stage]),
      part: true,
    })),
    { name: "Path", value: stats.path.replace("-", " ") },
  ];
}
