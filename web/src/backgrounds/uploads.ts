import { megabytes } from "../lib/words";

const TYPES = new Set(["image/png", "image/jpeg", "image/webp"]);

export const ACCEPT = [...TYPES].join(",");

/** Why this file cannot become a background, in words for the creator; null when it can be tried. */
export function uploadComplaint(file: Pick<File, "name" | "type" | "size">, limit: number): string | null {
  if (!TYPES.has(file.type))
    return `${file.name} is not a picture that can be used here. Choose a PNG, JPEG or WebP file.`;
  if (file.size > limit)
    return `${file.name} is ${megabytes(file.size)}; at most ${megabytes(limit)} can be used. Save it smaller and try again.`;
  if (file.size === 0) return `${file.name} is empty. Choose another file.`;
  return null;
}
