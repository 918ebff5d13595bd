"""Pictures of the demo: flat shapes in a few colours, drawn by us, no words in them."""

from __future__ import annotations

import math
from io import BytesIO
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

WIDTH, HEIGHT = 1600, 900
#: Drawn larger and shrunk: Pillow's shapes have hard edges.
SCALE = 2

Colour = tuple[int, int, int]
INK: Colour = (27, 38, 59)
PAPER: Colour = (250, 243, 224)
RED: Colour = (200, 49, 46)
ORANGE: Colour = (238, 137, 56)
SAND: Colour = (244, 203, 137)
TEAL: Colour = (28, 107, 114)
DEEP: Colour = (16, 66, 79)
SNOW: Colour = (232, 240, 243)


class _Canvas:
    """A drawing surface measured in the picture's own pixels."""

    def __init__(self, ground: Colour) -> None:
        self.image = Image.new("RGB", (WIDTH * SCALE, HEIGHT * SCALE), ground)
        self._draw = ImageDraw.Draw(self.image)

    def polygon(self, points: Sequence[tuple[float, float]], fill: Colour) -> None:
        self._draw.polygon([(x * SCALE, y * SCALE) for x, y in points], fill=fill)

    def box(self, left: float, top: float, width: float, height: float, fill: Colour) -> None:
        edges = [left, top, left + width, top + height]
        self._draw.rectangle([edge * SCALE for edge in edges], fill=fill)

    def disc(self, x: float, y: float, radius: float, fill: Colour) -> None:
        edges = [x - radius, y - radius, x + radius, y + radius]
        self._draw.ellipse([edge * SCALE for edge in edges], fill=fill)

    def oval(self, x: float, y: float, width: float, height: float, fill: Colour) -> None:
        edges = [x - width / 2, y - height / 2, x + width / 2, y + height / 2]
        self._draw.ellipse([edge * SCALE for edge in edges], fill=fill)

    def ring(self, x: float, y: float, radius: float, colour: Colour, width: float) -> None:
        edges = [x - radius, y - radius, x + radius, y + radius]
        scaled = [edge * SCALE for edge in edges]
        self._draw.ellipse(scaled, outline=colour, width=round(width * SCALE))

    def line(self, points: Sequence[tuple[float, float]], fill: Colour, width: float) -> None:
        scaled = [(x * SCALE, y * SCALE) for x, y in points]
        self._draw.line(scaled, fill=fill, width=round(width * SCALE), joint="curve")

    def person(self, x: float, foot: float, size: float, coat: Colour) -> None:
        """A standing figure: a round head over a coat that widens to the ground."""
        self.polygon(
            [
                (x - size * 0.16, foot - size * 0.72),
                (x + size * 0.16, foot - size * 0.72),
                (x + size * 0.26, foot),
                (x - size * 0.26, foot),
            ],
            coat,
        )
        self.disc(x, foot - size * 0.86, size * 0.14, INK)


def _river() -> Image.Image:
    """A river between terraced houses, a low sun, people with a banner on the bridge."""
    canvas = _Canvas(SAND)
    for radius, colour in ((300, (247, 186, 110)), (225, ORANGE), (150, RED)):
        canvas.disc(800, 400, radius, colour)
    _terrace(canvas, start=-40, step=150, ground=560, colours=(TEAL, DEEP, RED, INK))
    _terrace(canvas, start=1040, step=150, ground=560, colours=(INK, RED, TEAL, DEEP))
    canvas.box(0, 556, WIDTH, 344, DEEP)
    _bridge(canvas)
    for row in range(5):
        y, reach = 788 + row * 24, 330 - row * 44
        wave = 30 * math.sin(row * 1.9)
        canvas.line(
            [(800 - reach + wave, y), (800 + reach + wave, y)], RED if row % 2 else ORANGE, 8
        )
        for x in (150 + 40 * (row % 2), 1390 - 50 * (row % 2)):
            canvas.line([(x - 70, y), (x + 70, y)], TEAL, 6)
    return canvas.image


def _terrace(
    canvas: _Canvas, *, start: int, step: int, ground: int, colours: tuple[Colour, ...]
) -> None:
    for number in range(4):
        left, colour = start + number * step, colours[number % len(colours)]
        top = ground - 190 - 22 * ((number * 7) % 3)
        canvas.box(left, top, step - 6, ground - top, colour)
        canvas.polygon([(left - 8, top), (left + step / 2 - 3, top - 74), (left + step, top)], INK)
        canvas.box(left + step - 44, top - 86, 20, 60, INK)
        for column in (24, 84):
            for row in (34, 108):
                lit = (number + column + row) % 3
                canvas.box(left + column, top + row, 34, 44, SAND if lit else PAPER)


def _bridge(canvas: _Canvas) -> None:
    people = [420, 500, 580, 660, 740, 820, 900, 980, 1060, 1140, 1200]
    coats = (TEAL, RED, PAPER, ORANGE, INK, SAND)
    for number, x in enumerate(people):
        canvas.person(x, 716, 150 + 16 * (number % 3), coats[number % len(coats)])
    canvas.polygon([(470, 596), (1150, 584), (1152, 668), (474, 682)], PAPER)
    canvas.polygon([(496, 622), (1124, 610), (1125, 622), (497, 634)], RED)
    canvas.polygon([(496, 648), (980, 639), (981, 650), (497, 659)], INK)
    canvas.polygon([(0, 716), (WIDTH, 716), (WIDTH, 764), (0, 764)], INK)
    for left in (300, 1220):
        canvas.polygon([(left, 764), (left + 80, 764), (left + 66, 900), (left + 14, 900)], INK)
    for x in range(20, WIDTH, 60):
        canvas.box(x, 690, 8, 30, INK)
    canvas.box(0, 686, WIDTH, 8, INK)


def _road() -> Image.Image:
    """A white van on a winding road toward snowy hills, boxes in front."""
    canvas = _Canvas((139, 184, 196))
    canvas.disc(1210, 210, 96, PAPER)
    _hills(canvas)
    canvas.polygon([(0, 560), (WIDTH, 500), (WIDTH, 900), (0, 900)], TEAL)
    canvas.polygon([(0, 700), (WIDTH, 620), (WIDTH, 900), (0, 900)], DEEP)
    road = [
        [(790, 500), (836, 500), (980, 600), (1430, 720), (1190, 900), (420, 900), (860, 700)],
        [(850, 612), (812, 540)],
    ]
    canvas.polygon(road[0] + road[1], INK)
    bend = [(t / 24, math.sin(t / 24 * math.pi * 1.5)) for t in range(25)]
    middle = [(930 - 90 * share + 240 * swing * share, 640 + 260 * share) for share, swing in bend]
    for start in range(0, 24, 4):
        canvas.line(middle[start : start + 3], PAPER, 7)
    _van(canvas, 880, 520)
    for left, top, size, colour in (
        (60, 640, 230, SAND),
        (300, 700, 170, ORANGE),
        (110, 470, 170, ORANGE),
        (300, 560, 140, SAND),
        (482, 760, 110, SAND),
    ):
        _carton(canvas, left, top, size, colour)
    return canvas.image


def _hills(canvas: _Canvas) -> None:
    for peak, top, half, colour in (
        (260, 210, 420, (88, 137, 156)),
        (1330, 190, 460, (88, 137, 156)),
        (700, 250, 480, (62, 112, 134)),
        (1060, 300, 400, (45, 92, 114)),
    ):
        canvas.polygon([(peak - half, 620), (peak, top), (peak + half, 620)], colour)
        cap = [
            (peak - half * 0.22, top + 90),
            (peak, top),
            (peak + half * 0.22, top + 90),
            (peak + half * 0.1, top + 72),
            (peak, top + 106),
            (peak - half * 0.1, top + 70),
        ]
        canvas.polygon(cap, SNOW)


def _van(canvas: _Canvas, left: float, top: float) -> None:
    canvas.box(left, top, 270, 130, PAPER)
    canvas.polygon(
        [
            (left + 270, top + 26),
            (left + 330, top + 26),
            (left + 372, top + 82),
            (left + 372, top + 130),
            (left + 270, top + 130),
        ],
        PAPER,
    )
    canvas.polygon(
        [
            (left + 284, top + 38),
            (left + 324, top + 38),
            (left + 354, top + 80),
            (left + 284, top + 80),
        ],
        TEAL,
    )
    canvas.box(left, top + 84, 372, 18, RED)
    for x in (left + 70, left + 300):
        canvas.disc(x, top + 132, 32, INK)
        canvas.disc(x, top + 132, 14, SNOW)


def _carton(canvas: _Canvas, left: float, top: float, size: float, colour: Colour) -> None:
    canvas.box(left, top, size, size * 0.86, colour)
    canvas.polygon(
        [
            (left, top),
            (left + size * 0.16, top - size * 0.14),
            (left + size * 1.16, top - size * 0.14),
            (left + size, top),
        ],
        PAPER,
    )
    canvas.polygon(
        [
            (left + size, top),
            (left + size * 1.16, top - size * 0.14),
            (left + size * 1.16, top + size * 0.72),
            (left + size, top + size * 0.86),
        ],
        (178, 116, 58),
    )
    canvas.box(left + size * 0.44, top, size * 0.13, size * 0.86, RED)


def _lantern() -> Image.Image:
    """Hands raise a glowing lantern before dark arches."""
    canvas = _Canvas(INK)
    for number in range(5):
        left = 40 + number * 310
        canvas.box(left, 330, 250, 570, (20, 29, 46))
        canvas.disc(left + 125, 330, 125, (20, 29, 46))
    for radius, colour in (
        (420, (48, 50, 66)),
        (330, (84, 66, 66)),
        (245, (140, 86, 60)),
        (165, ORANGE),
    ):
        canvas.disc(800, 330, radius, colour)
    for x, lean, sleeve in (
        (360, 170, TEAL),
        (560, 120, RED),
        (1040, -120, SAND),
        (1240, -170, TEAL),
    ):
        _arm(canvas, x, lean, sleeve)
    _lamp(canvas)
    for x, lean, sleeve in ((690, 52, PAPER), (910, -52, RED)):
        _arm(canvas, x, lean, sleeve)
    return canvas.image


def _arm(canvas: _Canvas, x: float, lean: float, sleeve: Colour) -> None:
    skin = ((122, 78, 52), (214, 160, 120), (89, 56, 39))[int(x) // 10 % 3]
    canvas.line([(x, 960), (x + lean, 560)], sleeve, 96)
    canvas.line([(x + lean * 0.97, 572), (x + lean * 1.12, 500)], skin, 62)
    canvas.disc(x + lean * 1.14, 484, 44, skin)
    for finger in (-30, -10, 10, 30):
        tip = (x + lean * 1.16 + finger * 1.15, 412 + abs(finger) * 0.5)
        canvas.line([(x + lean * 1.14 + finger, 474), tip], skin, 17)
        canvas.disc(*tip, 8, skin)


def _lamp(canvas: _Canvas) -> None:
    canvas.line([(800, 92), (800, 150)], PAPER, 8)
    canvas.polygon([(716, 210), (884, 210), (838, 148), (762, 148)], RED)
    canvas.polygon([(726, 210), (874, 210), (856, 440), (744, 440)], SAND)
    canvas.polygon([(760, 226), (840, 226), (828, 426), (772, 426)], PAPER)
    canvas.polygon([(800, 262), (832, 350), (800, 398), (768, 350)], ORANGE)
    canvas.polygon([(800, 306), (818, 356), (800, 386), (782, 356)], RED)
    canvas.box(716, 438, 168, 26, RED)
    for x in (742, 800, 858):
        canvas.line([(x, 210), (x, 440)], INK, 5)


def _chair() -> Image.Image:
    """An empty chair in a beam of light, before a dark building and its mast."""
    canvas = _Canvas((34, 46, 70))
    for number in range(6):
        left, height = 40 + number * 262, 380 + 60 * ((number * 5) % 3)
        canvas.box(left, 640 - height, 236, height, (24, 33, 52))
        for column in range(4):
            for row in range(6):
                lit = (number * 3 + column * 5 + row * 7) % 11 == 0
                window = SAND if lit else (34, 46, 70)
                canvas.box(left + 26 + column * 50, 676 - height + row * 58, 28, 34, window)
    canvas.line([(1180, 220), (1180, 20)], PAPER, 8)
    for radius in (34, 62, 90):
        canvas.ring(1180, 34, radius, ORANGE, 7)
    canvas.disc(1180, 34, 14, RED)
    canvas.box(0, 640, WIDTH, 260, (62, 70, 88))
    canvas.polygon([(560, 0), (760, 0), (1130, 640), (320, 640)], (72, 78, 96))
    canvas.oval(725, 762, 430, 96, SAND)
    _seat(canvas)
    for number, x in enumerate((120, 235, 345, 1120, 1240, 1365, 1480)):
        coat = (TEAL, RED, ORANGE, DEEP)[number % 4]
        canvas.person(x, 880, 250 + 18 * (number % 3), coat)
    return canvas.image


def _seat(canvas: _Canvas) -> None:
    for x in (628, 798):
        canvas.line([(x, 390), (x, 800)], RED, 22)
    for y in (412, 470, 528):
        canvas.line([(628, y), (798, y)], RED, 24)
    canvas.polygon([(614, 606), (812, 606), (866, 656), (590, 656)], RED)
    canvas.box(590, 656, 276, 20, (150, 32, 34))
    for x in (604, 852):
        canvas.line([(x, 670), (x, 846)], (150, 32, 34), 22)


def _street() -> Image.Image:
    """A crowd walks through a winter street, signs without words above it."""
    canvas = _Canvas((196, 219, 222))
    canvas.disc(800, 300, 130, PAPER)
    _terrace(canvas, start=-60, step=170, ground=600, colours=(RED, TEAL, INK, ORANGE))
    _terrace(canvas, start=980, step=170, ground=600, colours=(DEEP, ORANGE, TEAL, RED))
    canvas.polygon([(0, 600), (WIDTH, 600), (WIDTH, 900), (0, 900)], (170, 176, 180))
    canvas.polygon([(640, 560), (960, 560), (1500, 900), (100, 900)], (120, 128, 138))
    for number, (x, top, colour) in enumerate(
        ((330, 330, RED), (540, 270, TEAL), (760, 220, SAND), (990, 280, ORANGE), (1210, 340, INK))
    ):
        canvas.line([(x, top + 60), (x + 14, 760)], INK, 12)
        canvas.polygon(
            [(x - 84, top + 8), (x + 80, top - 8), (x + 86, top + 112), (x - 80, top + 124)], colour
        )
        mark = RED if colour == SAND else PAPER
        if number % 2:
            canvas.disc(x, top + 58, 34, mark)
        else:
            canvas.line([(x - 50, top + 42), (x + 50, top + 36)], mark, 14)
            canvas.line([(x - 50, top + 78), (x + 22, top + 74)], mark, 14)
    coats = (TEAL, RED, ORANGE, INK, SAND, DEEP, PAPER)
    for row, (foot, size) in enumerate(((760, 190), (830, 230), (905, 280))):
        for number in range(9):
            x = 150 + number * 164 + 60 * (row % 2)
            canvas.person(x, foot, size + 14 * (number % 3), coats[(number * 2 + row) % 7])
    return canvas.image


def _boxes() -> Image.Image:
    """Boxes stacked beside a van with an open door; snow on the roofs behind."""
    canvas = _Canvas((150, 183, 201))
    _terrace(canvas, start=-30, step=190, ground=560, colours=(RED, DEEP, ORANGE, TEAL))
    _terrace(canvas, start=820, step=190, ground=560, colours=(TEAL, RED, DEEP, ORANGE))
    canvas.box(0, 556, WIDTH, 344, SNOW)
    for x, y, radius in ((90, 90, 9), (330, 60, 7), (560, 150, 9), (800, 70, 8), (1080, 120, 9)):
        canvas.disc(x, y, radius, PAPER)
        canvas.disc(x + 170, y + 130, radius - 2, PAPER)
    _open_van(canvas)
    for row, (left, count) in enumerate(((130, 4), (200, 3), (270, 2))):
        for number in range(count):
            x, y = left + number * 168 + 20 * (row % 2), 690 - row * 130
            colour = (SAND, ORANGE, (214, 168, 104))[(number + row) % 3]
            canvas.box(x, y, 156, 124, colour)
            canvas.box(x + 64, y, 26, 124, PAPER)
            canvas.box(x + 12, y + 84, 44, 26, RED if (number + row) % 2 else TEAL)
    canvas.person(1370, 830, 270, RED)
    canvas.person(1485, 850, 230, INK)
    return canvas.image


def _open_van(canvas: _Canvas) -> None:
    canvas.box(860, 380, 400, 380, PAPER)
    canvas.box(890, 420, 340, 290, INK)
    for left, top, colour in ((910, 590, SAND), (1030, 590, ORANGE), (960, 470, SAND)):
        canvas.box(left, top, 110, 110, colour)
        canvas.box(left + 44, top, 20, 110, PAPER)
    canvas.polygon([(860, 380), (770, 430), (770, 780), (860, 760)], SNOW)
    canvas.box(860, 740, 400, 36, RED)
    for x in (930, 1190):
        canvas.disc(x, 790, 48, INK)
        canvas.disc(x, 790, 20, SNOW)


_DRAWINGS: Mapping[str, Callable[[], Image.Image]] = {
    "river": _river,
    "road": _road,
    "lantern": _lantern,
    "chair": _chair,
    "street": _street,
    "boxes": _boxes,
}


def draw(name: str) -> bytes:
    """One picture of the demo as PNG; raises KeyError for a name that is not drawn."""
    image = _DRAWINGS[name]().resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)
    buffer = BytesIO()
    image.save(buffer, "PNG", compress_level=1)
    return buffer.getvalue()
