"""A file somebody brings: its type is read from its content, its name is only text.

Source: reliability.md 2 (sizes, pictures that unpack to more than they seem).
"""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

import filetype
from django.core.files.base import ContentFile, File
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps, UnidentifiedImageError

from portal.errors import MissingInformation
from training import policy

ENDINGS = {
    "application/pdf": "pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": "pptx",
    "image/png": "png",
    "image/jpeg": "jpg",
    "image/webp": "webp",
    "video/mp4": "mp4",
    "video/webm": "webm",
}
"""What may be brought, by its type as content shows it."""
OFFICE = {"word/": "docx", "xl/": "xlsx", "ppt/": "pptx"}
HEAD = 8192
MOST_ENTRIES = 10_000
LONGEST_NAME = 200


@dataclass(frozen=True)
class Taken:
    """A file that was looked into; a picture is drawn anew, so that nothing hides in it."""

    content: File[Any]
    name: str
    type: str


def take(upload: File[Any], *, field: str = "file", at_most: int = policy.LARGEST_LESSON_FILE) -> Taken:
    """Raises: MissingInformation for a file that is empty, too large, or of a type that is not taken."""
    size = upload.size or 0
    if not 0 < size <= at_most:
        raise _refused(field, _("A file has up to %(size)s MB.") % {"size": at_most // 1024**2})
    kind = _type_of(upload)
    if kind not in ENDINGS:
        raise _refused(field, _("Take a PDF, a Word, Excel or PowerPoint file, a picture, or an MP4 video."))
    name = f"{PurePath(upload.name or 'file').stem[: LONGEST_NAME - 10]}.{ENDINGS[kind]}"
    content = _drawn_anew(upload, kind, field) if kind.startswith("image/") else upload
    return Taken(content, name, kind)


def _type_of(upload: File[Any]) -> str:
    upload.seek(0)
    guess = filetype.guess(upload.read(HEAD))
    upload.seek(0)
    kind = guess.mime if guess else ""
    is_packed = kind == "application/zip" or ENDINGS.get(kind) in OFFICE.values()
    return _type_of_office(upload) if is_packed else kind


def _type_of_office(upload: File[Any]) -> str:
    """By what lies in the package. One that carries macros is none of ours."""
    try:
        with zipfile.ZipFile(upload) as package:
            names = package.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return ""
    finally:
        upload.seek(0)
    if len(names) > MOST_ENTRIES or "[Content_Types].xml" not in names:
        return ""
    if any(name.casefold().endswith("vbaproject.bin") for name in names):
        return ""
    found = {ending for folder, ending in OFFICE.items() if any(name.startswith(folder) for name in names)}
    return next((kind for kind, ending in ENDINGS.items() if found == {ending}), "")


def _drawn_anew(upload: File[Any], kind: str, field: str) -> File[Any]:
    """The picture without what else the file held, such as where it was taken."""
    out = io.BytesIO()
    try:
        with Image.open(upload, formats=["PNG", "JPEG", "WEBP"]) as image:
            if image.width * image.height > policy.MOST_PIXELS:
                raise _refused(field, _("This picture is too large."))
            upright = ImageOps.exif_transpose(image)
            if kind == "image/jpeg":
                upright.convert("RGB").save(out, "JPEG", quality=85)
            else:
                upright.convert("RGBA").save(out, ENDINGS[kind].upper())
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError, SyntaxError) as error:
        raise _refused(field, _("This picture cannot be read.")) from error
    return ContentFile(out.getvalue(), name=upload.name)


def _refused(field: str, message: object) -> MissingInformation:
    return MissingInformation(str(message), fields={field: str(message)})
