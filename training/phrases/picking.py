"""Which standard phrases are offered for what somebody typed, in the order of a conversation."""

from portal import searching
from training.models import StandardPhrase
from training.phrases.folding import fold

OFFERED = 60


def offered(asked: str = "", *, limit: int = OFFERED) -> list[StandardPhrase]:
    """The published phrases that hold every word, in scene, text or gloss; without words the first of all.

    Width, case and script do not matter. One query; the table is small enough to be read whole.
    """
    words = [fold(word) for word in searching.short(asked).split()]
    rows = (
        StandardPhrase.objects.published()
        .select_related("scene")
        .order_by("scene__position", "scene_id", "position", "id")
    )
    if not any(words):
        return list(rows[:limit])
    fitting = (row for row in rows if _holds(row, words))
    return [row for row, _number in zip(fitting, range(limit), strict=False)]


def _holds(phrase: StandardPhrase, words: list[str]) -> bool:
    text = fold(f"{phrase.scene.name} {phrase.text} {phrase.gloss}")
    return all(word in text for word in words)
