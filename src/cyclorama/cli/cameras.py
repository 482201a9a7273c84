"""Which cameras there are, as a table."""

from __future__ import annotations

from rich.table import Table
from rich.text import Text

from cyclorama.cli import screen


def list_cameras() -> None:
    """Show the cameras of this machine, and what they give."""
    from cyclorama.live.sources import cameras

    if not (found := cameras()):
        screen.stderr().print("No camera was found. Plug one in, or try without: cyclorama live --input test")
        return
    table = Table("Camera", "Id", "Gives", box=None, pad_edge=False, header_style="dim")
    for camera in found:
        sizes = {(each.width, each.height): each.fps for each in sorted(camera.formats)}
        gives = ", ".join(f"{width}x{height} at {float(fps):g}" for (width, height), fps in sizes.items())
        table.add_row(Text(camera.name), Text(camera.id), Text(gives, "dim"))
    screen.stdout().print(table)
