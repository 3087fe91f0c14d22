"""The compose file and the scripts it runs: against the official schema, our own rules, and real servers."""

import asyncio
import os
import re
import shutil
import subprocess
import sys
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import asyncpg
import pytest
import yaml
from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest
from temporalio.client import Client

from runtime.ports import claim
from runtime.postgres import PostgresServer, binaries
from runtime.temporal import TemporalServer, temporal_binary

PROJECT = Path(__file__).parents[2]
COMPOSE = PROJECT / "docker-compose.yml"
SECRETS = {"POSTGRES_PASSWORD", "TEMPORAL_DB_PASSWORD", "INVORDERING_DB_PASSWORD"}
CHAIN = ["postgres", "temporal-schema", "temporal", "temporal-namespace", "migrate", "worker"]
ONE_SHOT = {"temporal-schema", "temporal-namespace", "migrate"}


@pytest.fixture(scope="module")
def stack() -> dict[str, Any]:
    return dict(yaml.safe_load(COMPOSE.read_text()))


def against_schema(file: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", str(file)]
    return subprocess.run(command, capture_output=True, text=True)


def test_the_file_keeps_to_the_official_compose_schema(tmp_path: Path) -> None:
    checked = against_schema(COMPOSE)
    assert checked.returncode == 0, checked.stdout
    typo = tmp_path / "docker-compose.yml"
    typo.write_text(COMPOSE.read_text().replace("depends_on:", "depend_on:", 1))
    assert "depend_on" in against_schema(typo).stdout


def test_docker_itself_reads_the_file_where_it_has_compose() -> None:
    docker = shutil.which("docker")
    has_compose = docker and subprocess.run([docker, "compose", "version"], capture_output=True).returncode == 0
    if docker and has_compose:
        command = [docker, "compose", "--file", str(COMPOSE), "config", "--quiet"]
        given = os.environ | dict.fromkeys(SECRETS, "x")
        assert subprocess.run(command, env=given, capture_output=True, text=True).stderr == ""
        missing = {name: value for name, value in os.environ.items() if name not in SECRETS}
        assert "choose a password" in subprocess.run(command, env=missing, capture_output=True, text=True).stderr


def test_every_secret_must_be_given_and_none_has_a_default(stack: dict[str, Any]) -> None:
    text = COMPOSE.read_text()
    used = re.findall(r"\$\{(\w+)([^}]*)\}", text)
    assert {name for name, _ in used} == SECRETS
    assert all(rest.startswith(":?choose ") for _, rest in used)
    for service in stack["services"].values():
        for name, value in service.get("environment", {}).items():
            if re.search(r"PASSWORD|PWD|KEY|TOKEN|SECRET", name):
                assert str(value).startswith("${"), f"{name} has a value of its own"


def test_each_service_waits_for_the_one_before_it_in_the_right_way(stack: dict[str, Any]) -> None:
    services = stack["services"]
    for name, service in services.items():
        for needed, how in service.get("depends_on", {}).items():
            assert needed in services, f"{name} waits for {needed}, which is not there"
            finished = how["condition"] == "service_completed_successfully"
            assert finished == (needed in ONE_SHOT), f"{name} waits for {needed} in the wrong way"
            assert finished or "healthcheck" in services[needed], f"{needed} has no health check"
    for before, after in pairwise(CHAIN):
        assert before in services[after]["depends_on"]
    assert set(services) == {*CHAIN, "temporal-ui"}


def test_jobs_end_and_servers_come_back(stack: dict[str, Any]) -> None:
    for name, service in stack["services"].items():
        assert service["restart"] == ("on-failure:5" if name in ONE_SHOT else "unless-stopped")


def test_nothing_is_published_but_the_web_ui_and_that_on_this_host_alone(stack: dict[str, Any]) -> None:
    published = {name: service["ports"] for name, service in stack["services"].items() if "ports" in service}
    assert published == {"temporal-ui": ["127.0.0.1:8080:8080"]}


def test_what_must_last_is_in_named_volumes_and_every_mounted_file_exists(stack: dict[str, Any]) -> None:
    sources = {
        (name, volume.split(":")[0])
        for name, service in stack["services"].items()
        for volume in service.get("volumes", [])
    }
    named = {source for _, source in sources if not source.startswith(".")}
    assert named == set(stack["volumes"])
    assert {("postgres", "postgres"), ("worker", "spool")} <= sources
    assert all((PROJECT / source).exists() for _, source in sources if source.startswith("."))


def test_every_image_has_a_version_and_server_and_schema_have_the_same(stack: dict[str, Any]) -> None:
    images = {name: service["image"] for name, service in stack["services"].items()}
    assert all(re.search(r":(\d|local$)", image) for image in images.values())
    assert images["temporal"].split(":")[1] == images["temporal-schema"].split(":")[1]
    shipped = subprocess.run([temporal_binary(), "--version"], capture_output=True, text=True).stdout
    assert f"Server {images['temporal'].split(':')[1]}, UI {images['temporal-ui'].split(':')[1]}" in shipped


def run_script(name: str, *, path: Path, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    tools = {"PATH": f"{path}:{os.environ['PATH']}"}
    command = ["sh", str(PROJECT / "deploy" / name)]
    return subprocess.run(command, env=tools | environment, capture_output=True, text=True, timeout=60)


async def make_room(dsn: str, password: str) -> None:
    """Leave a server with nothing but its superuser, as the image makes it."""
    owner = await asyncpg.connect(dsn)
    await owner.execute(f"CREATE ROLE superuser SUPERUSER LOGIN PASSWORD '{password}'")
    await owner.close()
    superuser = await asyncpg.connect(dsn, user="superuser", database="postgres")
    await superuser.execute("DROP DATABASE invordering")
    await superuser.execute("ALTER ROLE invordering RENAME TO embedded")
    await superuser.close()


async def test_the_first_start_of_postgresql_gives_each_role_its_own_database_only(tmp_path: Path) -> None:
    [port] = claim({"--postgres-port": 0})
    async with PostgresServer(tmp_path, port) as server:
        environment = {
            "PGHOST": "127.0.0.1",
            "PGPORT": str(port),
            "PGPASSWORD": (tmp_path / "postgres.password").read_text(),
            "POSTGRES_USER": "superuser",
            "TEMPORAL_DB_PASSWORD": "te'st",
            "INVORDERING_DB_PASSWORD": "test",
        }
        await make_room(server.dsn, environment["PGPASSWORD"])

        done = await asyncio.to_thread(run_script, "postgres-init.sh", path=binaries(), environment=environment)
        assert done.returncode == 0, done.stderr

        for user, password in (("temporal", "te'st"), ("invordering", "test")):
            for database in ("temporal", "temporal_visibility", "invordering"):
                login = asyncpg.connect(host="127.0.0.1", port=port, user=user, password=password, database=database)
                if database.startswith(user):
                    connection = await login
                    await connection.execute("CREATE TABLE mine (x int)")
                    await connection.close()
                else:
                    with pytest.raises(asyncpg.InsufficientPrivilegeError):
                        await login


async def test_the_namespace_job_may_be_repeated_and_sets_the_retention(tmp_path: Path) -> None:
    port, ui_port = claim({"--temporal-port": 0, "--ui-port": 0})
    async with TemporalServer(tmp_path, port, ui_port) as server:
        client = await Client.connect(server.address)
        for retention, days in (("30d", 30), ("90d", 90)):
            environment = {
                "TEMPORAL_ADDRESS": server.address,
                "TEMPORAL_NAMESPACE": "invordering",
                "TEMPORAL_RETENTION": retention,
            }
            done = await asyncio.to_thread(
                run_script, "temporal-namespace.sh", path=temporal_binary().parent, environment=environment
            )
            assert done.returncode == 0, done.stderr
            found = await client.workflow_service.describe_namespace(DescribeNamespaceRequest(namespace="invordering"))
            assert found.config.workflow_execution_retention_ttl.ToTimedelta() == timedelta(days=days)
