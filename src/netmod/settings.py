"""Where the project is and how netmod runs in it: `netmod.toml`, environment, defaults."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from netmod.errors import ConfigError, Problem

FILE_NAME = "netmod.toml"


def _words(value: Any) -> Any:
    """`vault,file`, as the environment has it, or a list."""
    if not isinstance(value, str):
        return value
    return [word for part in value.split(",") if (word := part.strip())]


class CollectSettings(BaseModel):
    """How collection behaves. Times in seconds.

    A site is given up after `give_up_site_after` devices in a row that could not be reached.
    After `deadline` no further device is asked. `legacy_ssh` names the hosts that may use SSH
    algorithms which are no longer safe.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    workers: int = Field(default=300, ge=1, le=2000)
    processes: int = Field(default=1, ge=1, le=32)
    sessions_per_site: int = Field(default=10, ge=1)
    legacy_ssh: Annotated[tuple[str, ...], BeforeValidator(_words)] = ()
    logins_per_second: float = Field(default=50.0, gt=0, allow_inf_nan=False)
    connect_attempts: int = Field(default=2, ge=1, le=5)
    connect_timeout: float = Field(default=15.0, gt=0)
    command_timeout: float = Field(default=120.0, gt=0)
    give_up_site_after: int = Field(default=5, ge=1)
    deadline: float = Field(default=14_400.0, gt=0, le=604_800)


Place = Literal["environment", "file", "keyring", "vault"]
SecretName = Annotated[
    str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}(?:[/.][A-Za-z0-9_-]{1,64}){0,15}$")
]


class VaultSettings(BaseModel):
    """Where HashiCorp Vault (or OpenBao) is, and where in its KV engine of version 2 secrets lie.

    `timeout` is in seconds. What proves who we are is no setting: it comes from the environment
    or from the file of credentials.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    address: str = ""
    namespace: str = ""
    mount: str = Field(default="secret", min_length=1)
    prefix: str = "netmod"
    approle_mount: str = Field(default="approle", min_length=1)
    ca_file: Path | None = None
    timeout: float = Field(default=10.0, gt=0)


class LoginRule(BaseModel):
    """Devices with a login of their own: filter terms that all must hold, and its reference."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    devices: Annotated[tuple[str, ...], BeforeValidator(_words), Field(min_length=1)]
    login: SecretName


class CredentialSettings(BaseModel):
    """Where secrets are looked up, in this order, and which login is for which devices.

    `login` refers to the login of all devices where neither the environment nor the file holds
    one. The first of `logins` that selects a device wins over both. `file` is the file of secrets
    where it is not `.netmod/credentials.toml`; a service gets one from whoever starts it.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    sources: Annotated[tuple[Place, ...], BeforeValidator(_words), Field(min_length=1)] = (
        "environment",
        "file",
    )
    file: Path | None = None
    login: SecretName | None = None
    logins: tuple[LoginRule, ...] = ()
    keyring_service: str = Field(default="netmod", min_length=1)
    vault: VaultSettings = VaultSettings()


class NightlySettings(BaseModel):
    """How the run behaves that nobody watches.

    `notify` and `heartbeat` are references of secrets: the URLs hold tokens. `metrics` is the
    folder of node_exporter's textfile collector. A run that was killed less than `resume_hours`
    ago is gone on with; the dead man's switch speaks `late_after_hours` after the last complete
    run. Of complete runs the newest `keep_runs` are kept, with their snapshots.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    notify: Annotated[tuple[SecretName, ...], BeforeValidator(_words)] = ()
    heartbeat: SecretName | None = None
    metrics: Path | None = None
    late_after_hours: float = Field(default=26.0, gt=0, le=8760)
    resume_hours: float = Field(default=12.0, ge=0, le=8760)
    keep_runs: int = Field(default=14, ge=1)


class HistorySettings(BaseModel):
    """How many days runs and their transitions are kept, and how many what devices said."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    keep_days: int = Field(default=1095, ge=1)
    keep_captures_days: int = Field(default=90, ge=1)


class ArchiveSettings(BaseModel):
    """Where the archive of redacted configs is pushed to, and for whom full ones are sealed.

    `remote` is what `git push` takes. `recipients` are public keys of age; without any, no full
    config is kept. `generations` is how many of each device. `identity` refers to the secret key
    that opens them, on the machine of whoever restores; the nightly job needs none.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    remote: str = ""
    recipients: Annotated[tuple[str, ...], BeforeValidator(_words)] = ()
    generations: int = Field(default=5, ge=1, le=1000)
    identity: SecretName = "archive/identity"


class ReportSettings(BaseModel):
    """How reports read: their language, and their classification mark ("" for the usual one)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    language: Literal["en", "nb"] = "en"
    classification: str = ""


class EvidenceSettings(BaseModel):
    """How evidence packs are signed: `key` refers to the Ed25519 private key, as PEM."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    key: SecretName = "evidence/signing-key"


Fingerprint = Annotated[str, Field(pattern=r"^[0-9A-Fa-f]{2}(:?[0-9A-Fa-f]{2}){31}$")]
Port = Annotated[int, Field(ge=1, le=65535)]


class EapiSettings(BaseModel):
    """Which certificates of eAPI are trusted; without a pin or a file no device is.

    `pins` are SHA-256 fingerprints by host; a pin alone decides on its host. `ca_file` holds the
    authorities for the others, whose certificates must name the device's address; it is looked for
    from the project's folder. `ports` are those of hosts that do not answer on 443.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    ca_file: Path | None = None
    pins: dict[str, Fingerprint] = Field(default_factory=dict)
    ports: dict[str, Port] = Field(default_factory=dict)


class Settings(BaseModel):
    """Values of `netmod.toml`, overridden by `NETMOD_<SECTION>_<KEY>` of the environment."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    collect: CollectSettings = CollectSettings()
    credentials: CredentialSettings = CredentialSettings()
    eapi: EapiSettings = EapiSettings()
    evidence: EvidenceSettings = EvidenceSettings()
    history: HistorySettings = HistorySettings()
    archive: ArchiveSettings = ArchiveSettings()
    nightly: NightlySettings = NightlySettings()
    reports: ReportSettings = ReportSettings()


class Project(BaseModel):
    """A folder with `inventory/`, `templates/` and `compliance/`, and its settings."""

    model_config = ConfigDict(frozen=True)

    root: Path
    settings: Settings

    @property
    def inventory(self) -> Path:
        return self.root / "inventory"

    @property
    def templates(self) -> Path:
        return self.root / "templates"

    @property
    def compliance(self) -> Path:
        return self.root / "compliance"

    @property
    def state(self) -> Path:
        """Where netmod keeps what it makes: `.netmod/`."""
        return self.root / ".netmod"

    @property
    def history(self) -> Path:
        """The database of runs."""
        return self.state / "history.db"

    @property
    def archive(self) -> Path:
        """The git repository of redacted configs."""
        return self.state / "archive.git"

    @property
    def evidence(self) -> Path:
        """What is known of the evidence packs that were sealed."""
        return self.state / "evidence"

    @property
    def sealed(self) -> Path:
        """The encrypted full configs."""
        return self.state / "sealed"

    @property
    def credentials(self) -> Path:
        """The file of secrets, which only its owner may read."""
        named = self.settings.credentials.file
        return self.root / named if named else self.state / "credentials.toml"


def find_root(start: Path) -> Path | None:
    """The nearest folder upward from `start` that holds `netmod.toml`."""
    for folder in (start, *start.parents):
        if (folder / FILE_NAME).is_file():
            return folder
    return None


def open_project(
    root: Path | None, *, start: Path, environ: Mapping[str, str] = os.environ
) -> Project:
    """The project at `root`, else the nearest one upward from `start`.

    Raises `ConfigError` where there is none or where its settings are wrong.
    """
    found = root or find_root(start)
    if found is None or not (found / FILE_NAME).is_file():
        hint = "go into a netmod project, or name it with --project DIR"
        message = f"no {FILE_NAME} in it" if root else f"no {FILE_NAME} here or in a folder above"
        raise ConfigError([Problem(str(root or start), 0, message, hint)])
    return Project(root=found.resolve(), settings=_settings(found / FILE_NAME, environ))


_HINTS = {"reports.language": "Norwegian is nb: reports and messages are written in bokmål"}


def _settings(path: Path, environ: Mapping[str, str]) -> Settings:
    try:
        values: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError([Problem(str(path), 0, f"not valid TOML: {error}")]) from None
    except OSError as error:
        raise ConfigError([Problem(str(path), 0, error.strerror or "cannot be read")]) from None
    for section, field in Settings.model_fields.items():
        for key in getattr(field.annotation, "model_fields", {}):
            variable = f"NETMOD_{section}_{key}".upper()
            if variable in environ and isinstance(values.setdefault(section, {}), dict):
                values[section][key] = environ[variable]
    try:
        return Settings.model_validate(values)
    except ValidationError as error:
        problems = []
        for detail in error.errors(include_url=False):
            place = ".".join(map(str, detail["loc"]))
            hint = _HINTS.get(place, "")
            problems.append(Problem(str(path), 0, f"{place}: {detail['msg']}", hint))
        raise ConfigError(problems) from None
