"""How large a picture may come and how large it is kept."""

MAX_UPLOAD_BYTES = 5 * 1024 * 1024
MAX_PIXELS = 25_000_000
#: A page must load on a cheap phone: no picture of its content is heavier.
MAX_STORED_BYTES = 60_000
#: Tried in this order until the picture is light enough: the longer side, and the quality.
STEPS = (
    (1600, 80),
    (1600, 62),
    (1280, 66),
    (1280, 50),
    (1024, 56),
    (800, 60),
    (800, 42),
    (640, 45),
    (480, 45),
    (320, 35),
    (240, 20),
)
