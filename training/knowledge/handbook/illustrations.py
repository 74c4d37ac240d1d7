"""The pictures of a handbook: ours, of the published texts in it, small enough for paper."""

import io
from collections.abc import Callable, Iterable

from PIL import Image

from training.knowledge.pictures import keys_in
from training.models import Article, ArticleImage

WIDEST = 1_000
"""Pixels: at 17 cm that is 150 to the inch."""


def of(articles: Iterable[Article]) -> Callable[[str], bytes | None]:
    """What hands out the picture behind an address, as a JPEG; None for what is not there or not theirs."""
    shown = {article.pk: keys_in(article.current.body) for article in articles if article.current}
    images = ArticleImage.objects.filter(article__in=shown)
    known = {image.pk: image for image in images if image.pk in shown[image.article_id]}

    def picture(address: str) -> bytes | None:
        found = [known[key] for key in keys_in(address) if key in known]
        return _small(found[0]) if found else None

    return picture


def _small(image: ArticleImage) -> bytes | None:
    try:
        with image.file.open("rb") as file, Image.open(file) as picture:
            drawn = picture.convert("RGBA")
            drawn.thumbnail((WIDEST, WIDEST * 2))
            paper = Image.new("RGB", drawn.size, "white")
            paper.paste(drawn, mask=drawn.getchannel("A"))
    except OSError:
        return None
    out = io.BytesIO()
    paper.save(out, "JPEG", quality=80)
    return out.getvalue()
