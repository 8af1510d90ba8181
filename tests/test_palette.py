"""The colours of the page, computed: what is read stands out, and six lines stay apart for all."""

import itertools
import math
import re

import numpy as np
import numpy.typing as npt
import pytest

from tmdbdash.report.installed import templates_folder

Vector = npt.NDArray[np.float64]

READ_ON = {
    "ground": ("ink", "muted", "accent"),
    "surface": ("ink", "muted", "accent", "good", "bad"),
    "raised": ("ink", "muted", "accent", "good", "bad"),
    "accent": ("on-accent",),
    "good-ground": ("good",),
    "warn-ground": ("warn-ink",),
    "bad-ground": ("bad",),
}
"""Texts by the ground that they stand on."""
LINES = ("accent", "second", "third", "fourth", "fifth", "sixth")
"""Colours of films in a chart. No text has them: a letter beside a line is ink."""
APART = 15
"""CIEDE2000 between any two lines. By the same measure the closest pair of Okabe and Ito's palette
is at 11.6; two patches side by side are told apart from about 1 on, thin lines far from one
another not."""
SIGHT = {
    "full": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}
"""On linear RGB: Machado, Oliveira and Fernandes (2009), severity 1."""
XYZ = np.array(
    [
        [0.4124564, 0.3575761, 0.1804375],
        [0.2126729, 0.7151522, 0.0721750],
        [0.0193339, 0.1191920, 0.9503041],
    ]
)
WHITE = XYZ.sum(axis=1)


def colours(theme: int) -> dict[str, Vector]:
    """The theme's colours by name, as linear RGB."""
    text = (templates_folder() / "css/tokens.css").read_text("utf-8")
    pairs = re.findall(r"--([\w-]+): light-dark\((#\w{6}), (#\w{6})\)", text)
    return {name: linear((light, dark)[theme]) for name, light, dark in pairs}


def linear(colour: str) -> Vector:
    parts = np.array([int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)])
    return np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)


def contrast(one: Vector, other: Vector) -> float:
    """The ratio of WCAG 2."""
    low, high = sorted(float(XYZ[1] @ colour) for colour in (one, other))
    return (high + 0.05) / (low + 0.05)


def lab(colour: Vector) -> tuple[float, float, float]:
    x, y, z = (float(np.cbrt(v)) if v > 216 / 24389 else (24389 / 27 * v + 16) / 116
               for v in XYZ @ colour / WHITE)  # fmt: skip
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def difference(one: tuple[float, float, float], other: tuple[float, float, float]) -> float:
    """CIEDE2000, as Sharma, Wu and Dalal (2005) write it."""
    (l1, a1, b1), (l2, a2, b2) = one, other
    mean = (math.hypot(a1, b1) + math.hypot(a2, b2)) / 2
    more = 1.5 - math.sqrt(mean**7 / (mean**7 + 25**7)) / 2
    c1, c2 = math.hypot(more * a1, b1), math.hypot(more * a2, b2)
    h1, h2 = (math.degrees(math.atan2(b, more * a)) % 360 for a, b in ((a1, b1), (a2, b2)))
    turn = (h2 - h1 + 180) % 360 - 180 if c1 * c2 else 0.0
    hue = math.radians(h1 + turn / 2) if c1 * c2 else math.radians(h1 + h2)
    lightness, chroma = (l1 + l2) / 2, (c1 + c2) / 2
    weight = (
        1
        - 0.17 * math.cos(hue - math.radians(30))
        + 0.24 * math.cos(2 * hue)
        + 0.32 * math.cos(3 * hue + math.radians(6))
        - 0.20 * math.cos(4 * hue - math.radians(63))
    )
    by_lightness = (l2 - l1) / (
        1 + 0.015 * (lightness - 50) ** 2 / math.sqrt(20 + (lightness - 50) ** 2)
    )
    by_chroma = (c2 - c1) / (1 + 0.045 * chroma)
    by_hue = 2 * math.sqrt(c1 * c2) * math.sin(math.radians(turn / 2))
    by_hue /= 1 + 0.015 * chroma * weight
    blue = 30 * math.exp(-((((math.degrees(hue) % 360) - 275) / 25) ** 2))
    rotated = -2 * math.sqrt(chroma**7 / (chroma**7 + 25**7)) * math.sin(math.radians(2 * blue))
    return math.sqrt(by_lightness**2 + by_chroma**2 + by_hue**2 + rotated * by_chroma * by_hue)


def closest(lines: list[Vector], sight: str) -> float:
    """How far apart the two that are most alike are for someone with this sight."""
    matrix = np.array(SIGHT[sight])
    seen = [lab(np.clip(matrix @ line, 0, 1)) for line in lines]
    return min(difference(one, other) for one, other in itertools.combinations(seen, 2))


def test_the_measures_are_those_of_their_papers() -> None:
    assert difference((50, 2.6772, -79.7751), (50, 0, -82.7485)) == pytest.approx(2.0425, abs=1e-4)
    assert difference((50, 2.5, 0), (58, 24, 15)) == pytest.approx(19.4535, abs=1e-4)
    assert difference((90.8027, -2.0831, 1.441), (91.1528, -1.6435, 0.0447)) == pytest.approx(
        1.4441, abs=1e-4
    )
    assert contrast(linear("#000000"), linear("#ffffff")) == pytest.approx(21, abs=1e-3)
    okabe_ito = ("#e69f00", "#56b4e9", "#009e73", "#f0e442", "#0072b2", "#d55e00")
    assert closest([linear(one) for one in okabe_ito], "deuteranopia") == pytest.approx(
        11.6, abs=0.1
    )


@pytest.mark.parametrize("theme", [0, 1])
def test_what_is_read_stands_out_from_what_it_stands_on(theme: int) -> None:
    found = colours(theme)
    for ground, inks in READ_ON.items():
        for ink in inks:
            assert contrast(found[ground], found[ink]) >= 4.5, f"{ink} on {ground}"
    for line in LINES:
        assert contrast(found["surface"], found[line]) >= 3, line


@pytest.mark.parametrize("sight", SIGHT)
@pytest.mark.parametrize("theme", [0, 1])
def test_six_lines_stay_apart_for_the_colour_blind(theme: int, sight: str) -> None:
    found = colours(theme)
    assert closest([found[line] for line in LINES], sight) >= APART
