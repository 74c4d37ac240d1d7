import json
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from training.models import Article
from training.search import index
from training.search.searching import MOST_RESULTS, Answer, search

UNUSABLE = 2
SHOWN = 20
"""Names of what differs."""


class Command(BaseCommand):
    help = (
        "Ranked published articles for a question, or for each line of a file. "
        "Exit code 1 with --check: the index is not what is published; 2: the file cannot be used."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("question", nargs="?", default="")
        parser.add_argument(
            "--limit", type=int, default=5, help=f"at most so many results, up to {MOST_RESULTS}"
        )
        parser.add_argument("--json", action="store_true", help="print the answer as JSON")
        parser.add_argument(
            "--queries", type=Path, metavar="FILE", help='JSON lines {"id", "query"}; prints a line for each'
        )
        parser.add_argument("--rebuild", action="store_true", help="make the index anew first")
        parser.add_argument(
            "--check", action="store_true", help="compare the index with what is published; changes nothing"
        )

    def handle(self, *, question: str, **options: Any) -> None:
        limit = max(1, min(options["limit"], MOST_RESULTS))
        if options["rebuild"]:
            self.stderr.write(f"{index.rebuild()} articles")
        if options["check"]:
            self._check()
        if options["queries"]:
            for told in _queries(options["queries"]):
                answer = _answer(told["query"], limit)
                self.stdout.write(json.dumps({"id": told["id"]} | _facts(answer), ensure_ascii=False))
        elif question:
            self._print(_answer(question, limit), as_json=options["json"])
        elif not (options["rebuild"] or options["check"]):
            raise CommandError(_("Give a question, or a file of them."), returncode=UNUSABLE)

    def _check(self) -> None:
        """Each kind of difference with what differs, `SHOWN` of it at most. Raises: CommandError."""
        differences = index.differences()
        for kind, names in vars(differences).items():
            more = f" +{len(names) - SHOWN}" if len(names) > SHOWN else ""
            self.stdout.write(f"{kind} {len(names)}\t{' '.join(names[:SHOWN])}{more}".rstrip())
        if differences:
            raise CommandError(_("The index is not what is published. Run search_articles --rebuild."))

    def _print(self, answer: Answer, *, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps(_facts(answer, titled=True), ensure_ascii=False))
            return
        for hit in answer.results:
            self.stdout.write(f"{hit.score:8.3f}  {hit.article.code}\t{hit.title}")
        self.stdout.write(
            _("Coverage %(coverage).2f, margin %(margin).2f: %(sure)s")
            % {
                "coverage": answer.coverage,
                "margin": answer.margin,
                "sure": _("sure") if answer.is_confident else _("not sure"),
            }
        )


def _answer(question: str, limit: int) -> Answer:
    return search(question, within=Article.objects.published(localdate()), limit=limit)


def _facts(answer: Answer, *, titled: bool = False) -> dict[str, Any]:
    results = [
        {"id": hit.article.code}
        | ({"title": hit.title, "audience": hit.article.audience} if titled else {})
        | {"score": round(hit.score, 4)}
        for hit in answer.results
    ]
    facts: dict[str, Any] = {"results": results, "confident": answer.is_confident}
    if titled:
        facts |= {"coverage": round(answer.coverage, 4), "margin": round(answer.margin, 4)}
    return facts


def _queries(file: Path) -> Iterator[dict[str, str]]:
    """Raises: CommandError, naming the line."""
    try:
        lines = file.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        message = _("%(path)s cannot be read as UTF-8 text.") % {"path": file}
        raise CommandError(message, returncode=UNUSABLE) from error
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            told = json.loads(line)
            yield {"id": told["id"], "query": str(told["query"])}
        except (ValueError, KeyError, TypeError) as error:
            message = _("Line %(line)s is no {“id”, “query”}.") % {"line": number}
            raise CommandError(message, returncode=UNUSABLE) from error
