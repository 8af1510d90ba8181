"""The motifs of posters: functions that paint shapes on a canvas, varied by a generator."""

from __future__ import annotations

import math
from collections.abc import Sequence
from random import Random

import numpy as np

from tmdbdash.simulation.canvas import HEIGHT, WIDTH, Canvas, Curve

Palette = tuple[str, str, str, str]
"""The colours at the top and at the bottom, of the light, and of what stands before it."""


def _sun(canvas: Canvas, rng: Random, colours: Palette, *, low: float = 0.55) -> None:
    x, y = WIDTH * rng.uniform(0.3, 0.7), HEIGHT * rng.uniform(0.32, low)
    radius = rng.uniform(26, 46)
    canvas.fill(canvas.disc(x, y, radius * 1.9), colours[2], 0.12)
    canvas.fill(canvas.disc(x, y, radius * 1.4), colours[2], 0.16)
    canvas.fill(canvas.disc(x, y, radius), colours[2])


def stars(canvas: Canvas, rng: Random, colour: str, count: int = 26) -> None:
    """Small stars in the upper part."""
    places = [
        (rng.uniform(8, 177), rng.uniform(8, 170), rng.choice((0.6, 0.9, 1.4)))
        for _ in range(count)
    ]
    canvas.fill(canvas.dots(places), colour, 0.85)


def _ridge(rng: Random, base: float, rise: float, peaks: int) -> Curve:
    xs = [-20.0]
    while xs[-1] < WIDTH + 20:
        xs.append(xs[-1] + WIDTH / peaks * rng.uniform(0.35, 0.75))
    ys = [
        base - (rise * rng.uniform(0.55, 1.0) if n % 2 else rise * rng.uniform(0.0, 0.3))
        for n in range(len(xs))
    ]
    return np.interp(np.arange(WIDTH), xs, ys)


def _swell(rng: Random, base: float, rise: float, length: float) -> Curve:
    x = np.arange(WIDTH)
    first, second = rng.uniform(0, 6.3), rng.uniform(0, 6.3)
    wave = np.sin(x / length * 6.283 + first) + 0.35 * np.sin(x / length * 14.7 + second)
    return np.asarray(base - rise * wave / 1.35)


def _layers(canvas: Canvas, colours: Palette, curves: Sequence[Curve]) -> None:
    """Ground in several depths, the nearest last and darkest."""
    for depth, curve in enumerate(curves, start=1):
        canvas.fill(canvas.below(curve), canvas.mixed(colours[1], colours[3], depth / len(curves)))


def mountains(canvas: Canvas, rng: Random, colours: Palette) -> None:
    """Ridges before a sun."""
    _sun(canvas, rng, colours)
    levels = (0.62, 0.74, 0.9)
    ridges = [_ridge(rng, HEIGHT * at, 88 - 20 * n, 2 + n) for n, at in enumerate(levels)]
    _layers(canvas, colours, ridges)


def hills(canvas: Canvas, rng: Random, colours: Palette) -> None:
    """Soft hills with balloons above."""
    for _ in range(3):
        x, y, r = rng.uniform(28, 157), rng.uniform(40, 140), rng.uniform(11, 22)
        canvas.fill(canvas.box(x - 0.6, y + r, x + 0.6, y + r + 26), colours[3], 0.7)
        canvas.fill(canvas.disc(x, y, r), rng.choice((colours[2], colours[3])))
        canvas.fill(canvas.disc(x - r * 0.3, y - r * 0.3, r * 0.28), "#ffffff", 0.35)
    swells = [_swell(rng, HEIGHT * at, 16, rng.uniform(150, 260)) for at in (0.68, 0.79, 0.9)]
    _layers(canvas, colours, swells)


def sea(canvas: Canvas, rng: Random, colours: Palette) -> None:
    """A sun over waves."""
    _sun(canvas, rng, colours)
    waves = [_swell(rng, HEIGHT * (0.58 + 0.09 * n), 5 + n, 60 + 22 * n) for n in range(5)]
    _layers(canvas, colours, waves)


def skyline(canvas: Canvas, rng: Random, colours: Palette) -> None:
    """Houses of a city, some windows lit."""
    _sun(canvas, rng, colours, low=0.4)
    for depth, base in ((0.45, 150.0), (1.0, 192.0)):
        tops: list[float] = []
        while len(tops) < WIDTH:
            tops += [base - rng.uniform(-24, 46)] * rng.randint(15, 34)
        heights = np.asarray(tops[:WIDTH])
        canvas.fill(canvas.below(heights), canvas.mixed(colours[1], colours[3], depth))
    lit = [
        (x, y)
        for x in range(5, WIDTH - 6, 9)
        for y in range(150, HEIGHT - 12, 13)
        if y > heights[x : x + 5].max() + 8 and rng.random() < 0.3
    ]
    canvas.fill(canvas.boxes(lit, 3, 5), colours[2], 0.9)


def forest(canvas: Canvas, rng: Random, colours: Palette) -> None:
    """Firs before a large moon."""
    x, y = rng.uniform(70, 115), rng.uniform(88, 120)
    canvas.fill(canvas.disc(x, y, rng.uniform(44, 58)), colours[2])
    for depth, base, size in ((0.55, 215.0, 62.0), (1.0, 262.0, 108.0)):
        xs = np.arange(WIDTH)
        heights = np.full(WIDTH, base)
        at = rng.uniform(-14, 4)
        while at < WIDTH + 20:
            tall, wide = size * rng.uniform(0.6, 1.25), size * rng.uniform(0.17, 0.24)
            heights = np.minimum(heights, base - tall * np.maximum(0, 1 - np.abs(xs - at) / wide))
            at += wide * rng.uniform(1.0, 1.9)
        canvas.fill(canvas.below(heights), canvas.mixed(colours[1], colours[3], depth))


def planet(canvas: Canvas, rng: Random, colours: Palette) -> None:
    """A planet, its ring and a moon."""
    stars(canvas, rng, colours[2])
    x, y, r = rng.uniform(70, 115), rng.uniform(105, 150), rng.uniform(40, 58)
    tilt = rng.choice((-1, 1)) * rng.uniform(0.25, 0.5)
    ring = canvas.ellipse_ring(x, y, r * 1.75, r * 0.42, tilt, 3.2)
    front = canvas.half(x, y, tilt)
    canvas.fill(ring * (1 - front), colours[2], 0.9)
    body = canvas.disc(x, y, r)
    canvas.fill(body, canvas.mixed(colours[1], colours[2], 0.35))
    canvas.fill(body * (1 - canvas.disc(x - r * 0.35, y - r * 0.3, r)), colours[3], 0.55)
    canvas.fill(ring * front, colours[2])
    canvas.fill(canvas.disc(WIDTH - x + rng.uniform(-20, 20), y + r * 1.9, 9), colours[2], 0.9)


def rays(canvas: Canvas, rng: Random, colours: Palette) -> None:
    """Rays from a point low in the picture, and a disc there."""
    x, y = WIDTH * rng.uniform(0.35, 0.65), HEIGHT * rng.uniform(0.5, 0.72)
    canvas.fill(canvas.rays(x, y, rng.choice((9, 11, 14)), rng.uniform(0, 6)), colours[2], 0.3)
    canvas.fill(canvas.disc(x, y, rng.uniform(34, 48)), colours[2])
    canvas.fill(canvas.below(_ridge(rng, y + 70, 60, 3)), colours[3])


def stripes(canvas: Canvas, rng: Random, colours: Palette) -> None:
    """Slanted stripes that cross a disc."""
    slope = rng.choice((-1, 1)) * rng.uniform(0.5, 0.9)
    canvas.fill(canvas.disc(WIDTH / 2, rng.uniform(105, 150), rng.uniform(56, 70)), colours[2])
    apart = rng.choice((38, 46, 54))
    bands = canvas.stripes(apart, rng.uniform(0, apart), slope, apart * rng.uniform(0.15, 0.24))
    canvas.fill(bands, colours[3], 0.92)


def bubbles(canvas: Canvas, rng: Random, colours: Palette) -> None:
    """Discs of several sizes, one over the other."""
    for n in range(9):
        r = 60 / (1 + n * 0.33)
        layer = canvas.disc(rng.uniform(15, 170), rng.uniform(30, 250), r)
        canvas.fill(layer, rng.choice((colours[2], colours[3], colours[1])), 0.75)


def smile(canvas: Canvas, rng: Random, colours: Palette) -> None:
    """A face of three shapes."""
    y, r = rng.uniform(120, 150), rng.uniform(58, 70)
    canvas.fill(canvas.disc(WIDTH / 2, y, r), colours[2])
    for side in (-1, 1):
        canvas.fill(canvas.disc(WIDTH / 2 + side * r * 0.36, y - r * 0.22, r * 0.11), colours[3])
    mouth = canvas.disc(WIDTH / 2, y + r * 0.08, r * 0.56) * canvas.half(WIDTH / 2, y + r * 0.14, 0)
    canvas.fill(mouth, colours[3])


def hearts(canvas: Canvas, rng: Random, colours: Palette) -> None:
    """Two discs that overlap."""
    y, r, apart = rng.uniform(115, 150), rng.uniform(44, 52), rng.uniform(24, 32)
    left = canvas.disc(WIDTH / 2 - apart, y, r)
    right = canvas.disc(WIDTH / 2 + apart, y + rng.uniform(-12, 12), r)
    canvas.fill(left, colours[2])
    canvas.fill(right, colours[3], 0.9)
    canvas.fill(left * right, canvas.mixed(colours[2], colours[3], 0.55))


def record(canvas: Canvas, rng: Random, colours: Palette) -> None:
    """A gramophone record, half out of the picture."""
    x, y, r = rng.choice((30, 155)), rng.uniform(120, 170), 108.0
    canvas.fill(canvas.disc(x, y, r), colours[3])
    for n in range(5):
        canvas.fill(canvas.ring(x, y, r - 12 - 13 * n, 1.0), colours[1], 0.6)
    canvas.fill(canvas.disc(x, y, 34), colours[2])
    canvas.fill(canvas.disc(x, y, 5), colours[3])


def keyhole(canvas: Canvas, rng: Random, colours: Palette) -> None:
    """Light through a keyhole."""
    y = rng.uniform(100, 125)
    for n in range(3):
        canvas.fill(canvas.ring(WIDTH / 2, y + 20, 74 + 24 * n, 1.1), colours[2], 0.35 - 0.09 * n)
    canvas.fill(canvas.disc(WIDTH / 2, y, 27), colours[2])
    canvas.fill(canvas.wedge(WIDTH / 2, y - 30, 9, 38, 120), colours[2])


def arches(canvas: Canvas, rng: Random, colours: Palette) -> None:
    """Arches, one in the other."""
    steps = rng.choice((4, 5, 6))
    for n in range(steps):
        r = 76 - n * 60 / steps
        colour = canvas.mixed(colours[2], colours[3], n / (steps - 1))
        top = HEIGHT * 0.42
        arch = np.maximum(
            canvas.disc(WIDTH / 2, top, r),
            canvas.box(WIDTH / 2 - r, top, WIDTH / 2 + r, HEIGHT - 34),
        )
        canvas.fill(arch, colour)


def mesas(canvas: Canvas, rng: Random, colours: Palette) -> None:
    """Table mountains under a low sun."""
    _sun(canvas, rng, colours)
    curves = []
    for base, rise in ((200.0, 66.0), (238.0, 44.0)):
        at, xs, ys = rng.uniform(-50, 0), [-60.0], [base]
        while at < WIDTH:
            wide, tall = rng.uniform(34, 70), rise * rng.uniform(0.6, 1.1)
            xs += [at, at + 8, at + wide, at + wide + 8]
            ys += [base, base - tall, base - tall, base]
            at += wide + rng.uniform(24, 60)
        curves.append(np.interp(np.arange(WIDTH), xs, ys))
    _layers(canvas, colours, curves)


def road(canvas: Canvas, rng: Random, colours: Palette) -> None:
    """A road to the horizon."""
    horizon = HEIGHT * rng.uniform(0.5, 0.6)
    _sun(canvas, rng, colours, low=0.45)
    canvas.fill(canvas.below(np.full(WIDTH, horizon)), colours[3])
    goal = WIDTH / 2 + rng.uniform(-22, 22)
    canvas.fill(canvas.wedge(goal, horizon, 1.5, 78, HEIGHT - horizon), colours[1], 0.75)
    for n in range(6):
        near, far = 1 - 0.55 ** (6 - n), 1 - 0.55 ** (5.45 - n)
        top, bottom = (horizon + (HEIGHT - horizon) * (1 - at) for at in (near, far))
        half = 4 * (1 - far)
        canvas.fill(canvas.box(goal - half, top, goal + half, bottom), colours[2])


def lines(canvas: Canvas, rng: Random, colours: Palette) -> None:
    """Level lines that swell where a shape lies beneath."""
    x, y, r = WIDTH * rng.uniform(0.35, 0.65), rng.uniform(110, 160), rng.uniform(45, 62)
    xs = np.arange(WIDTH)
    swollen: list[Curve] = []
    level: list[Curve] = []
    for height in range(26, 264, 14):
        lift = 26 * math.exp(-(((height - y) / r) ** 2)) * np.exp(-(((xs - x) / (0.75 * r)) ** 2))
        (swollen if abs(height - y) < r * 0.75 else level).append(height - lift)
    canvas.fill(canvas.contours(level, 1.2), colours[3])
    canvas.fill(canvas.contours(swollen, 1.2), colours[2])
