"""What public code promises beside its code: licence, metadata, import contract, one way to check it all."""

import hashlib
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[1]
OFFICIAL_EUPL = "6fc9e709ccbfe0d77fbffa2427a983282be2eb88e47b1cdb49f21a83b4d1e665"


@pytest.fixture(scope="module")
def project() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


@pytest.fixture(scope="module")
def publiccode() -> dict[str, Any]:
    return yaml.safe_load((ROOT / "publiccode.yml").read_text("utf-8"))


def test_the_licence_is_the_same_everywhere_and_its_text_is_the_official_one(
    project: dict[str, Any], publiccode: dict[str, Any]
) -> None:
    assert project["license"] == publiccode["legal"]["license"] == "EUPL-1.2"
    assert project["license-files"] == ["LICENSE"]
    assert hashlib.sha256((ROOT / "LICENSE").read_bytes()).hexdigest() == OFFICIAL_EUPL


def test_publiccode_describes_this_project_and_version(project: dict[str, Any], publiccode: dict[str, Any]) -> None:
    assert publiccode["name"] == project["name"]
    assert publiccode["softwareVersion"] == project["version"]


def test_publiccode_keeps_the_limits_of_its_standard(publiccode: dict[str, Any]) -> None:
    mandatory = {"publiccodeYmlVersion", "name", "url", "releaseDate", "platforms", "categories"}
    mandatory |= {"developmentStatus", "softwareType", "description", "legal", "maintenance", "localisation"}
    assert mandatory <= publiccode.keys()
    assert all(contact["name"] for contact in publiccode["maintenance"]["contacts"])
    assert set(publiccode["description"]) == set(publiccode["localisation"]["availableLanguages"])
    for text in publiccode["description"].values():
        assert len(text["shortDescription"]) <= 150
        assert 150 <= len(text["longDescription"]) <= 10_000
        assert all(len(feature) <= 100 for feature in text["features"])


def test_imports_point_down_only() -> None:
    command = [str(Path(sys.executable).with_name("lint-imports"))]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_ci_script_names_its_steps_when_it_is_asked_for_an_unknown_one() -> None:
    done = subprocess.run(["bash", str(ROOT / ".ci" / "run"), "deploy"], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "unknown step 'deploy'; choose from: lint types imports docs-check tests replays" in done.stderr


def test_make_check_is_what_ci_runs() -> None:
    makefile = (ROOT / "Makefile").read_text()
    assert re.search(r"^check:\n\t@bash \.ci/run$", makefile, re.MULTILINE)


def test_the_index_of_decisions_lists_every_page() -> None:
    folder = ROOT / "docs" / "decisions"
    listed = re.findall(r"^\| \[\d{4}\]\((\S+)\) \|", (folder / "README.md").read_text("utf-8"), re.MULTILINE)

    assert listed == sorted(page.name for page in folder.glob("[0-9]*.md"))
