"""A picture of posters' size: a gradient, smooth shapes over it, and its PNG file.

Shapes are layers: for each pixel the share that they cover, from 0 to 1, of shape (height, width),
from the distance to their edge, so that no edge has steps.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

WIDTH, HEIGHT = 185, 278
SHARES = 6
"""Steps from uncovered to covered: few, so that the file compresses."""

Layer = npt.NDArray[np.floating]
Curve = npt.NDArray[np.floating]
"""A height for each column of pixels, counted from the top; of shape (width,)."""

_X = (np.arange(WIDTH, dtype=np.float32) + 0.5)[None, :]
_Y = (np.arange(HEIGHT, dtype=np.float32) + 0.5)[:, None]


def rgb(colour: str) -> npt.NDArray[np.float32]:
    """Red, green and blue, from 0 to 255, of a colour such as ``#ff8800``."""
    return np.frombuffer(bytes.fromhex(colour[1:]), dtype=np.uint8).astype(np.float32)


def _covered(distance: Layer) -> Layer:
    """The share covered at a distance from the edge in pixels, positive inside, in `SHARES`."""
    steps = np.float32(SHARES)
    covered: Layer = np.rint(np.clip(distance + 0.5, 0.0, 1.0) * steps) / steps
    return covered


def _distance(x: float, y: float) -> Layer:
    """The distance of each pixel from a point."""
    return np.sqrt((_X - x) ** 2 + (_Y - y) ** 2)


class Canvas:
    """A gradient from ``top`` to ``bottom``, to be painted on."""

    def __init__(self, top: str, bottom: str) -> None:
        share = (np.arange(HEIGHT, dtype=np.float32) / (HEIGHT - 1))[:, None, None]
        self._pixels = np.repeat(rgb(top) + share * (rgb(bottom) - rgb(top)), WIDTH, axis=1)

    def fill(self, layer: Layer, colour: str, strength: float = 1.0) -> None:
        """Paint a layer in a colour."""
        rows, columns = np.flatnonzero(layer.any(axis=1)), np.flatnonzero(layer.any(axis=0))
        if len(rows):
            part = np.s_[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
            pixels = self._pixels[part]
            pixels += (layer[part] * np.float32(strength))[..., None] * (rgb(colour) - pixels)

    @staticmethod
    def mixed(one: str, other: str, share: float) -> str:
        """A colour between two, with this ``share`` of the other."""
        return "#" + bytes((rgb(one) + share * (rgb(other) - rgb(one))).astype(np.uint8)).hex()

    @staticmethod
    def disc(x: float, y: float, radius: float) -> Layer:
        """A disc around a point."""
        return _covered(radius - _distance(x, y))

    @staticmethod
    def ring(x: float, y: float, radius: float, half: float) -> Layer:
        """A circle, drawn twice ``half`` thick."""
        return _covered(half - np.abs(_distance(x, y) - radius))

    @staticmethod
    def dots(places: Iterable[tuple[float, float, float]]) -> Layer:
        """Small discs by x, y and radius."""
        layer = np.zeros((HEIGHT, WIDTH), dtype=np.float32)
        for x, y, radius in places:
            rows = slice(max(0, int(y - radius - 1)), int(y + radius + 2))
            columns = slice(max(0, int(x - radius - 1)), int(x + radius + 2))
            distance = np.sqrt((_X[:, columns] - x) ** 2 + (_Y[rows] - y) ** 2)
            layer[rows, columns] = np.maximum(layer[rows, columns], _covered(radius - distance))
        return layer

    @staticmethod
    def box(left: float, top: float, right: float, bottom: float) -> Layer:
        """A rectangle."""
        across, down = np.minimum(_X - left, right - _X), np.minimum(_Y - top, bottom - _Y)
        return _covered(np.minimum(across, down))

    @staticmethod
    def below(curve: Curve) -> Layer:
        """Everything below a curve."""
        steepness = np.sqrt(1.0 + np.minimum(np.gradient(curve) ** 2, 9.0))
        return _covered(((_Y - curve) / steepness).astype(np.float32))

    @staticmethod
    def half(x: float, y: float, slope: float) -> Layer:
        """Everything below a straight line through a point."""
        return _covered((_Y - y - slope * (_X - x)) / np.sqrt(1.0 + slope * slope))

    @staticmethod
    def stripes(apart: float, offset: float, slope: float, half: float) -> Layer:
        """Slanted bands, of which one crosses the left edge every so many pixels."""
        height = (_Y - offset - slope * _X) % apart
        return _covered(half - np.minimum(height, apart - height) / np.sqrt(1.0 + slope * slope))

    @staticmethod
    def contours(curves: Iterable[Curve], half: float) -> Layer:
        """Lines along curves, twice ``half`` thick."""
        layer = np.zeros((HEIGHT, WIDTH), dtype=np.float32)
        for curve in curves:
            rows = slice(max(0, int(curve.min() - half - 1)), int(curve.max() + half + 2))
            line = _covered(half - np.abs(_Y[rows] - curve).astype(np.float32))
            layer[rows] = np.maximum(layer[rows], line)
        return layer

    @staticmethod
    def boxes(corners: Iterable[tuple[int, int]], width: int, height: int) -> Layer:
        """Equal rectangles by their upper left corners."""
        layer = np.zeros((HEIGHT, WIDTH), dtype=np.float32)
        for x, y in corners:
            layer[y : y + height, x : x + width] = 1.0
        return layer

    @staticmethod
    def wedge(x: float, top: float, narrow: float, wide: float, height: float) -> Layer:
        """A shape that widens downward, from half its width ``narrow`` to ``wide``."""
        down = _Y - top
        half = narrow + (wide - narrow) * down / height
        inside = np.minimum(half - np.abs(_X - x), np.minimum(down, height - down))
        return _covered(inside)

    @staticmethod
    def ellipse_ring(
        x: float, y: float, wide: float, high: float, slope: float, half: float
    ) -> Layer:
        """An ellipse along a straight line, drawn about twice ``half`` thick at its ends."""
        angle = np.arctan(slope)
        along = (_X - x) * np.cos(angle) + (_Y - y) * np.sin(angle)
        across = (_Y - y) * np.cos(angle) - (_X - x) * np.sin(angle)
        size = np.hypot(along / wide, across / high)
        slant = np.hypot(along / wide**2, across / high**2) / np.maximum(size, 1e-6)
        return _covered(half - np.abs(size - 1.0) / np.maximum(slant, 1e-6))

    @staticmethod
    def rays(x: float, y: float, count: int, turn: float) -> Layer:
        """Rays from a point, as wide as the gaps between them."""
        angle = np.arctan2(_Y - y, _X - x)
        return _covered(np.sin(angle * count + turn) * _distance(x, y) / count)

    def png(self) -> bytes:
        """The picture as the content of a PNG file."""
        pixels = self._pixels.astype(np.uint8).reshape(HEIGHT, WIDTH * 3)
        rows = np.insert(pixels, 0, 0, axis=1)  # each begins with its filter, 0 for none
        header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0)
        parts = ((b"IHDR", header), (b"IDAT", zlib.compress(rows.tobytes(), 6)), (b"IEND", b""))
        return b"\x89PNG\r\n\x1a\n" + b"".join(
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
            for kind, data in parts
        )
