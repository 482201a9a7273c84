"""The live engine: a camera, file or stream becomes the person before a background, without a browser."""
