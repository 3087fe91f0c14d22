"""Letters: content from the domain becomes a PDF on the office's letterhead and is handed to delivery."""

from activities.letters.letterhead import Letterhead, load_letterhead
from activities.letters.render import Addressee, Letter, picture, render
from activities.letters.spool import Delivery, SpoolFolder, sidecar

__all__ = [
    "Addressee",
    "Delivery",
    "Letter",
    "Letterhead",
    "SpoolFolder",
    "load_letterhead",
    "picture",
    "render",
    "sidecar",
]
