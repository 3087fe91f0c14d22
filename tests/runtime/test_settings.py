"""The settings come from the environment, and say what is wrong with it."""

import os
from pathlib import Path

import pytest
from pydantic import ValidationError

from runtime.errors import NoServer, RuntimeProblem
from runtime.ports import claim
from runtime.settings import Settings, temporal_client, temporal_config


@pytest.fixture(autouse=True)
def _empty_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in os.environ:
        if name.startswith(("INVORDERING_", "TEMPORAL_")) or name == "DATABASE_URL":
            monkeypatch.delenv(name)
    monkeypatch.setenv("TEMPORAL_CONFIG_FILE", str(tmp_path / "none.toml"))


def test_without_any_setting_everything_is_on_this_machine() -> None:
    settings = Settings()
    assert (settings.data, settings.spool, settings.task_queue) == (
        Path("var"),
        Path("var/spool"),
        "invordering",
    )
    assert (settings.database_url, settings.log) == (None, "auto")
    assert temporal_config() == {"target_host": "127.0.0.1:7233"}


def test_the_spool_folder_lies_in_the_data_unless_it_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INVORDERING_DATA", "/srv/invordering")
    assert Settings().spool == Path("/srv/invordering/spool")
    monkeypatch.setenv("INVORDERING_SPOOL", "/mnt/printer")
    assert Settings().spool == Path("/mnt/printer")
    assert Settings(data=Path("/tmp/x")).spool == Path("/mnt/printer")


def test_a_database_url_of_another_kind_is_refused_without_showing_its_password(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DATABASE_URL", "mysql://root:geheim@host/db")
    with pytest.raises(ValidationError, match=r"DATABASE_URL\n  .*must begin with postgresql://") as refusal:
        Settings()
    assert "geheim" not in str(refusal.value)


def test_the_password_is_not_in_the_representation(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://u:geheim@host/db")
    assert Settings().required_database_url() == "postgresql://u:geheim@host/db"
    assert "geheim" not in repr(Settings())


def test_a_process_that_needs_a_database_says_how_to_give_one() -> None:
    with pytest.raises(RuntimeProblem, match="DATABASE_URL is not set; give it"):
        Settings().required_database_url()


def test_an_unknown_form_of_log_is_refused_with_the_choices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INVORDERING_LOG", "xml")
    with pytest.raises(ValidationError, match=r"log\n  .*'json', 'console' or 'auto'"):
        Settings()


def test_address_key_and_namespace_of_a_cloud_cluster_come_from_the_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TEMPORAL_ADDRESS", "eu-west-1.aws.api.temporal.io:7233")
    monkeypatch.setenv("TEMPORAL_NAMESPACE", "veere.abc12")
    monkeypatch.setenv("TEMPORAL_API_KEY", "sleutel")
    config = temporal_config()
    assert config["target_host"] == "eu-west-1.aws.api.temporal.io:7233"
    assert (config["namespace"], config["api_key"]) == ("veere.abc12", "sleutel")
    assert config["tls"]


def test_client_certificates_come_from_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    certificate, key = tmp_path / "client.pem", tmp_path / "client.key"
    certificate.write_text("CERTIFICATE")
    key.write_text("KEY")
    monkeypatch.setenv("TEMPORAL_TLS", "true")
    monkeypatch.setenv("TEMPORAL_TLS_CLIENT_CERT_PATH", str(certificate))
    monkeypatch.setenv("TEMPORAL_TLS_CLIENT_KEY_PATH", str(key))
    tls = temporal_config()["tls"]
    assert not isinstance(tls, bool)
    assert (tls.client_cert, tls.client_private_key) == (b"CERTIFICATE", b"KEY")


def test_a_profile_file_is_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "temporal.toml"
    file.write_text('[profile.veere]\naddress = "temporal.veere.example:7233"\nnamespace = "invordering"\n')
    monkeypatch.setenv("TEMPORAL_CONFIG_FILE", str(file))
    monkeypatch.setenv("TEMPORAL_PROFILE", "veere")
    assert temporal_config() == {"target_host": "temporal.veere.example:7233", "namespace": "invordering"}


def test_a_key_of_another_cluster_is_never_sent_to_a_server_of_our_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TEMPORAL_API_KEY", "sleutel")
    monkeypatch.setenv("TEMPORAL_NAMESPACE", "veere.abc12")
    assert temporal_config("127.0.0.1:7999") == {"target_host": "127.0.0.1:7999"}


async def test_a_cluster_that_does_not_answer_is_named_with_what_to_do() -> None:
    [port] = claim({"--temporal-port": 0})
    with pytest.raises(NoServer, match=rf"lets us in at 127.0.0.1:{port}: .*TEMPORAL_ADDRESS.*invordering up"):
        await temporal_client(Settings(), f"127.0.0.1:{port}")


async def test_a_broken_profile_file_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "temporal.toml"
    file.write_text("[profile.default\n")
    monkeypatch.setenv("TEMPORAL_CONFIG_FILE", str(file))
    with pytest.raises(NoServer, match=r"settings .* cannot be read"):
        await temporal_client(Settings())
