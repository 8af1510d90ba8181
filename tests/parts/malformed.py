"""Malformed settings with a secret in them, and how to find its parts again."""

HEAD, TAIL = "Zq7vHx2w", "Kp9tRm4y"
"""No four letters of these appear in anything else, so each four of them are a leak."""
BETWEEN = (
    *("", "@", ":", "/", "#", "?", "%", "&", "=", "+", " ", "'", '"', "\n", "\\", "@@", "/@", ":@"),
    *("?a=", "?a=b@", "%40", "%2F", "é", "…", "@é@", "]", "[", "://", "@h:1/"),
)
PASSWORDS = tuple(f"{HEAD}{between}{TAIL}" for between in BETWEEN)

DATABASES = (
    "mysql+pymysql://me:{}@127.0.0.1:9/films",
    "mysql+pymysql://me:{}@127.0.0.1:9/films?charset=utf8mb4",
    "MYSQL://me:{}@127.0.0.1:9/films",
    "mysql://mysql+pymysql://me:{}@127.0.0.1:9/films",
    "postgresql://me:{}@127.0.0.1/films",
    "mysql+pymysql://me:{}@:9/films",
    "mysql+pymysql://me:{}@127.0.0.1:port/films",
    "mysql+pymysql://me:{}@127.0.0.1:99999/films",
    "mysql+pymysql://me:{}@[::1]:9/films",
    "mysql+pymysql://me:{}@[bad/films",
    "mysql+pymysql://me@server:{}@127.0.0.1:9/films",
    "mysql+pymysql://127.0.0.1:9/films?user=me&password={}",
    "mysql+pymysql://127.0.0.1:9/films?user=me&passwd={}&nonsense=1",
    "mysql+pymysql:/me:{}@127.0.0.1:9/films",
    "mysql:me:{}@127.0.0.1:9/films",
    "me:{}@127.0.0.1:9/films",
    "sqlite://me:{}@127.0.0.1/films",
    "{}",
    "DATABASE_URL=mysql+pymysql://me:{}@127.0.0.1:9/films",
    "'mysql+pymysql://me:{}@127.0.0.1:9/films",
)
PINGS = (
    "http://127.0.0.1:9/{}",
    "http://127.0.0.1:9/a/{}/slug",
    "http://127.0.0.1:9/ping?key={}",
    "http://127.0.0.1:9/#{}",
    "http://me:{}@127.0.0.1:9/ping",
    "http://{}@127.0.0.1:9/ping",
    "HTTP://127.0.0.1:9/{}",
    "http://http://127.0.0.1:9/{}",
    "ftp://me:{}@127.0.0.1:9/ping",
    "http:///{}",
    "http://127.0.0.1:port/{}",
    "http://[::1]:9/{}",
    "http://[bad/{}",
    "127.0.0.1:9/{}",
    '"http://127.0.0.1:9/{}',
)
BASES = (
    "http://me:{}@127.0.0.1:9/3",
    "http://{}@127.0.0.1:9/3",
    "http://127.0.0.1:9/3?api_key={}",
    "http://127.0.0.1:9/3#{}",
    "HTTP://me:{}@127.0.0.1:9/3",
    "http://http://me:{}@127.0.0.1:9/3",
    "ftp://me:{}@127.0.0.1:9/3",
    "http://me:{}@",
    "http://me:{}@127.0.0.1:port/3",
    "http://me:{}@[::1]:9/3",
    "me:{}@127.0.0.1:9/3",
)
PROXIES = (
    "http://me:{}@127.0.0.1:9",
    "http://{}@127.0.0.1:9",
    "me:{}@127.0.0.1:9",
    "socks5://me:{}@127.0.0.1:9",
    "HTTP://me:{}@127.0.0.1:9",
    "http://http://me:{}@127.0.0.1:9",
    "http://me:{}@",
    "http://me:{}@127.0.0.1:port",
    "http://me:{}@[::1]:9",
)
KEYS = (
    "{}",
    "Bearer {}",
    "TMDB_API_KEY={}",
    "'{}",
    "{}\n",
    "eyJ0.{}.x",
    "https://x.invalid/?api_key={}",
)
KINDS = {
    "DATABASE_URL": DATABASES,
    "TMDBDASH_PING_URL": PINGS,
    "TMDB_BASE_URL": BASES,
    "HTTP_PROXY": PROXIES,
    "all_proxy": PROXIES,
    "TMDB_API_KEY": KEYS,
}


def parts_of(*texts: str) -> list[str]:
    """Every four letters that follow each other in the texts."""
    return [text[n : n + 4] for text in texts for n in range(len(text) - 3)]


SPECIFIC = [*parts_of(HEAD, TAIL), *(p.lower() for p in parts_of(HEAD, TAIL))]


def leaks(said: str) -> list[str]:
    return [part for part in SPECIFIC if part in said]
