"""What a prompt asks for, read from its words; the vocabulary is in the folder beside this one."""

from .note import note, told
from .reading import Reading, read
from .slips import correct, distance
from .tokens import fold, stem
from .vocabulary import senses, spoken, vocabulary

__all__ = [
    "Reading",
    "correct",
    "distance",
    "fold",
    "note",
    "read",
    "senses",
    "spoken",
    "stem",
    "told",
    "vocabulary",
]
