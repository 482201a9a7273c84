"""What can stand behind the person: each is a `Backdrop`, and one may serve several streams."""

from cyclorama.live.backdrops.opening import Kind, kind_of, open_backdrop
from cyclorama.live.backdrops.picture import Picture
from cyclorama.live.backdrops.plain import Blur, Colour, NoBackground, Transparent
from cyclorama.live.backdrops.video import Video

__all__ = [
    "Blur",
    "Colour",
    "Kind",
    "NoBackground",
    "Picture",
    "Transparent",
    "Video",
    "kind_of",
    "open_backdrop",
]
