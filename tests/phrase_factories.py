"""Scenes, standard phrases and forbidden words for tests."""

import factory
from factory.django import DjangoModelFactory

from portal.choices import Role
from tests.factories import NOW, UserFactory
from training.choices import ForbiddenClass, MatchKind, PhraseSeverity, PhraseState
from training.models import ForbiddenPhrase, PhraseScene, StandardPhrase


class PhraseSceneFactory(DjangoModelFactory[PhraseScene]):
    class Meta:
        model = PhraseScene

    code = factory.Sequence(lambda n: f"scene-{n}")
    name = factory.Sequence(lambda n: f"场景{n}")
    position = factory.Sequence(lambda n: n)


class StandardPhraseFactory(DjangoModelFactory[StandardPhrase]):
    """Published, by somebody who is no test's person."""

    class Meta:
        model = StandardPhrase

    code = factory.Sequence(lambda n: f"phrase-{n}")
    scene = factory.SubFactory(PhraseSceneFactory)
    text = factory.Sequence(lambda n: f"请您稍等{n}分钟，谢谢。")
    state = PhraseState.PUBLISHED
    author = factory.SubFactory(UserFactory, roles=[Role.TRAINER])
    changed_at = NOW


class ForbiddenPhraseFactory(DjangoModelFactory[ForbiddenPhrase]):
    """滚蛋 stops a reply; others say their words."""

    class Meta:
        model = ForbiddenPhrase

    code = factory.Sequence(lambda n: f"forbidden-{n}")
    forbidden_class = ForbiddenClass.SCOLDING
    match = MatchKind.PHRASE
    text = "滚蛋"
    severity = PhraseSeverity.STOP
    remedy = "请您说说具体情况。"
    changed_at = NOW
