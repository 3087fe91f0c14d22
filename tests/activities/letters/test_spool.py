"""The spool folder: each letter once, whole, with its sidecar."""

import asyncio
import json
from hashlib import sha256
from pathlib import Path

import pytest

from activities.letters import Delivery, Letter, SpoolFolder, sidecar
from tests.activities.letters.ladder import CONTENT, NUMBER

KEY = f"{NUMBER}.demand.1"
NOTE: dict[str, object] = {"key": KEY}


@pytest.fixture
def spool(tmp_path: Path) -> SpoolFolder:
    return SpoolFolder(tmp_path / "spool")


async def test_a_letter_and_what_the_printing_service_must_know_are_put_in_the_folder(
    spool: SpoolFolder, letters: dict[str, Letter]
) -> None:
    port: Delivery = spool
    letter = letters["demand"]
    receipt = await port.deliver(KEY, letter.pdf, sidecar(CONTENT["demand"], letter, KEY, "post"))
    assert receipt == str(spool.path / f"{KEY}.pdf")
    assert (spool.path / f"{KEY}.pdf").read_bytes() == letter.pdf
    assert json.loads((spool.path / f"{KEY}.json").read_text()) == {
        "key": KEY,
        "kind": "demand",
        "channel": "post",
        "recipient": "debtor",
        "dated": "2026-05-12",
        "sha256": sha256(letter.pdf).hexdigest(),
        "pages": 1,
        "unconfirmed_tariff": True,
        "norms": ["VEERE-2.3-a", "VEERE-2.3-b", "VEERE-2.3-c", "VEERE-4.1-a"],
    }


async def test_the_same_letter_ten_times_at_once_is_one_letter(spool: SpoolFolder) -> None:
    receipts = await asyncio.gather(*(spool.deliver(KEY, b"%PDF", NOTE) for _ in range(10)))
    assert set(receipts) == {str(spool.path / f"{KEY}.pdf")}
    assert sorted(path.name for path in spool.path.iterdir()) == [f"{KEY}.json", f"{KEY}.pdf"]


async def test_other_content_under_the_same_key_is_refused_and_changes_nothing(spool: SpoolFolder) -> None:
    await spool.deliver(KEY, b"%PDF one", NOTE)
    with pytest.raises(ValueError, match=rf"{KEY} was delivered with other content .* key of its own"):
        await spool.deliver(KEY, b"%PDF two", NOTE)
    assert (spool.path / f"{KEY}.pdf").read_bytes() == b"%PDF one"


async def test_a_delivery_that_broke_off_after_the_pdf_is_finished(spool: SpoolFolder) -> None:
    spool.path.mkdir()
    (spool.path / f"{KEY}.pdf").write_bytes(b"%PDF")
    await spool.deliver(KEY, b"%PDF", NOTE)
    assert json.loads((spool.path / f"{KEY}.json").read_text()) == NOTE


async def test_a_disk_that_fails_leaves_no_half_letter(spool: SpoolFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space left"):
        await spool.deliver(KEY, b"%PDF", NOTE)
    assert list(spool.path.iterdir()) == []


@pytest.mark.parametrize("key", ["../../etc/passwd", "a/b", "..", "é ü"])
def test_a_key_never_leads_out_of_the_folder(key: str, spool: SpoolFolder, tmp_path: Path) -> None:
    receipt = asyncio.run(spool.deliver(key, b"%PDF", NOTE))
    assert Path(receipt).resolve().parent == spool.path.resolve()
    assert [path.name for path in tmp_path.iterdir()] == ["spool"]


async def test_a_letter_without_a_key_is_refused(spool: SpoolFolder) -> None:
    with pytest.raises(ValueError, match="key: empty"):
        await spool.deliver("", b"%PDF", NOTE)


def test_the_sidecar_tells_no_name_and_no_address(letters: dict[str, Letter]) -> None:
    for name, content in CONTENT.items():
        note = json.dumps(sidecar(content, letters[name], f"{NUMBER}.{name}.1", "post"), ensure_ascii=False)
        assert "Vries" not in note
        assert "Markt" not in note
