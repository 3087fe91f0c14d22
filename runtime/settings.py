"""Where the engine finds its database, its cluster and its folders: from the environment alone.

| variable                  | meaning                                              | default            |
|---------------------------|------------------------------------------------------|--------------------|
| DATABASE_URL              | PostgreSQL, `postgresql://user:password@host/name`   | none: embedded     |
| TEMPORAL_*                | cluster, TLS, API key, profile (Temporal's own rules)| 127.0.0.1, default |
| INVORDERING_DATA          | folder of the embedded servers                       | ./var              |
| INVORDERING_SPOOL         | folder where letters wait for the printing service   | DATA/spool         |
| INVORDERING_TASK_QUEUE    | Temporal task queue of the workers                   | invordering        |
| INVORDERING_LOG           | json, console, or auto: console on a terminal        | auto               |
"""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.envconfig import ClientConfig, ClientConnectConfig

from runtime.errors import NoServer, RuntimeProblem

LOCAL_TEMPORAL = "127.0.0.1:7233"

LogFormat = Literal["json", "console", "auto"]


def _postgres_url(url: str) -> str:
    if not url.startswith(("postgresql://", "postgres://")):
        raise ValueError(
            "must begin with postgresql:// (for instance postgresql://user:password@host:5432/invordering)"
        )
    return url


class Settings(BaseSettings):
    """The settings of one process. Errors name the variable, and not its value: it may hold a password."""

    model_config = SettingsConfigDict(
        env_prefix="INVORDERING_",
        frozen=True,
        hide_input_in_errors=True,
        validate_by_name=True,
        validate_by_alias=True,
    )

    database_url: Annotated[str, AfterValidator(_postgres_url)] | None = Field(
        default=None, validation_alias="DATABASE_URL", repr=False
    )
    data: Path = Path("var")
    spool: Path = Path()
    task_queue: Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)] = "invordering"
    log: LogFormat = "auto"

    @model_validator(mode="before")
    @classmethod
    def _spool_below_data(cls, given: dict[str, object]) -> dict[str, object]:
        return {"spool": Path(str(given.get("data", cls.model_fields["data"].default))) / "spool"} | given

    def required_database_url(self) -> str:
        """The database of a process that does not bring its own; RuntimeProblem when none is given."""
        if self.database_url is None:
            raise RuntimeProblem(
                "DATABASE_URL is not set; give it (postgresql://user:password@host:5432/invordering), "
                "or run everything on this machine with `invordering up`"
            )
        return self.database_url


def temporal_config(address: str | None = None) -> ClientConnectConfig:
    """How to connect, from TEMPORAL_ADDRESS, _NAMESPACE, _API_KEY, _TLS*, _PROFILE and the profile file.

    An `address` means a server of our own: nothing of the environment applies, so that a key of a cloud
    cluster is never sent to it.
    """
    if address is not None:
        return {"target_host": address}
    config = ClientConfig.load_client_connect_config()
    config.setdefault("target_host", LOCAL_TEMPORAL)
    return config


async def temporal_client(settings: Settings, address: str | None = None) -> Client:
    """A client with the converter that all our payloads use; see `temporal_config` for `address`.

    Raises NoServer when the cluster does not answer or refuses us.
    """
    try:
        config = temporal_config(address)
    except (OSError, RuntimeError) as error:
        raise NoServer(f"the Temporal settings (TEMPORAL_* or the profile file) cannot be read: {error}") from None
    try:
        return await Client.connect(**config, data_converter=pydantic_data_converter)
    except (RuntimeError, OSError) as error:
        raise NoServer(
            f"no Temporal cluster lets us in at {config['target_host']}: {error}; set TEMPORAL_ADDRESS (and "
            "TEMPORAL_NAMESPACE, TEMPORAL_API_KEY or TEMPORAL_TLS_*), or start one with `invordering up`"
        ) from None
