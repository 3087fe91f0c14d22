"""Delivery of letters: a port, and the folder from which a printing service or message box takes them."""

from __future__ import annotations

import asyncio
import json
import os
import tempfile
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Literal, Protocol
from urllib.parse import quote

from activities.letters.render import Letter
from domain.debt.letters import LetterContent

Channel = Literal["post", "message_box"]


class Delivery(Protocol):
    """Hands a letter over to whoever brings it to its recipient."""

    async def deliver(self, key: str, pdf: bytes, sidecar: Mapping[str, object]) -> str:
        """Hand over `pdf` under `key` and give a receipt; the same key and bytes again give the same receipt.

        Raises ValueError when `key` was delivered with other bytes.
        """
        ...


def sidecar(content: LetterContent, letter: Letter, key: str, channel: Channel) -> dict[str, object]:
    """What the printing service or message box must know of a letter; no names and no addresses."""
    return {
        "key": key,
        "kind": content.kind,
        "channel": channel,
        "recipient": content.recipient.value,
        "dated": content.dated.isoformat(),
        "sha256": letter.sha256,
        "pages": letter.pages,
        "unconfirmed_tariff": content.unconfirmed_tariff,
        "norms": list(content.norms),
    }


class SpoolFolder:
    """A folder with `KEY.pdf` and `KEY.json` per letter; the JSON comes last and says that both are whole."""

    def __init__(self, path: Path) -> None:
        self.path = path

    async def deliver(self, key: str, pdf: bytes, sidecar: Mapping[str, object]) -> str:
        """Write both files and give the path of the PDF; see `Delivery.deliver`."""
        return await asyncio.to_thread(self._deliver, key, pdf, sidecar)

    def _deliver(self, key: str, pdf: bytes, sidecar: Mapping[str, object]) -> str:
        if not key:
            raise ValueError("key: empty; a letter is delivered under its own key")
        name = quote(key, safe="")
        letter, note = self.path / f"{name}.pdf", self.path / f"{name}.json"
        self.path.mkdir(parents=True, exist_ok=True)
        if not letter.exists():
            _write(letter, pdf)
        elif (there := sha256(letter.read_bytes()).hexdigest()) != (given := sha256(pdf).hexdigest()):
            raise ValueError(
                f"key: {key} was delivered with other content (sha256 {there[:12]}, now {given[:12]}); "
                f"a changed letter needs a key of its own"
            )
        if not note.exists():
            _write(note, json.dumps(sidecar, ensure_ascii=False, indent=2, sort_keys=True).encode() + b"\n")
        return str(letter)


def _write(path: Path, content: bytes) -> None:
    """Write `path` whole or not at all, and on the disk when this returns."""
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".", suffix=".tmp", delete=False) as file:
        try:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
            os.fchmod(file.fileno(), 0o640)
            os.replace(file.name, path)
        except BaseException:
            os.unlink(file.name)
            raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
