import { megabytes } from "../lib/words";

const TYPES = new Set([
  "image/png",
  "image/jpeg",
  "image/webp",
  "video/mp4",
  "video/webm",
  // of a phone: an MP4 in all but its name
  "video/quicktime",
]);

export const ACCEPT = [...TYPES].join(",");

/** Why this file cannot become a background, in words for the creator; null when it can be tried. */
export function uploadComplaint(file: Pick<File, "name" | "type" | "size">, limit: number): string | null {
  if (!TYPES.has(file.type))
    return `${file.name} is nothing that can be used here. Choose a picture (PNG, JPEG or WebP) or a video (MP4 or WebM).`;
  if (file.size > limit) {
    const how = file.type.startsWith("video/") ? "Make it shorter or smaller" : "Save it smaller";
    return `${file.name} is ${megabytes(file.size)}; at most ${megabytes(limit)} can be used. ${how} and try again.`;
  }
  if (file.size === 0) return `${file.name} is empty. Choose another file.`;
  return null;
}
