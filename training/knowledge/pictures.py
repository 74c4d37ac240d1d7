"""Pictures in articles. What comes in is drawn anew, so that a file holds a picture and nothing else."""

import io
import re
from datetime import datetime
from typing import IO

import filetype
from django.core.files.base import ContentFile
from django.db import transaction
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps

from portal.errors import MissingInformation, TooOften
from portal.models import User
from staffing import recording
from training import policy, rights
from training.knowledge import versions
from training.models import Article, ArticleImage, ArticleVersion

FORMATS = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp"}
"""What is taken in and given out."""
MOST_IMAGES = 60
HEAD = 261
"""Bytes that tell what a file is."""
_ADDRESS = re.compile(r"/article/image/(\d{1,18})/")


@transaction.atomic
def add(article: Article, file: IO[bytes], *, name: str, by: User | None, at: datetime) -> ArticleImage:
    """A picture for what somebody writes; readers see it once a text that shows it is published.

    Raises: NotAllowed; MissingInformation for what is no picture, or too big; TooOften beyond MOST_IMAGES.
    """
    article = versions.locked(article)
    rights.require(by, rights.REWRITE, article)
    if article.images.count() >= MOST_IMAGES:
        raise TooOften(_("An article has at most %(count)s pictures.") % {"count": MOST_IMAGES})
    content, size = redrawn(file)
    image = ArticleImage(
        article=article, name=_plain_name(name), width=size[0], height=size[1], added_by=by, added_at=at
    )
    image.file.save("", ContentFile(content), save=False)
    image.save()
    recording.added(image, {"article": article, "name": image.name}, by=by, at=at)
    return image


def redrawn(file: IO[bytes]) -> tuple[bytes, tuple[int, int]]:
    """The picture alone, turned upright, no wider than WIDEST_IMAGE. Raises: MissingInformation."""
    content = file.read(policy.LARGEST_IMAGE + 1)
    if len(content) > policy.LARGEST_IMAGE:
        raise _refused(
            _("A picture has at most %(size)s MB.") % {"size": policy.LARGEST_IMAGE // 1024 // 1024}
        )
    kind = filetype.guess_mime(content)
    if kind not in FORMATS.values():
        raise _refused(_("Only PNG, JPEG and WebP pictures are taken."))
    try:
        with Image.open(io.BytesIO(content), formats=list(FORMATS)) as picture:
            if picture.width * picture.height > policy.MOST_PIXELS:
                raise _refused(_("This picture has too many pixels."))
            form = picture.format or "PNG"
            drawn = ImageOps.exif_transpose(picture)
            drawn.thumbnail((policy.WIDEST_IMAGE, policy.WIDEST_IMAGE * 4))
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise _refused(_("This picture cannot be read.")) from error
    return _written(drawn, form), drawn.size


def may_see(image: ArticleImage, user: User, at: datetime) -> bool:
    """Readers see those of the published text only; who writes, those of what he may read, and his own."""
    if not user.has_perm("training.view_article"):
        return False
    readable = Article.objects.readable_by(user, localdate(at)).filter(pk=image.article_id)
    current = readable.filter(current__body__contains=address_of(image))
    if current.exists():
        return True
    seen = Article.objects.visible_to(user).filter(pk=image.article_id).exists()
    if not seen:
        return False
    if image.added_by_id == user.pk:
        return True
    texts = ArticleVersion.objects.visible_to(user).filter(article=image.article_id)
    return texts.filter(body__contains=address_of(image)).exists()


def kind_of(file: IO[bytes]) -> str:
    """What a stored picture is, by its content."""
    kind = filetype.guess_mime(file.read(HEAD))
    file.seek(0)
    return kind if kind in FORMATS.values() else FORMATS["PNG"]


def address_of(image: ArticleImage) -> str:
    return reverse("admin:training_article_image", args=[image.pk])


def mark_for(image: ArticleImage) -> str:
    """As it stands in a text."""
    return f"![{image.name}]({address_of(image)})"


def keys_in(text: str) -> set[int]:
    """The keys of our pictures that a text shows."""
    return {int(key) for key in _ADDRESS.findall(text)}


def _written(picture: Image.Image, form: str) -> bytes:
    """Without any of the words and places that a camera writes into its files."""
    out = io.BytesIO()
    if form == "JPEG":
        picture.convert("RGB").save(out, "JPEG", quality=88)
    else:
        mode = "RGBA" if picture.has_transparency_data else "RGB"
        picture.convert(mode).save(out, form)
    return out.getvalue()


def _plain_name(name: str) -> str:
    """What stands between the brackets of a mark must not end it."""
    return re.sub(r"[\[\]()\\\s\0]+", " ", name.rpartition("/")[2]).strip()[:200] or "image"


def _refused(message: object) -> MissingInformation:
    return MissingInformation(str(message), fields={"file": str(message)})
