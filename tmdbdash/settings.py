"""Settings: the only reader of the environment and of the home folder's ``.env``.

Environment first, then ``.env``, then the defaults. Secrets are `pydantic.SecretStr`, so printing
a `Settings` or an error about one shows stars.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AliasChoices, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from tmdbdash import __version__
from tmdbdash.addresses import check_address, folder_address, image_address, protect_address
from tmdbdash.env_file import read_env_file, unquoted
from tmdbdash.errors import UsageError
from tmdbdash.home_folder import find_home
from tmdbdash.redaction import protect, protect_likely
from tmdbdash.trust import refuse_unsafe_env

V3_KEY = re.compile(r"[0-9a-fA-F]{32}")
V4_TOKEN = re.compile(r"[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}")
SQLITE_FILE = re.compile(r"(?i)sqlite(\+\w+)?:///")
COMMIT_HASH = re.compile(r"[0-9a-fA-F]{8,64}")

KEY_FORMS = (
    "TMDB_API_KEY must be a v3 API key (32 hexadecimal digits) or a v4 read access token "
    "(three dot-separated parts, as TMDB's settings page shows it)"
)

PosterSource = Literal["local", "remote", "off"]
"""Whence a page has posters: from its own folder, from TMDB's image host, or not at all."""
POSTER_SWITCH: dict[str, PosterSource] = {
    **dict.fromkeys(("1", "true", "yes", "on"), "remote"),
    **dict.fromkeys(("0", "false", "no"), "off"),
}
"""The meanings of a switch, which TMDBDASH_POSTERS once was."""
ADDRESSES = ("TMDB_BASE_URL", "TMDB_IMAGE_URL")
OWN_SERVER = re.compile(r"(?i)https?://api\.(themoviedb|tmdb)\.org(:\d+)?(/|\Z)")
TMDB_IMAGES = "https://image.tmdb.org/t/p/"


def default_posters(checked: dict[str, Any]) -> PosterSource:
    """Local posters where TMDB itself is asked, or an image host is named for another server."""
    own = OWN_SERVER.match(checked.get("tmdb_base_url", "")) is not None
    return "local" if own or checked.get("tmdb_image_url") != TMDB_IMAGES else "off"


Cadence = Annotated[float, Field(ge=0.01, le=43_200, allow_inf_nan=False)]
"""Minutes between two runs: from those of a test to a month."""


class Settings(BaseSettings):
    """The checked settings. Field names are the documented ones in lower case."""

    model_config = SettingsConfigDict(
        env_file_encoding="utf-8-sig",  # with the mark that Windows' editors put first, or without
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
        case_sensitive=False,
    )

    home: Annotated[Path, NoDecode] = Field(validation_alias="__home__")
    simulated: bool = Field(False, validation_alias="__simulated__")

    tmdb_api_key: SecretStr | None = None
    tmdb_base_url: str = "https://api.themoviedb.org/3"
    tmdb_image_url: str = TMDB_IMAGES
    tmdb_max_rps: float = Field(20, ge=0.1, le=40)
    tmdb_language: str = "en-US"
    tmdb_region: str | None = None
    database_url: SecretStr | None = None
    poll_interval_ms: int = Field(30_000, ge=1_000, le=86_400_000)
    ingest_minutes: Cadence = Field(2, validation_alias="TMDBDASH_INGEST_MINUTES")
    train_minutes: Cadence = Field(15, validation_alias="TMDBDASH_TRAIN_MINUTES")
    retention_days: int = Field(180, ge=0, le=36_500, validation_alias="TMDBDASH_RETENTION_DAYS")
    locale: Literal["en", "pt-BR"] = Field("en", validation_alias="TMDBDASH_LOCALE")
    posters: PosterSource = Field(
        default_factory=default_posters, validation_alias="TMDBDASH_POSTERS"
    )
    ping_url: SecretStr | None = Field(None, validation_alias="TMDBDASH_PING_URL")
    site_url: str | None = Field(None, validation_alias="TMDBDASH_SITE_URL")
    version: str = Field(
        __version__,
        validation_alias=AliasChoices("APP_VERSION", "VERCEL_GIT_COMMIT_SHA", "GIT_COMMIT_SHA"),
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003  pydantic's parameters
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Have every value of both sources unquoted; what is blank then counts as not set.

        Except that blank switches posters off, as it did when the setting was a switch.
        """
        for source in (env_settings, dotenv_settings):
            if isinstance(source, EnvSettingsSource):
                plain = {name: unquoted(value or "") for name, value in source.env_vars.items()}
                if plain.get("tmdbdash_posters") == "":
                    plain["tmdbdash_posters"] = "off"
                source.env_vars = {name: value for name, value in plain.items() if value}
        return init_settings, env_settings, dotenv_settings

    @field_validator("ping_url")
    @classmethod
    def _is_http(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            check_address(value.get_secret_value())
        return value

    @field_validator("tmdb_base_url")
    @classmethod
    def _has_no_query(cls, value: str) -> str:
        check_address(value)
        if "?" in value or "#" in value:
            raise ValueError("must have no ? and no #: the key goes into TMDB_API_KEY")
        if "@" in value.partition("://")[2].partition("/")[2]:
            raise ValueError("has an @ after a /: in a password write / as %2F and @ as %40")
        return value.rstrip("/")

    _is_image_host = field_validator("tmdb_image_url")(image_address)
    _is_folder = field_validator("site_url")(folder_address)

    @field_validator("posters", mode="before")
    @classmethod
    def _is_poster_source(cls, value: str) -> str:
        return POSTER_SWITCH.get(value.lower(), value.lower())

    @field_validator("tmdb_language")
    @classmethod
    def _is_language(cls, value: str) -> str:
        if not re.fullmatch(r"[a-z]{2}(-[A-Z]{2})?", value):
            raise ValueError("must look like en-US or pt-BR")
        return value

    @field_validator("tmdb_region")
    @classmethod
    def _is_region(cls, value: str | None) -> str | None:
        if value is not None and not re.fullmatch(r"[A-Z]{2}", value):
            raise ValueError("must be a two-letter country code such as US or BR")
        return value

    @field_validator("version")
    @classmethod
    def _short_hash(cls, value: str) -> str:
        # Digits alone are a date or a build's number, useless when cut.
        return value[:7] if COMMIT_HASH.fullmatch(value) and not value.isdigit() else value

    @property
    def state_dir(self) -> Path:
        """Database, models and locks; never web-served."""
        return self.home / "state"

    @property
    def models_dir(self) -> Path:
        """The stored models."""
        return self.state_dir / "models"

    @property
    def locks_dir(self) -> Path:
        """The lock files of this home's jobs."""
        return self.state_dir / "locks"

    @property
    def out_dir(self) -> Path:
        """The published folder, by default."""
        return self.home / "out"

    @property
    def database_file(self) -> Path:
        """The database file, unless ``DATABASE_URL`` names another database."""
        return self.state_dir / "tmdbdash.sqlite3"

    @property
    def posters_dir(self) -> Path:
        """The stored posters; what is published of them is copied."""
        return self.state_dir / "posters"

    @property
    def remote_posters(self) -> bool:
        """Whether the reader's browser loads posters from TMDB's image host."""
        return self.posters == "remote"

    def api_key(self) -> str:
        """The TMDB key, checked for its form.

        Raises `UsageError`, before any request and without showing the value, where there is none
        or it has neither of the two forms.
        """
        if self.tmdb_api_key is None:
            raise UsageError(
                "no TMDB key: set TMDB_API_KEY in the environment or in "
                f"{self.home / '.env'} (get one at https://www.themoviedb.org/settings/api), "
                "or try the program without a key by `tmdbdash demo`"
            )
        key = self.tmdb_api_key.get_secret_value()
        if not (V3_KEY.fullmatch(key) or V4_TOKEN.fullmatch(key)):
            raise UsageError(f"{KEY_FORMS}; the value that is set has neither form")
        return key


def load_settings(home: Path | None = None) -> Settings:
    """Read and check all settings for a home folder.

    Raises `UsageError` naming each setting that cannot be used and why, without its value.
    """
    folder = find_home(home)
    if not folder.is_dir():
        raise UsageError(f"the home folder {folder} does not exist: create it or correct --home")
    file = folder / ".env"
    try:
        refuse_unsafe_env(file, folder)
        for name, value in (*read_env_file(file).items(), *os.environ.items()):
            _protect(name, value)
        settings = Settings(_env_file=file, __home__=folder)  # type: ignore[call-arg]  # aliases
    except ValidationError as error:
        raise UsageError(_explain(error, folder)) from None
    except OSError as error:
        raise UsageError(f"{file} cannot be read: {error.strerror or error}") from None
    except UnicodeDecodeError:
        raise UsageError(f"{file} is not UTF-8 text: write it anew") from None
    # Once more after expansion: a file's values may name other variables.
    for name, field in Settings.model_fields.items():
        value = getattr(settings, name)
        if isinstance(value, SecretStr):
            _protect(str(field.validation_alias or name), value.get_secret_value())
    _protect("TMDB_BASE_URL", settings.tmdb_base_url)
    return settings


def _protect(name: str, value: str) -> None:
    """Have the secrets in a setting, however malformed, masked from now on.

    A proxy's login is secret too. A SQLite file's name is not, and messages show it.
    """
    name = name.upper()
    text = unquoted(value)
    if name == "TMDB_API_KEY":
        protect(text)
        protect_likely(text)
    elif name == "TMDBDASH_PING_URL":
        protect(text)
        protect_address(text, path=True)
    elif name == "DATABASE_URL":
        if not SQLITE_FILE.match(text):
            protect_address(text, user=False)
    elif name in ("TMDB_BASE_URL", "TMDB_IMAGE_URL") or (
        name.endswith("_PROXY") and name != "NO_PROXY"
    ):
        protect_address(text)


def _explain(error: ValidationError, home: Path) -> str:
    problems = []
    for item in error.errors(include_url=False, include_input=False, include_context=False):
        name = str(item["loc"][0]).upper() if item["loc"] else "settings"
        problems.append(f"{name}: {item['msg'].removeprefix('Value error, ')}")
    return f"settings (environment or {home / '.env'}): " + "; ".join(problems)
