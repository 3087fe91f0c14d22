"""The office's letterhead: who writes, where it is found, and to which account one pays."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Self

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator
from stdnum import bic, iban

SETTING = "INVORDERING_LETTERHEAD"
VEERE = Path(__file__).with_name("letterhead.veere.yaml")

Line = Annotated[str, Field(min_length=1)]


class Window(BaseModel):
    """Where the envelope's window shows the address, in millimetres from the sheet's left and top."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    left: float = Field(20, ge=15, le=130)
    top: float = Field(45, ge=35, le=70)
    height: float = Field(35, ge=25, le=50)


class Letterhead(BaseModel):
    """What one office prints on each letter."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    office: Line
    municipality: Line
    visiting_address: tuple[Line, ...]
    postal_address: tuple[Line, ...]
    phone: Line
    email: Line
    website: Line | None = None
    account_holder: Annotated[str, Field(min_length=1, max_length=70)]
    iban: Annotated[str, AfterValidator(iban.validate)]
    bic: Annotated[str, AfterValidator(bic.validate)]
    signatory: Line = "de invorderingsambtenaar"
    signatory_name: Line | None = None
    colour: str = Field("#154273", pattern=r"^#[0-9a-fA-F]{6}$")
    logo: Annotated[Path | None, Field(description="an SVG file, beside the letterhead")] = None
    logo_svg: str | None = Field(None, exclude=True)
    window: Window = Window()

    @model_validator(mode="after")
    def _must_be_svg(self) -> Self:
        if self.logo and self.logo.suffix != ".svg":
            raise ValueError(f"logo: {self.logo} is no .svg file; only SVG stays sharp on paper")
        return self


def load_letterhead(path: Path | None = None) -> Letterhead:
    """The letterhead in the YAML file `path`, else the one that `INVORDERING_LETTERHEAD` names, else Veere's.

    Raises ValueError that names the file and each wrong field.
    """
    path = path or Path(os.environ.get(SETTING) or VEERE)
    try:
        fields = yaml.safe_load(path.read_text(encoding="utf-8"))
        letterhead = Letterhead.model_validate(fields)
        if letterhead.logo is None:
            return letterhead
        logo = (path.parent / letterhead.logo).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError, yaml.YAMLError, ValidationError) as error:
        raise ValueError(f"letterhead {path}: {error}; set {SETTING} to a letterhead file") from error
    return letterhead.model_copy(update={"logo_svg": logo})
