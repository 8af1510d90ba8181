"""Settings: environment before .env before defaults, checked, and never shown."""

from pathlib import Path

import pytest
from pydantic import AliasChoices

from tests.parts.home import Home
from tmdbdash.errors import UsageError
from tmdbdash.settings import Settings, load_settings

V3 = "0123456789abcdef" * 2
V4 = ".".join(["eyJ" + "a" * 20, "b" * 40, "c" * 30])


def test_defaults_are_the_documented_ones(home: Home) -> None:
    settings = home.settings()
    assert settings.tmdb_base_url == "https://api.themoviedb.org/3"
    assert settings.tmdb_max_rps == 20
    assert settings.tmdb_language == "en-US"
    assert settings.tmdb_region is None
    assert settings.poll_interval_ms == 30_000
    assert (settings.ingest_minutes, settings.train_minutes) == (2, 15)
    assert settings.retention_days == 180
    assert settings.locale == "en"
    assert settings.database_file == home.path / "state" / "tmdbdash.sqlite3"


def test_environment_wins_over_the_env_file(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    (home.path / ".env").write_text("TMDB_MAX_RPS=7\nTMDB_LANGUAGE=pt-BR\n")
    monkeypatch.setenv("TMDB_MAX_RPS", "9")
    settings = home.settings()
    assert settings.tmdb_max_rps == 9
    assert settings.tmdb_language == "pt-BR"


@pytest.mark.parametrize("key", [V3, V4, f' "{V3}" ', f"'{V4}'", V3.upper()])
def test_both_forms_of_key_are_taken_with_quotes_and_spaces_stripped(
    home: Home, monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    monkeypatch.setenv("TMDB_API_KEY", key)
    assert home.settings().api_key() == key.strip(" '\"")


@pytest.mark.parametrize("key", ["secretish", V3[:-1], V3 + "0", "eyJa.b.c", V3[:-1] + "g"])
def test_any_other_key_is_refused_without_being_shown(
    home: Home, monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    monkeypatch.setenv("TMDB_API_KEY", key)
    with pytest.raises(UsageError) as refused:
        home.settings().api_key()
    assert "32 hexadecimal digits" in str(refused.value)
    assert "v4 read access token" in str(refused.value)
    assert key not in str(refused.value)


def test_no_key_says_where_to_get_one(home: Home) -> None:
    with pytest.raises(UsageError, match=r"themoviedb\.org/settings/api"):
        home.settings().api_key()


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("TMDB_MAX_RPS", "41", "less than or equal to 40"),
        ("TMDB_MAX_RPS", "0", "greater than"),
        ("POLL_INTERVAL_MS", "soon", "integer"),
        ("TMDB_MAX_RPS", "1e-300", "greater than or equal to 0.1"),
        ("TMDBDASH_RETENTION_DAYS", "-1", "greater than or equal to 0"),
        ("TMDBDASH_RETENTION_DAYS", "900000", "less than or equal to"),
        ("TMDBDASH_INGEST_MINUTES", "inf", "finite"),
        ("TMDBDASH_TRAIN_MINUTES", "1e12", "less than or equal to"),
        ("TMDB_LANGUAGE", "Portuguese", "pt-BR"),
        ("TMDB_REGION", "Brazil", "two-letter"),
        ("TMDBDASH_LOCALE", "fr", "'en' or 'pt-BR'"),
        ("TMDB_BASE_URL", "api.example", "http://"),
        ("TMDBDASH_PING_URL", "hush-hush", "http://"),
        ("TMDBDASH_SITE_URL", "films.example", "address of the published folder"),
        ("TMDBDASH_SITE_URL", "https://me:pw@films.example/", "without a user"),
        ("TMDBDASH_SITE_URL", "https://films.example/?a=b", "a query"),
    ],
)
def test_a_bad_value_names_its_setting(
    home: Home, monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(UsageError) as refused:
        home.settings()
    assert name in str(refused.value)
    assert said in str(refused.value)
    assert "hush-hush" not in str(refused.value)


def test_secrets_are_stars_in_every_representation(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMDB_API_KEY", V3)
    monkeypatch.setenv("DATABASE_URL", "mysql+pymysql://me:pass-word@localhost/films")
    monkeypatch.setenv("TMDBDASH_PING_URL", "https://monitor.invalid/uuid-of-mine")
    settings = home.settings()
    shown = f"{settings!r} {settings} {settings.model_dump()}"
    for secret in (V3, "pass-word", "uuid-of-mine"):
        assert secret not in shown


@pytest.mark.parametrize("name", ["APP_VERSION", "VERCEL_GIT_COMMIT_SHA", "GIT_COMMIT_SHA"])
def test_the_version_is_taken_from_the_host_and_a_hash_is_cut(
    home: Home, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(name, "abcdef0123" * 4)
    assert home.settings().version == "abcdef0"
    for version in ("2.5.0-rc1", "20251120"):
        monkeypatch.setenv("APP_VERSION", version)
        assert home.settings().version == version


def test_the_home_is_the_option_then_the_variable_then_the_current_folder(
    home: Home, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    monkeypatch.chdir(other)
    assert load_settings().home == other
    monkeypatch.setenv("TMDBDASH_HOME", str(home.path))
    assert load_settings().home == home.path
    assert load_settings(other).home == other
    with pytest.raises(UsageError, match="does not exist"):
        load_settings(tmp_path / "nowhere")


SAMPLES = {
    "tmdb_api_key": V3,
    "tmdb_base_url": "https://mirror.example/3",
    "tmdb_max_rps": "7.5",
    "tmdb_language": "pt-BR",
    "tmdb_region": "BR",
    "database_url": "sqlite:///films.db",
    "poll_interval_ms": "45000",
    "retention_days": "90",
    "locale": "pt-BR",
    "posters": "remote",
    "tmdb_image_url": "https://images.example/t/p/",
    "ping_url": "https://monitor.example/uuid",
    "site_url": "https://films.example/",
    "version": "1.2.3",
}
WRAPPED = ['"{}"', "'{}'", "  {}  ", '"{}"\r', "{}\r\n", "' {} '", "\u201c{}\u201d", '"{}" \t']


def model_names(field: str) -> list[str]:
    alias = Settings.model_fields[field].validation_alias
    if isinstance(alias, AliasChoices):
        return [str(choice) for choice in alias.choices]
    return [str(alias or field).upper()]


@pytest.mark.parametrize(
    "field", [f for f in Settings.model_fields if f not in ("home", "simulated")]
)
def test_every_setting_is_read_from_within_quotes_spaces_and_carriage_returns(
    home: Home, monkeypatch: pytest.MonkeyPatch, field: str
) -> None:
    """As docker's `--env-file` and editors under Windows leave them."""
    default = Settings.model_fields[field].default if field != "posters" else "off"
    value = SAMPLES.get(field, str(default))
    for name in model_names(field):
        monkeypatch.setenv(name, value)
        plain = getattr(home.settings(), field)
        assert field not in SAMPLES or plain != default
        for wrapped in WRAPPED:
            monkeypatch.setenv(name, wrapped.format(value))
            assert getattr(home.settings(), field) == plain, (name, wrapped)
            monkeypatch.setenv(name, wrapped.format(""))  # nothing within the quotes: not set
            assert getattr(home.settings(), field) == default, (name, wrapped)
        monkeypatch.delenv(name)


@pytest.mark.parametrize(
    ("env", "source"),
    [
        ({}, "local"),
        ({"TMDB_BASE_URL": "https://api.tmdb.org/3"}, "local"),
        ({"TMDB_BASE_URL": "https://mirror.example/3"}, "off"),
        (
            {
                "TMDB_BASE_URL": "https://mirror.example/3",
                "TMDB_IMAGE_URL": "https://mirror.example/t/p",
            },
            "local",
        ),
        ({"TMDBDASH_POSTERS": "local", "TMDB_BASE_URL": "https://mirror.example/3"}, "local"),
        ({"TMDBDASH_POSTERS": "Remote"}, "remote"),
        ({"TMDBDASH_POSTERS": "1"}, "remote"),
        ({"TMDBDASH_POSTERS": "true"}, "remote"),
        ({"TMDBDASH_POSTERS": "off"}, "off"),
        ({"TMDBDASH_POSTERS": "0"}, "off"),
        ({"TMDBDASH_POSTERS": "False"}, "off"),
        ({"TMDBDASH_POSTERS": ""}, "off"),
    ],
)
def test_where_posters_come_from(
    home: Home, monkeypatch: pytest.MonkeyPatch, env: dict[str, str], source: str
) -> None:
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    settings = home.settings()
    assert settings.posters == source
    assert settings.remote_posters is (source == "remote")
    assert settings.posters_dir == home.path / "state" / "posters"


def test_an_unknown_source_of_posters_is_refused(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMDBDASH_POSTERS", "sometimes")
    with pytest.raises(UsageError, match=r"TMDBDASH_POSTERS.*'local', 'remote' or 'off'"):
        home.settings()


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("https://images.example", "https://images.example/"),
        ("https://images.example/t/p/", "https://images.example/t/p/"),
        ("http://127.0.0.1:8000/t/p", "http://127.0.0.1:8000/t/p/"),
        ("http://localhost/p", "http://localhost/p/"),
    ],
)
def test_the_image_host_is_kept_with_a_slash(
    home: Home, monkeypatch: pytest.MonkeyPatch, address: str, kept: str
) -> None:
    monkeypatch.setenv("TMDB_IMAGE_URL", address)
    assert home.settings().tmdb_image_url == kept


@pytest.mark.parametrize(
    "address",
    [
        "http://images.example/t/p/", "https://user:pass-word@images.example/", "ftp://a/", "a",
        "https://images.example/?api_key=1", "https://images.example/#x", "https://", "https:///x",
        "http://127.0.0.1.evil.example/", "https://a@b/", "https://a/b@c", "https://a b/",
    ],
)  # fmt: skip
def test_an_image_host_that_would_get_a_secret_or_is_none_is_refused(
    home: Home, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setenv("TMDB_IMAGE_URL", address)
    with pytest.raises(UsageError, match="TMDB_IMAGE_URL: must be an address") as caught:
        home.settings()
    assert "pass-word" not in str(caught.value)


def test_a_home_is_read_from_within_quotes(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMDBDASH_HOME", f'"{home.path}"\r')
    assert load_settings().home == home.path


def test_an_env_file_of_a_windows_editor_is_read(home: Home) -> None:
    """With a byte order mark, carriage returns and quotes."""
    lines = "TMDB_MAX_RPS=\"7\"\r\nTMDB_REGION = BR \r\nPOLL_INTERVAL_MS='45000'\r\n"
    (home.path / ".env").write_bytes(b"\xef\xbb\xbf" + lines.encode())
    settings = home.settings()
    assert (settings.tmdb_max_rps, settings.tmdb_region) == (7, "BR")
    assert settings.poll_interval_ms == 45_000


@pytest.mark.parametrize(
    ("told", "meant"),
    [
        ("https://films.example", "https://films.example/"),
        ("https://films.example/a/", "https://films.example/a/"),
        ("https://films.example/a/index.html", "https://films.example/a/"),
    ],
)
def test_the_site_is_the_address_of_the_folder(
    home: Home, monkeypatch: pytest.MonkeyPatch, told: str, meant: str
) -> None:
    monkeypatch.setenv("TMDBDASH_SITE_URL", told)
    assert home.settings().site_url == meant


@pytest.mark.parametrize("name", ["a-file", "x" * 300, "~nobody-of-that-name/x", "loop"])
def test_a_home_that_cannot_be_is_a_sentence(home: Home, name: str) -> None:
    (home.path / "a-file").write_text("")
    (home.path / "loop").symlink_to("loop")
    path = Path(name) if name.startswith("~") else home.path / name
    with pytest.raises(UsageError, match="home folder"):
        load_settings(path)


def test_an_env_file_that_cannot_be_read_is_a_sentence(home: Home) -> None:
    (home.path / ".env").write_bytes(b"TMDB_LANGUAGE=\xff\xfe\n")
    with pytest.raises(UsageError, match=r"\.env"):
        home.settings()
