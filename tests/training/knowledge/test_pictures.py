"""Pictures come in drawn anew, and go out to those who may see the text. # T6"""

import io
import zipfile
from datetime import timedelta

import pytest
from PIL import Image

from portal.choices import Role
from portal.errors import MissingInformation, NotAllowed, TooOften
from tests.factories import NOW, TODAY, UserFactory
from tests.knowledge_factories import content, revised
from training import policy
from training.choices import Audience
from training.knowledge import drafting, pictures, reviewing
from training.models import Article, ArticleImage

pytestmark = pytest.mark.django_db

PLACE = "31.2304 N"


@pytest.fixture(autouse=True)
def _own_media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def picture(form: str = "PNG", size: tuple[int, int] = (40, 20), **more) -> io.BytesIO:
    out = io.BytesIO()
    Image.new("RGB", size, "#336699").save(out, form, **more)
    out.seek(0)
    return out


def add(article: Article, by, file: io.BytesIO | None = None, name: str = "截图.png") -> ArticleImage:
    return pictures.add(article, file or picture(), name=name, by=by, at=NOW)


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP"])
def test_a_picture_is_drawn_anew_in_its_form(article, author, form):
    image = add(article, author, picture(form))
    with image.file.open("rb") as file, Image.open(file) as drawn:
        assert (drawn.format, drawn.size) == (form, (40, 20))
    assert (image.width, image.height, image.added_by) == (40, 20, author)


def test_where_and_with_what_it_was_taken_is_not_kept(article, author):
    told = Image.Exif()
    told[0x010F] = PLACE
    image = add(article, author, picture("JPEG", exif=told))
    assert PLACE.encode() not in image.file.open("rb").read()


def test_what_hides_behind_a_picture_is_gone(article, author):
    file = picture("JPEG")
    file.seek(0, io.SEEK_END)
    with zipfile.ZipFile(file, "a") as hidden:
        hidden.writestr("evil.js", "alert(1)")
    file.seek(0)
    assert b"evil.js" not in add(article, author, file).file.open("rb").read()


def test_a_wide_one_becomes_smaller(article, author):
    assert add(article, author, picture(size=(4_000, 100))).width == policy.WIDEST_IMAGE


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"%PDF-1.4",
        b"\x89PNG\r\n\x1a\nxx",
    ],
)
def test_what_is_no_picture_is_refused(article, author, content):
    with pytest.raises(MissingInformation):
        add(article, author, io.BytesIO(content))
    gif = picture("GIF")
    with pytest.raises(MissingInformation):
        add(article, author, gif)


def test_too_many_bytes_or_pixels_are_refused(article, author, monkeypatch):
    monkeypatch.setattr(policy, "LARGEST_IMAGE", 50)
    with pytest.raises(MissingInformation):
        add(article, author)
    monkeypatch.setattr(policy, "LARGEST_IMAGE", 5_000_000)
    monkeypatch.setattr(policy, "MOST_PIXELS", 10)
    with pytest.raises(MissingInformation):
        add(article, author)


def test_only_writers_add_and_no_more_than_a_text_can_hold(article, author, monkeypatch):
    with pytest.raises(NotAllowed):
        add(article, UserFactory.create(roles=[Role.AUDITOR]))
    monkeypatch.setattr(pictures, "MOST_IMAGES", 1)
    add(article, author)
    with pytest.raises(TooOften):
        add(article, author)


def test_a_name_cannot_leave_the_mark_it_stands_in(article, author):
    image = add(article, author, name="../../x](javascript:alert(1)) [y.png")
    assert pictures.mark_for(image) == f"![x javascript:alert 1 y.png]({pictures.address_of(image)})"


def test_readers_see_the_pictures_of_the_published_text_only(
    time_machine, article, author, colleague, trainer
):
    time_machine.move_to(NOW)
    image = add(article, author)
    draft = revised(article, author, body=pictures.mark_for(image))
    auditor = UserFactory.create(roles=[Role.AUDITOR])
    seen = {user.name: pictures.may_see(image, user, NOW) for user in (author, trainer, colleague)}
    assert seen == {"作者": True, "培训师": True, "同事": False}
    assert not pictures.may_see(image, auditor, NOW)
    draft = drafting.submit(draft, revision=draft.revision, by=author, at=NOW)
    assert not pictures.may_see(image, colleague, NOW)
    reviewing.approve(draft, revision=draft.revision, by=trainer, at=NOW)
    assert pictures.may_see(image, colleague, NOW)
    assert pictures.may_see(image, auditor, NOW)
    for facts in ({"audience": Audience.LEADERS}, {"valid_until": TODAY - timedelta(days=1)}):
        Article.objects.update(**{"audience": Audience.CUSTOMERS, "valid_until": None} | facts)
        assert not pictures.may_see(image, colleague, NOW)


def test_a_picture_of_one_article_is_not_shown_by_naming_it_in_another(
    time_machine, article, author, colleague, topic
):
    time_machine.move_to(NOW)
    hidden = drafting.write(content(), topic=topic, audience=Audience.AGENTS, by=author, at=NOW)
    image = add(hidden.article, author)
    revised(article, colleague, body=pictures.mark_for(image))
    assert not pictures.may_see(image, colleague, NOW)
