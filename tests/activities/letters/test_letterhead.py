"""The letterhead is configuration."""

from pathlib import Path

import pytest
import yaml

from activities.letters import load_letterhead, render
from activities.letters.letterhead import VEERE
from tests.activities.letters.ladder import CONTENT, DEBTOR

LOGO = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 1"><path d="M0 0h4v1H0z"/></svg>'


def written(folder: Path, **changes: object) -> Path:
    fields = yaml.safe_load(VEERE.read_text(encoding="utf-8")) | changes
    path = folder / "letterhead.yaml"
    path.write_text(yaml.safe_dump(fields), encoding="utf-8")
    return path


def test_the_letterhead_of_veere_has_the_account_of_the_guide() -> None:
    letterhead = load_letterhead()
    assert (letterhead.iban, letterhead.bic) == ("NL60BNGH0285080237", "BNGHNL2G")
    assert letterhead.phone == "0118 67 50 00"


def test_a_setting_names_another_letterhead(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INVORDERING_LETTERHEAD", str(written(tmp_path, municipality="gemeente Goes")))
    assert load_letterhead().municipality == "gemeente Goes"


def test_a_logo_takes_the_place_of_the_name_of_the_office(tmp_path: Path) -> None:
    (tmp_path / "wapen.svg").write_text(LOGO, encoding="utf-8")
    letterhead = load_letterhead(written(tmp_path, logo="wapen.svg"))
    with_logo = render(CONTENT["reminder"], DEBTOR, letterhead, "K")
    assert with_logo.sha256 != render(CONTENT["reminder"], DEBTOR, load_letterhead(), "K").sha256


@pytest.mark.parametrize(
    ("field", "value", "error"),
    [
        ("iban", "NL60BNGH0285080238", "iban"),
        ("bic", "BNGH", "bic"),
        ("colour", "blauw", "colour"),
        ("logo", "wapen.png", "only SVG"),
        ("logo", "weg.svg", "weg.svg"),
        ("telefoon", "0118", "telefoon"),
    ],
)
def test_a_wrong_letterhead_names_file_and_field(field: str, value: str, error: str, tmp_path: Path) -> None:
    path = written(tmp_path, **{field: value})
    with pytest.raises(ValueError, match=r"letterhead\.yaml") as refused:
        load_letterhead(path)
    assert error in str(refused.value)


def test_a_letterhead_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"weg\.yaml.*set INVORDERING_LETTERHEAD"):
        load_letterhead(tmp_path / "weg.yaml")
