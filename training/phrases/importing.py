"""Phrases out of Excel and CSV: each row by a step, with the rights of whoever imports it."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.models import TransferJob, User
from portal.transfers.importers import Column, Record, Result
from staffing.importers import StaffingImporter, choice, found, text, whole, wrong
from training.choices import ForbiddenClass, MatchKind, PhraseSeverity
from training.models import ForbiddenPhrase, PhraseScene, StandardPhrase
from training.phrases import forbidding, writing

BETWEEN_EXCEPTIONS = "|"


class PhraseImporter(StaffingImporter):
    """A known code changes its row, where an empty cell changes nothing; another, or none, adds a row."""

    def objects_url(self, job: TransferJob) -> str:
        return reverse(f"admin:training_{self.table}_changelist")


class StandardPhraseImporter(PhraseImporter):
    """What is new or worded otherwise is a draft, as if it were typed."""

    key, label, table = "standard_phrases", _("Standard phrases"), "standardphrase"
    permission = "training.import_standardphrase"
    columns = (
        Column("code", _("Phrase code"), help=_("Empty: a new phrase."), example="greeting-service"),
        Column("scene", pgettext_lazy("of a conversation", "Scene"), is_required=True, example="问候"),
        Column(
            "text",
            pgettext_lazy("phrase", "Text"),
            is_required=True,
            example="{customer}，您好！请问有什么可以帮您？谢谢。",
        ),
        Column("gloss", _("In English"), example="Hello, how may I help you? Thank you."),
        Column("position", pgettext_lazy("in a list", "Position"), example="10"),
    )

    def take(self, row: Record, *, by: User, at: datetime) -> Result:
        phrase = StandardPhrase.objects.filter(code=row["code"]).first() if row["code"] else None
        wording = writing.Wording(
            scene=found(PhraseScene.objects.all(), row, "scene", "name"),
            text=text(row, "text"),
            gloss=row["gloss"] or (phrase.gloss if phrase else ""),
            position=whole(row, "position", default=phrase.position if phrase else 0),
        )
        if phrase is None:
            writing.write(code=row["code"], by=by, at=at, **wording)
            return Result.CREATED
        if all(getattr(phrase, name) == value for name, value in wording.items()):
            return Result.UNCHANGED
        writing.change(phrase, by=by, at=at, **wording)
        return Result.UPDATED


class ForbiddenPhraseImporter(PhraseImporter):
    key, label, table = "forbidden_phrases", _("Forbidden phrases"), "forbiddenphrase"
    permission = "training.import_forbiddenphrase"
    columns = (
        Column("code", _("Phrase code"), help=_("Empty: a new phrase."), example="scolding-get-out"),
        Column(
            "forbidden_class",
            pgettext_lazy("of forbidden words", "Class"),
            is_required=True,
            example="训斥",
        ),
        Column("match", _("Found as"), example="词句"),
        Column("text", _("Words or pattern"), is_required=True, example="滚蛋"),
        Column("exceptions", _("Exceptions"), help=_("With | between them."), example="不知道您|不知道是否"),
        Column("severity", _("Severity"), is_required=True, help=_("1 to 3."), example="3"),
        Column("remedy", _("Say instead"), example="请您说说具体情况，我来处理。"),
        Column("gloss", _("In English"), example="Get lost"),
    )

    def take(self, row: Record, *, by: User, at: datetime) -> Result:
        phrase = ForbiddenPhrase.objects.filter(code=row["code"]).first() if row["code"] else None
        exceptions = [one.strip() for one in row["exceptions"].split(BETWEEN_EXCEPTIONS) if one.strip()]
        stands = phrase or ForbiddenPhrase(match=MatchKind.PHRASE)
        wording = forbidding.Wording(
            forbidden_class=choice(row, "forbidden_class", ForbiddenClass),
            match=choice(row, "match", MatchKind) if row["match"] else MatchKind(stands.match),
            text=text(row, "text"),
            exceptions=exceptions or stands.exceptions,
            severity=_severity(row),
            remedy=row["remedy"] or stands.remedy,
            gloss=row["gloss"] or stands.gloss,
        )
        if phrase is None:
            forbidding.forbid(code=row["code"], by=by, at=at, **wording)
            return Result.CREATED
        if all(getattr(phrase, name) == value for name, value in wording.items()):
            return Result.UNCHANGED
        forbidding.amend(phrase, by=by, at=at, **wording)
        return Result.UPDATED


def _severity(row: Record) -> int:
    """1, 2 or 3: a number, as the export writes it."""
    text(row, "severity")
    number = whole(row, "severity", default=0)
    if number not in PhraseSeverity.values:
        raise wrong("severity", _("Write 1, 2 or 3."))
    return number
