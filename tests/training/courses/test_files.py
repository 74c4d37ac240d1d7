"""Files are judged by what is in them. # T1"""

import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from portal.errors import MissingInformation
from training import policy
from training.courses import files

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
MP4 = b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom"


def upload(content: bytes, name: str = "课件.bin") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="text/html")


def picture(kind: str = "PNG", size=(8, 6), **facts) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "red").save(out, kind, **facts)
    return out.getvalue()


def package(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name in names:
            made.writestr(name, "<x/>")
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"%PDF-1.7\n", "课件.pdf"),
        (MP4, "课件.mp4"),
        (picture(), "课件.png"),
        (picture("JPEG"), "课件.jpg"),
        (package("[Content_Types].xml", "word/document.xml"), "课件.docx"),
        (package("docProps/app.xml", "[Content_Types].xml", "xl/workbook.xml"), "课件.xlsx"),
        (package("[Content_Types].xml", "ppt/presentation.xml"), "课件.pptx"),
    ],
)
def test_the_name_ends_as_the_content_says(content: bytes, name: str):
    assert files.take(upload(content)).name == name


@pytest.mark.parametrize(
    "content",
    [
        b"<html><script>alert(1)</script>",
        b"MZ\x90\x00",
        b"just words",
        package("evil.exe"),
        package("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"),
        package("[Content_Types].xml", "word/a", "xl/b"),
        b"PK\x03\x04broken",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"",
    ],
)
def test_what_is_not_known_to_be_harmless_is_refused(content: bytes):
    with pytest.raises(MissingInformation):
        files.take(upload(content, "课件.pdf"))


def test_a_file_that_is_too_large_is_refused():
    with pytest.raises(MissingInformation):
        files.take(upload(b"%PDF-1.7\n"), at_most=3)


def test_a_picture_is_drawn_anew_and_tells_nothing_else():
    exif = Image.Exif()
    exif[0x010E] = "secret place"
    taken = files.take(upload(picture("JPEG", exif=exif) + b"<script>"))
    content = taken.content.read()
    assert b"secret" not in content
    assert b"<script>" not in content
    assert Image.open(io.BytesIO(content)).size == (8, 6)


def test_a_picture_that_unpacks_to_too_much_or_is_broken_is_refused(monkeypatch):
    with pytest.raises(MissingInformation):
        files.take(upload(picture()[:40]))
    monkeypatch.setattr(policy, "MOST_PIXELS", 47)
    with pytest.raises(MissingInformation):
        files.take(upload(picture()))
