export { createPicture, type PictureOptions } from "./picture";
export type * from "./types";
