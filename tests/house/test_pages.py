"""Every page of the admin, opened by everybody: it works, it is for whom it is meant, it speaks Chinese."""

import re

import pytest
import time_machine
from django.urls import reverse

from portal.choices import Role
from tests.factories import NOW, UserFactory
from tests.house import crowd
from tests.house.conftest import Crawl
from tests.house.crawling import ask, pages
from tests.house.meant import meant, meant_for
from tests.house.reading import in_latin

pytestmark = pytest.mark.django_db

QUERIES_AT_MOST = 24
MORE_QUERIES = {
    "index": 38,  # All counts of the overview, and of the sidebar.
    "desk": 38,  # Sixteen lists and nine counts on one screen, each one query.
    "desk_board": 31,  # The same without what surrounds it.
    "staffing_handover_shift": 24,  # All kinds of open matters, and who comes next.
    "staffing_staffrequest_changelist": 28,  # Each is judged by the rules, with the facts read once.
    "staffing_staffrequest_approve": 24,  # The same for one.
    "staffing_labourrule_ledger": 24,  # All facts of the rules, leave included.
    "staffing_staffrequest_mine": 38,  # Shifts, a month, requests, offers checked by the rules, what is left.
    "staffing_staffrequest_change": 32,  # Facts of the rules, coverage, history, who may do what with it.
    "staffing_peakplan_change": 24,  # Eight tables of one plan, and people found and trained.
    # A course's parts, what is done of each, what comes before it, sessions and exams: each once for all.
    **dict.fromkeys((f"training_enrolment_{page}" for page in ("mine", "learn", "change")), 24),
    "training_article_change": 26,  # Text, versions, drafts, flags, votes, uses, neighbours; it is counted.
    "complaints_ticket_change": 24,  # Ten cards on one screen, each one or two.
    # People, duties, rules, restrictions, calendars, certificates, wishes: each once for all.
    "staffing_roster_grid": 40,
    "staffing_roster_current": 41,
    "staffing_roster_data": 32,
    "staffing_roster_publish": 30,
    "complaints_servicepolicy_change": 36,  # Each target's form asks for the calendars to choose from.
}

NEEDS_NO_TRANSLATION = re.compile(
    r"""
    T\d{8} | CS\d{4} | user\d+ | \bsuper\b                            # numbers, accounts
    | (?:article|category|course|exam|forbidden|phrase|q|scene|skill|topic)-\d+ | \bKB-\d+\b   # codes
    | \{[a-z]+\} | \\\\u[0-9a-f]{4} | \\u[0-9a-f]{4}                 # blanks of phrases, letters in JSON
    | \w\*\*\*@example\.com | (?:knowledge|tickets):read | Asia/Shanghai | \b(?:office|chat|hotline)\b
    | \b(?:API|App|CSV|Excel|ID|Markdown|MB|MP4|Office|PDF|PowerPoint|Webhook|Word|xlsx|pdf)\b
    | \b(?:Alt\+P|Ctrl|Delete|Enter|Esc|Shift|esc)\b                    # keys
    | /\ [a-z]+(?:\ [a-z]+)*(?=$|\ /|\ \+\d) | ^[a-z]+(?:\ [a-z]+)*(?=\ /)   # English among synonyms
    | app(?=打)
    | \bEnglish\b                                                      # on the switch of the language
    """,
    re.VERBOSE,
)


def test_every_page_is_classified():  # X1
    assert {page.name for page in pages()} == set(meant())


def test_a_role_opens_the_pages_meant_for_it_and_no_others(crawl: Crawl):  # X1
    opened = {key.partition(":")[0] for key, answer in crawl.answers.items() if answer.is_open}
    assert opened == meant_for(crawl.who)


def test_no_page_breaks(crawl: Crawl):
    broken = {
        key: answer.status
        for key, answer in crawl.answers.items()
        if not 200 <= answer.status < 300 and answer.status not in {302, 403, 404, 405}
    }
    assert broken == {}


def test_a_page_asks_the_database_a_few_times(crawl: Crawl):
    dear = {
        key: answer.queries
        for key, answer in crawl.answers.items()
        if answer.queries > MORE_QUERIES.get(key, QUERIES_AT_MOST)
    }
    assert dear == {}


@pytest.mark.parametrize("role", [Role.SUPERVISOR, None], ids=["supervisor", "superuser"])
def test_a_list_of_a_hundred_rows_asks_no_more(client, role: Role | None):  # X1
    reader = UserFactory.create(roles=[role] if role else [], is_superuser=role is None)
    with time_machine.travel(NOW, tick=False):
        crowd.gather(100, reader=reader)
        client.force_login(reader)
        answers = {path: ask(client, path) for path in lists()}
    assert {
        path: answer.queries
        for path, answer in answers.items()
        if answer.queries > (MORE_QUERIES["index"] if path == reverse("admin:index") else QUERIES_AT_MOST)
    } == {}
    assert all(answer.status in {200, 403} for answer in answers.values())


def lists() -> list[str]:
    paths = [reverse(f"admin:{page.name}") for page in pages() if page.name.endswith("_changelist")]
    everything = [f"{path}?queue=all" for path in paths if path.endswith(("/ticket/", "/callback/"))]
    beside = ("staffing_attendance_on_duty", "staffing_labourrule_ledger", "index")
    return [*paths, *everything, *(reverse(f"admin:{page}") for page in beside)]


def test_nothing_is_left_untranslated(crawl: Crawl):  # X7
    left = {
        text: key
        for key, answer in crawl.answers.items()
        for text in in_latin(answer.html, but=NEEDS_NO_TRANSLATION)
    }
    assert left == {}


@pytest.mark.parametrize(
    "html",
    [
        "<p>Claim next</p>",
        "<input placeholder='Search'>",
        "<button title='Claim (C)'><span class='material-symbols-outlined'>check</span></button>",
        "<p>领取 <b>next</b></p>",
        "<input type=submit value=Save>",
    ],
)
def test_a_text_in_english_is_noticed(html: str):
    assert in_latin(html, but=NEEDS_NO_TRANSLATION)


@pytest.mark.parametrize(
    "html",
    [
        "<p>领取 T00000001（Excel）</p>",
        "<p><span class='material-symbols-outlined text-sm'>check</span>领取</p><script>let next</script>",
        "<input value='typed by somebody' class=Save>",
    ],
)
def test_what_is_no_text_of_ours_is_passed_over(html: str):
    assert in_latin(html, but=NEEDS_NO_TRANSLATION) == []
