"""What of the dependencies the functions never read, and so is not sent to AWS."""

from __future__ import annotations

from fnmatch import fnmatchcase

# Why, and the patterns of `fnmatch` for paths in the package; `*` matches slashes, too.
#
# Licences stay, and METADATA: what is installed, and under which licence, is read from it, also by scanners
# such as Amazon Inspector. Of Pillow goes what nobody asks of it here: what cannot decode cannot be attacked.
LEFT_OUT: dict[str, tuple[str, ...]] = {
    "commands; their first line names the machine that built them": ("bin/*",),
    "for type checkers": ("*.pyi", "*/py.typed", "pydantic/mypy.py"),
    "for compilers": ("*.h",),
    "for pip": tuple(
        f"*.dist-info/{name}"
        for name in ("INSTALLER", "RECORD", "REQUESTED", "WHEEL", "entry_points.txt", "top_level.txt")
    ),
    "for those who audit the wheel": ("*.dist-info/sboms/*",),
    "makes bindings to C; those that cryptography has are made, and need _cffi_backend alone": (
        "cffi/*",
        "pycparser/*",
        "pycparser-*",
    ),
    "the former pydantic": ("pydantic/v1/*",),
    "text in pictures": (
        "PIL/_imagingft.*",
        "PIL/*Font*.py",
        "PIL/ImageDraw*.py",
        "PIL/ImageText.py",
        "PIL/PSDraw.py",
        "pillow.libs/libfreetype-*",
        "pillow.libs/libharfbuzz-*",
        "pillow.libs/libbrotli*",
        "pillow.libs/libpng16-*",  # FreeType's: Pillow reads PNG itself
    ),
    "colour profiles": ("PIL/_imagingcms.*", "PIL/ImageCms.py", "pillow.libs/liblcms2-*"),
    "calculating with pictures": (
        "PIL/_imagingmath.*",
        "PIL/ImageMath.py",
        "PIL/_imagingmorph.*",
        "PIL/ImageMorph.py",
    ),
    "screens": (
        "PIL/_imagingtk.*",
        "PIL/_tkinter_finder.py",
        "PIL/ImageGrab.py",
        "PIL/ImageQt.py",
        "PIL/ImageShow.py",
        "PIL/ImageTk.py",
        "PIL/ImageWin.py",
    ),
    "pictures of other kinds than an upload or a model's answer may be": (
        "PIL/*ImagePlugin.py",
        "PIL/_avif.*",
        "pillow.libs/libavif-*",
    ),
}

KEPT: dict[str, str] = {
    "PIL/BmpImagePlugin.py": "Pillow wants this and the next two before it opens anything",
    "PIL/GifImagePlugin.py": "with BMP",
    "PIL/PpmImagePlugin.py": "with BMP",
    "PIL/JpegImagePlugin.py": "uploads",
    "PIL/MpoImagePlugin.py": "JPEG of phones, with more than one picture",
    "PIL/PngImagePlugin.py": "uploads, and what models paint",
    "PIL/TiffImagePlugin.py": "EXIF is TIFF, and says which way is up",
    "PIL/WebPImagePlugin.py": "uploads, and thumbnails",
}
"""What stays all the same, and why."""


def left_out(path: str) -> bool:
    """Return whether a file of the dependencies stays at home; `path` has slashes."""
    return path not in KEPT and any(
        fnmatchcase(path, pattern) for patterns in LEFT_OUT.values() for pattern in patterns
    )
