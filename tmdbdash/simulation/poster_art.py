"""Posters of invented films: flat shapes over a gradient, by genre and seed, as PNG files."""

from __future__ import annotations

import functools
from collections.abc import Callable
from random import Random

from tmdbdash.simulation import poster_motifs as motifs
from tmdbdash.simulation.canvas import HEIGHT, WIDTH, Canvas
from tmdbdash.simulation.poster_motifs import Palette

Motif = Callable[[Canvas, Random, Palette], None]

_PALETTES: dict[str, tuple[Palette, ...]] = {
    "dusk": (
        ("#2b2d5b", "#f2785c", "#ffd9a0", "#1b1733"), ("#3d1f4e", "#f0a35e", "#fff0cf", "#21102c"),
        ("#16324f", "#e8956d", "#ffe3b8", "#0d1b2c"),
    ),
    "night": (
        ("#0b1026", "#2a4d7c", "#e8eef7", "#060915"), ("#10131f", "#4b3b6b", "#f4e6c8", "#07080f"),
        ("#081c24", "#1f6e6a", "#dff6ea", "#041014"),
    ),
    "blood": (
        ("#120608", "#7d1d22", "#f2d8c2", "#080203"), ("#1a1416", "#b0342b", "#ffe9d6", "#0b0708"),
        ("#0d1512", "#3f5d46", "#d7402f", "#050a08"),
    ),
    "bright": (
        ("#ffd23f", "#ff8a3d", "#fff7e0", "#c23b3b"), ("#4cc9c0", "#c8f2d4", "#fff3b8", "#1f6f8b"),
        ("#ff8fa3", "#ffd6a5", "#fffbe6", "#a83a64"), ("#7ec8f5", "#d8f0ff", "#ffe066", "#2b5f8f"),
    ),
    "paper": (
        ("#efe3cb", "#e3c99a", "#c8553d", "#2f3e46"), ("#e9e4d8", "#cfd8cf", "#2a6f77", "#22333b"),
        ("#f3dfc9", "#e8b79a", "#7a3e48", "#3a2530"),
    ),
    "desert": (
        ("#f6c667", "#d9603b", "#fff1c9", "#5b1f1b"), ("#e9d8a6", "#ca6702", "#ffffff", "#4a1c10"),
    ),
    "neon": (
        ("#14062e", "#7b1fa2", "#35e0d0", "#09021a"), ("#05162e", "#0f6fb8", "#ff4f8b", "#020a18"),
        ("#1a0b2e", "#d1307a", "#ffd166", "#0d0518"),
    ),
}  # fmt: skip

_MOTIFS: dict[int, tuple[tuple[Motif, str], ...]] = {
    28: (
        (motifs.stripes, "dusk"),
        (motifs.rays, "blood"),
        (motifs.road, "neon"),
        (motifs.skyline, "dusk"),
    ),
    12: ((motifs.mountains, "dusk"), (motifs.sea, "dusk"), (motifs.mountains, "bright")),
    16: ((motifs.bubbles, "bright"), (motifs.hills, "bright"), (motifs.planet, "neon")),
    35: (
        (motifs.smile, "bright"),
        (motifs.bubbles, "paper"),
        (motifs.hills, "bright"),
        (motifs.stripes, "bright"),
        (motifs.hearts, "bright"),
    ),
    80: ((motifs.skyline, "night"), (motifs.keyhole, "blood"), (motifs.stripes, "night")),
    99: ((motifs.lines, "paper"), (motifs.lines, "night")),
    18: (
        (motifs.sea, "paper"),
        (motifs.sea, "dusk"),
        (motifs.arches, "paper"),
        (motifs.road, "dusk"),
        (motifs.sea, "night"),
        (motifs.arches, "night"),
    ),
    10751: ((motifs.hills, "bright"), (motifs.smile, "bright")),
    14: ((motifs.mountains, "night"), (motifs.planet, "dusk"), (motifs.mountains, "neon")),
    36: ((motifs.arches, "paper"), (motifs.arches, "desert")),
    27: ((motifs.forest, "blood"), (motifs.keyhole, "blood"), (motifs.forest, "night")),
    10402: ((motifs.record, "neon"), (motifs.record, "paper"), (motifs.lines, "neon")),
    9648: ((motifs.keyhole, "night"), (motifs.forest, "night"), (motifs.skyline, "night")),
    10749: ((motifs.hearts, "paper"), (motifs.hearts, "bright"), (motifs.sea, "dusk")),
    878: ((motifs.planet, "night"), (motifs.planet, "neon"), (motifs.lines, "neon")),
    10770: ((motifs.smile, "paper"), (motifs.lines, "paper")),
    53: (
        (motifs.road, "night"),
        (motifs.stripes, "blood"),
        (motifs.keyhole, "neon"),
        (motifs.skyline, "neon"),
    ),
    10752: ((motifs.rays, "desert"), (motifs.rays, "blood"), (motifs.mountains, "desert")),
    37: ((motifs.mesas, "desert"), (motifs.mesas, "dusk")),
}
"""What is drawn for a genre, and in which colours."""
_ANY: tuple[tuple[Motif, str], ...] = (
    (motifs.sea, "paper"),
    (motifs.stripes, "paper"),
    (motifs.arches, "night"),
)


@functools.lru_cache(maxsize=1000)
def draw_poster(genres: tuple[int, ...], seed: str) -> bytes:
    """The PNG file of a poster, the same for the same genres and seed."""
    rng = Random(seed)  # noqa: S311  # repeatable, not secret
    motif, mood = rng.choice(_MOTIFS.get(genres[0], _ANY) if genres else _ANY)
    colours = rng.choice(_PALETTES[mood])
    canvas = Canvas(colours[0], colours[1])
    if mood in ("night", "neon") and motif is not motifs.planet:
        motifs.stars(canvas, rng, colours[2], 16)
    motif(canvas, rng, colours)
    if rng.random() < 0.4:
        frame = canvas.box(7, 7, WIDTH - 7, HEIGHT - 7) - canvas.box(
            8.5, 8.5, WIDTH - 8.5, HEIGHT - 8.5
        )
        canvas.fill(frame, colours[2], 0.8)
    return canvas.png()
