"""Which forbidden words a text holds: rules in, hits out, without a table.

All phrases are looked for in one pass (Aho-Corasick), each pattern in linear time (RE2), in the folded text.
A hit that lies within an exception of its own rule is none. Of hits that overlap the gravest stays, of
equally grave ones the longest.
"""

import re
from bisect import bisect_right, insort
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

import ahocorasick
import re2
from django.utils.translation import gettext_lazy as _

from portal.errors import MissingInformation, Text
from training.phrases.folding import FOLDS, Folded, fold, simplified

SHORTEST = 2
"""Letters: a single one stands in too many harmless words."""
LARGEST_PROGRAM = 300
"""Instructions of RE2. Its time grows with them, whatever the text."""
MEMORY = 1 << 20
MOST_OF_ONE_RULE = 100
"""Hits of one rule in one text; the rest say nothing new."""
GREETING = "您好请您稍等我马上为您核实谢谢您的耐心等待"
LATIN = "ok 12"
UNBOUNDED = re.compile(r"(?<!\\)(?:\\\\)*(?:[*+]|\{\d+,\})")

Span = tuple[int, int]


@dataclass(frozen=True, kw_only=True)
class Rule:
    """Words or a pattern, as somebody wrote them."""

    code: str
    forbidden_class: str
    severity: int
    text: str
    is_pattern: bool = False
    exceptions: Sequence[str] = ()
    remedy: str = ""


@dataclass(frozen=True, kw_only=True)
class Hit:
    """`start` and `end` count the characters of the text as it was written."""

    code: str
    forbidden_class: str
    severity: int
    start: int
    end: int
    found: str
    remedy: str


class Rulebook:
    """Rules made ready for many texts. What no rule may look like is left out: see `require_findable`."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._rules = tuple(rules)
        self._phrases: dict[str, tuple[list[int], list[int]]] = {}
        self._patterns: list[tuple[int, re2._Regexp]] = []
        for number, rule in enumerate(self._rules):
            if not rule.is_pattern:
                self._note(rule.text, number, as_exception=False)
            elif (pattern := _compiled(rule.text)) is not None:
                self._patterns.append((number, pattern))
            for exception in rule.exceptions:
                self._note(exception, number, as_exception=True)
        self._automaton = _automaton(self._phrases)

    def check(self, text: str) -> tuple[Hit, ...]:
        """The hits in a text, from its beginning to its end."""
        if not self._rules or not text:
            return ()
        folded = Folded(text)
        spans, harmless = self._in_one_pass(folded.text)
        data = folded.text.encode()
        for number, pattern in self._patterns:
            spans[number].extend(_matches(pattern, data))
        hits = [
            self._hit(number, folded, span, text)
            for number, found in spans.items()
            for span in _unexcused(found, harmless.get(number, []))[:MOST_OF_ONE_RULE]
        ]
        return _apart(hits)

    def _note(self, words: str, number: int, *, as_exception: bool) -> None:
        if folded := fold(words):
            self._phrases.setdefault(folded, ([], []))[as_exception].append(number)

    def _in_one_pass(self, text: str) -> tuple[dict[int, list[Span]], dict[int, list[Span]]]:
        """By rule: where its phrase stands, and where its exceptions stand."""
        found: defaultdict[int, list[Span]] = defaultdict(list)
        harmless: defaultdict[int, list[Span]] = defaultdict(list)
        for last, (length, forbidding, excusing) in self._automaton.iter(text) if self._phrases else ():
            span = (last + 1 - length, last + 1)
            for number in forbidding:
                found[number].append(span)
            for number in excusing:
                harmless[number].append(span)
        return found, harmless

    def _hit(self, number: int, folded: Folded, span: Span, text: str) -> Hit:
        rule = self._rules[number]
        start, end = folded.original(*span)
        return Hit(
            code=rule.code,
            forbidden_class=rule.forbidden_class,
            severity=rule.severity,
            start=start,
            end=end,
            found=text[start:end],
            remedy=rule.remedy,
        )


def require_findable(rule: Rule) -> None:
    """A rule that can be looked for, in bounded time, and does not strike everywhere.

    Raises: MissingInformation, at the field that is to be mended.
    """
    if rule.is_pattern:
        _require_pattern(rule.text)
    elif len(fold(rule.text)) < SHORTEST:
        raise _refused("text", _("At least two letters: a single one stands in too many harmless words."))
    own = Rulebook([Rule(**{**vars(rule), "exceptions": ()})])
    for exception in rule.exceptions:
        spans = own.check(exception)
        if not spans or len(fold(exception)) <= max(len(fold(hit.found)) for hit in spans):
            message = _("“%(words)s” must be longer than the forbidden words, and hold them.")
            raise _refused("exceptions", message % {"words": exception})


def _require_pattern(text: str) -> None:
    if any(FOLDS[ord(one)] != simplified(one).casefold() for one in text if not one.isascii()):
        raise _refused("text", _PUNCTUATION)
    if any(one.isspace() for one in text):
        raise _refused("text", _PUNCTUATION)
    if UNBOUNDED.search(text):
        raise _refused("text", _("Say how many at most: {0,6} in place of *, + and {2,}."))
    try:
        pattern = _compile(text)
    except re2.error as error:
        reason = error.args[0] if error.args else b""
        told = reason.decode("utf-8", "replace") if isinstance(reason, bytes) else str(reason)
        message = _("This is no pattern: %(reason)s") % {"reason": told}
        raise _refused("text", message) from error
    if pattern.programsize > LARGEST_PROGRAM:
        raise _refused("text", _("This pattern is too large. Make two of it, or allow less in between."))
    if any(start == end for probe in ("", GREETING, LATIN) for start, end in _all(pattern, probe.encode())):
        raise _refused("text", _("This pattern would be found everywhere, even where nothing stands."))
    if next(_all(pattern, GREETING.encode()), None):
        raise _refused("text", _("This pattern finds something in an ordinary greeting."))


_PUNCTUATION = _("Blanks and punctuation are left out of what is searched: leave them out of the pattern.")


def _refused(field: str, message: Text) -> MissingInformation:
    return MissingInformation(message, fields={field: message})


def _automaton(phrases: dict[str, tuple[list[int], list[int]]]) -> ahocorasick.Automaton:
    automaton = ahocorasick.Automaton()
    for words, (forbidding, excusing) in phrases.items():
        automaton.add_word(words, (len(words), forbidding, excusing))
    automaton.make_automaton()
    return automaton


def _compile(text: str) -> re2._Regexp:
    options = re2.Options()
    options.case_sensitive = False
    options.never_nl = True  # Nothing is found over the end of a sentence.
    options.never_capture = True
    options.log_errors = False
    options.max_mem = MEMORY
    return re2.compile(simplified(text).encode(), options)


def _compiled(text: str) -> re2._Regexp | None:
    try:
        return _compile(text)
    except re2.error:
        return None


def _all(pattern: re2._Regexp, data: bytes) -> Iterator[Span]:
    for match in pattern.finditer(data):
        yield match.span()


def _matches(pattern: re2._Regexp, data: bytes) -> Iterator[Span]:
    """Spans in characters, counted on from one hit to the next."""
    counted = characters = 0
    for start, end in _all(pattern, data):
        if start == end:
            continue
        characters += len(data[counted:start].decode())
        length = len(data[start:end].decode())
        yield characters, characters + length
        characters, counted = characters + length, end


def _unexcused(found: Sequence[Span], harmless: Sequence[Span]) -> list[Span]:
    """Those that no exception covers."""
    covers = sorted(harmless)
    starts = [start for start, _end in covers]
    reach = list(accumulate((end for _start, end in covers), max))

    def is_covered(span: Span) -> bool:
        before = bisect_right(starts, span[0])
        return before > 0 and reach[before - 1] >= span[1]

    return [span for span in found if not is_covered(span)]


def _apart(hits: Iterable[Hit]) -> tuple[Hit, ...]:
    """No two overlap: the gravest wins, then the longest, then the first."""
    kept: list[tuple[int, int, Hit]] = []
    for hit in sorted(hits, key=lambda hit: (-hit.severity, hit.start - hit.end, hit.start, hit.code)):
        place = bisect_right(kept, hit.start, key=lambda one: one[0])
        before_is_clear = place == 0 or kept[place - 1][1] <= hit.start
        after_is_clear = place == len(kept) or kept[place][0] >= hit.end
        if before_is_clear and after_is_clear:
            insort(kept, (hit.start, hit.end, hit), key=lambda one: one[0])
    return tuple(hit for _start, _end, hit in kept)
