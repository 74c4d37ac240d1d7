"""Synonyms: every phrase of a group, wherever it stands in a text, adds the term of one concept to it.

"…" in a phrase stands for up to eight characters: "取消…订单" is found in "取消一下我的订单". Chinese
phrases are known by their pinyin, too, for people whose keyboard gives nothing else: "tuikuan" means 退款.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import ahocorasick

from training.search import tokens
from training.search.normalising import spelled

GAP = "…"
WIDEST_GAP = 8
SHORTEST_PINYIN = 5
"""Letters from which on a pinyin is looked for within a longer run; shorter ones must be the whole run."""

SYLLABLES = re.compile(
    r"(?:(?:zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw])?"
    r"(?:iang|iong|uang|ang|eng|ing|ong|ian|iao|uai|uan|ai|an|ao|ei|en|er|ia|ie|in|iu|ou|ua|ue|ui|un|uo|ve"
    r"|a|e|i|o|u|v))+"
)
BETWEEN_CHINESE = re.compile(r"(?<=[\u3400-\u9fff]) (?=[\u3400-\u9fff])")
LATIN = re.compile(r"[a-z]+(?: [a-z]+)*")


@dataclass(frozen=True)
class Group:
    """A concept's code and phrases, and the pinyin of its Chinese phrases without spaces."""

    code: str
    phrases: tuple[str, ...]
    pinyin: tuple[str, ...] = ()


@dataclass
class Concepts:
    """The synonym table, made ready for reading texts."""

    _parts: ahocorasick.Automaton = field(default_factory=ahocorasick.Automaton)
    _wholes: dict[str, set[str]] = field(default_factory=dict)
    """A phrase without gap -> codes."""
    _gapped: dict[str, list[tuple[tuple[str, ...], str]]] = field(default_factory=dict)
    """The first part of a phrase with gaps -> all its parts, and the code."""
    _pinyin: ahocorasick.Automaton = field(default_factory=ahocorasick.Automaton)

    def of(self, text: str) -> set[str]:
        """The terms of the concepts in a text that is spelled."""
        if not len(self._parts):
            return set()
        text = BETWEEN_CHINESE.sub("", text)
        seen: dict[str, list[int]] = {}
        for end, part in self._parts.iter(text):
            begin = end - len(part) + 1
            if not part.isascii() or _stands_alone(text, begin, end):
                seen.setdefault(part, []).append(begin)
        codes = {code for part in seen for code in self._wholes.get(part, ())}
        for part in seen:
            codes |= {code for parts, code in self._gapped.get(part, ()) if _in_order(parts, seen)}
        return {tokens.concept(code) for code in codes}

    def of_pinyin(self, text: str) -> tuple[set[str], set[str]]:
        """The terms of the concepts whose pinyin stands in a question, and the words that this explains."""
        concepts: set[str] = set()
        explained: set[str] = set()
        if not len(self._pinyin):
            return concepts, explained
        for words in LATIN.findall(text):
            for run in {*words.split(), words.replace(" ", "")}:
                found = self._codes_of_run(run) if SYLLABLES.fullmatch(run) else set()
                if found:
                    concepts |= {tokens.concept(code) for code in found}
                    explained |= {run} if run in words.split() else set(words.split())
        return concepts, explained

    def _codes_of_run(self, run: str) -> set[str]:
        return {
            code
            for _end, (letters, codes) in self._pinyin.iter(run)
            if letters == run or len(letters) >= SHORTEST_PINYIN
            for code in codes
        }


def table(groups: Iterable[Group]) -> Concepts:
    made = Concepts()
    pinyin: dict[str, set[str]] = {}
    for group in groups:
        for phrase in group.phrases:
            _enter(made, group.code, phrase)
        for letters in group.pinyin:
            pinyin.setdefault(letters, set()).add(group.code)
    _finish(made._parts, {part: part for part in (*made._wholes, *_parts_of(made._gapped))})  # noqa: SLF001
    _finish(made._pinyin, {letters: (letters, frozenset(codes)) for letters, codes in pinyin.items()})  # noqa: SLF001
    return made


def parts_of(phrase: str) -> tuple[str, ...]:
    """A phrase as it is looked for: what stands before, between and after its gaps."""
    parts = (spelled(part) for part in phrase.replace("...", GAP).split(GAP))
    return tuple(part for part in parts if part)


def key_of(phrase: str) -> str:
    """Two phrases with the same key are the same phrase."""
    return GAP.join(parts_of(phrase))


def _enter(made: Concepts, code: str, phrase: str) -> None:
    parts = parts_of(phrase)
    if len(parts) == 1:
        made._wholes.setdefault(parts[0], set()).add(code)  # noqa: SLF001 - made here
    elif parts:
        made._gapped.setdefault(parts[0], []).append((parts, code))  # noqa: SLF001 - made here


def _parts_of(gapped: Mapping[str, list[tuple[tuple[str, ...], str]]]) -> Iterator[str]:
    return (part for phrases in gapped.values() for parts, _code in phrases for part in parts)


def _finish(automaton: ahocorasick.Automaton, words: Mapping[str, object]) -> None:
    for word, value in words.items():
        automaton.add_word(word, value)
    if words:
        automaton.make_automaton()


def _stands_alone(text: str, begin: int, end: int) -> bool:
    """A Latin word is no part of a longer one; a plural is the same word."""
    before, after = text[begin - 1 : begin], text[end + 1 : end + 2]
    if after == "s":
        after = text[end + 2 : end + 3]
    return not (_is_latin(before) or _is_latin(after))


def _is_latin(character: str) -> bool:
    return bool(character) and character.isascii() and character.isalnum()


def _in_order(parts: tuple[str, ...], seen: Mapping[str, list[int]]) -> bool:
    """The parts follow each other, no further apart than a gap is wide."""
    ends = [begin + len(parts[0]) for begin in seen[parts[0]]]
    for part in parts[1:]:
        ends = [
            begin + len(part)
            for begin in seen.get(part, ())
            if any(0 <= begin - end <= WIDEST_GAP for end in ends)
        ]
    return bool(ends)
