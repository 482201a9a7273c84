import models from "../../../src/cyclorama/matting/models.json";

const urls = import.meta.glob<string>("../../../src/cyclorama/matting/*.tflite", {
  query: "?url",
  import: "default",
  eager: true,
});

const { file, input, channels } = models.landscape;

/** The model in use, as the Python package describes it. Input: RGB, `(value - mean) / scale`. */
export const model = {
  url: urls[`../../../src/cyclorama/matting/${file}`] ?? "",
  shape: { ...input, channels },
};
