"""Why a picture was refused."""

from app.files.rules import MAX_PIXELS, MAX_UPLOAD_BYTES
from app.lib.errors import UserError
from app.lib.text import N_


class ImageTooLargeError(UserError):
    """More bytes than we take."""

    def __init__(self) -> None:
        super().__init__(
            N_("The picture is larger than %(megabytes)s MB. Save it smaller and try again."),
            megabytes=MAX_UPLOAD_BYTES // 2**20,
        )


class TooManyPixelsError(UserError):
    """More pixels than we unpack."""

    def __init__(self) -> None:
        super().__init__(
            N_("The picture has more than %(millions)s million pixels. Make it smaller."),
            millions=MAX_PIXELS // 10**6,
        )


class NotAnImageError(UserError):
    """Nothing that we can read as a picture."""

    def __init__(self) -> None:
        super().__init__(N_("The file is not a picture that we can read. Use JPEG, PNG or WebP."))
