"""Settings from the environment (``KPI_*``) or ``kpi.toml``."""

from __future__ import annotations

import os
from pathlib import Path
from tomllib import TOMLDecodeError
from typing import Annotated

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict
from pydantic_settings import SettingsError as UnreadableError
from pydantic_settings.sources import TomlConfigSettingsSource

PROJECT_ROOT = Path(__file__).resolve().parent


class SettingsError(ValueError):
    """A setting cannot be used; the message names it and the remedy."""


class Settings(BaseSettings):
    """Everything a run may be told. Names in the environment are upper case with ``KPI_`` in front.

    ``KPI_BASE_URL__<PUBLISHER>`` replaces scheme, host and port of that publisher's addresses.
    """

    model_config = SettingsConfigDict(
        env_prefix="KPI_", env_nested_delimiter="__", toml_file="kpi.toml", extra="forbid", frozen=True
    )

    data_dir: Path = Path("data")
    strategies_dir: Path = PROJECT_ROOT / "strategies"
    register_dir: Path = PROJECT_ROOT / "sources" / "register"
    corrections_file: Path = PROJECT_ROOT / "sources" / "corrections.toml"
    base_url: dict[str, str] = Field(default_factory=dict)
    estat_app_id: SecretStr | None = None
    notify_urls: Annotated[tuple[SecretStr, ...], NoDecode] = ()
    notify_after_nights: int = Field(default=3, ge=1)
    report_url: str = ""

    @field_validator("data_dir", "strategies_dir", "register_dir", "corrections_file", mode="before")
    @classmethod
    def _named(cls, value: object) -> object:
        """An empty text would mean the working folder, where nobody who left a variable empty wants the data."""
        if isinstance(value, str) and not value.strip():
            raise ValueError("it is empty; name a place, or leave it out")
        return value

    @field_validator("estat_app_id", mode="before")
    @classmethod
    def _strip(cls, value: object) -> object:
        """A key that was copied or read from a file may come with a blank or a line end, which is no part of it."""
        return value.strip() if isinstance(value, str) else value

    @field_validator("notify_urls", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return tuple(value.split()) if isinstance(value, str) else value

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments win over the environment, the environment over ``kpi.toml``."""
        del dotenv_settings, file_secret_settings
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)


def load(data_dir: Path | None = None) -> Settings:
    """The settings of this process; ``data_dir`` wins over the environment.

    Raises:
        SettingsError: when a setting is unknown or has no usable value.
    """
    known = {name.upper() for name in Settings.model_fields}
    for name in os.environ:
        if name.startswith("KPI_") and name.removeprefix("KPI_").partition("__")[0] not in known:
            raise SettingsError(f"setting {name} is not known; the settings are KPI_{', KPI_'.join(sorted(known))}")
    try:
        return Settings() if data_dir is None else Settings(data_dir=data_dir)
    except (UnreadableError, TOMLDecodeError) as error:
        raise SettingsError(f"{error}; correct it in the environment or kpi.toml") from error
    except ValidationError as error:
        first = error.errors(include_input=False)[0]
        name = "__".join(str(part) for part in first["loc"]).upper()
        raise SettingsError(f"setting KPI_{name}: {first['msg']}; correct it in the environment or kpi.toml") from error
