"""What may stand on a standing page."""

from typing import Final

#: Characters of a page in one language.
TEXT_LENGTH: Final = 30_000
