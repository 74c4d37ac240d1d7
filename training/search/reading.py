"""What search reads of an article, cut into terms."""

from dataclasses import dataclass

from training.models import ArticleVersion
from training.search import pinyin, tokens
from training.search.concepts import Concepts
from training.search.normalising import spelled
from training.search.ranking import UNIT


@dataclass(frozen=True)
class Terms:
    """As the index keeps them."""

    head: str
    body: str
    length: int

    def each(self) -> set[str]:
        """Every term of the article once."""
        return {*self.head.split(), *self.body.split()} - {UNIT}


def terms_of(version: ArticleVersion, concepts: Concepts) -> Terms:
    """Head: title, each similar question, each keyword and product. Keywords are known by pinyin, too."""
    words = [*version.keywords, *version.products]
    units = [_head(text, concepts) for text in (version.title, *version.questions, *words)]
    if spoken := [letters for word in words if (letters := pinyin.of(spelled(word)))]:
        units.append(spoken)
    body = spelled(version.body[: tokens.LONGEST_BODY])
    return Terms(
        head=f" {UNIT} ".join(" ".join(unit) for unit in units),
        body=" ".join([*tokens.body(body), *sorted(concepts.of(body))]),
        length=sum(map(len, units)),
    )


def _head(text: str, concepts: Concepts) -> list[str]:
    plain = spelled(text)
    return [*tokens.head(plain), *sorted(concepts.of(plain))]
