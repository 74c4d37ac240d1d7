"""Every page of the admin, opened by everybody: it works, it is for whom it is meant, it speaks Chinese."""

import re

import pytest
import time_machine
from django.urls import reverse

from portal.choices import Role
from tests.factories import NOW, UserFactory
from tests.house import crowd
from tests.house.conftest import Crawl
from tests.house.crawling import ANONYMOUS, SUPERUSER, ask, pages
from tests.house.reading import in_latin

pytestmark = pytest.mark.django_db

LETTERS = {
    "A": Role.ADMINISTRATOR,
    "D": Role.DIRECTOR,
    "S": Role.SUPERVISOR,
    "H": Role.HANDLER,
    "T": Role.TRAINER,
    "I": Role.INSPECTOR,
    "U": Role.AUDITOR,
    "F": Role.FULFILMENT,
}

# Part of the portal -> for whom -> pages. A page that stands nowhere here fails the first test.
MEANT = {
    "": {
        "ADSHTIUF": "index search password_change password_change_done jsi18n",
        "DSHTI": "desk desk_board",  # Who is an agent.
        "": "login autocomplete desk_claim",
    },
    "portal_auditentry": {"U": "changelist change history", "": "add delete"},
    "portal_apiclient": {"A": "changelist change history add revoke", "": "delete"},
    "portal_notice": {"ADSHTIUF": "changelist change history mark_all_read", "": "add delete"},
    "portal_outboxmessage": {"A": "changelist change history retry", "": "add delete"},
    "portal_transferjob": {
        "AST": "changelist",
        "S": "change history upload template progress rejected",
        "": "add delete confirm cancel",
    },
    "portal_user": {"AD": "changelist change history", "A": "add set_password", "": "delete"},
    "staffing_department": {"ADSTIU": "changelist change", "ADSU": "history", "A": "add", "": "delete"},
    "staffing_team": {
        "ADSHTIU": "changelist change",
        "ADSU": "history",
        "A": "add",
        "ADS": "export",
        "": "delete",
    },
    "staffing_position": {"ADSTIU": "changelist change", "ADSU": "history", "A": "add", "": "delete"},
    "staffing_skill": {
        "ADSHTIU": "changelist change",
        "ADSTU": "history",
        "AT": "add",
        "ADST": "export",
        "": "delete",
    },
    "staffing_agent": {
        "ADSHTIU": "changelist change",
        "ADSU": "history",
        "AS": "add sign_in sign_out leave rejoin",
        "AT": "certify",
        "ADS": "export",
        "": "delete",
    },
    "staffing_certificate": {
        "ADSTIU": "changelist change",
        "ADSTU": "history",
        "AT": "add renew revoke",
        "ADST": "export",
        "": "delete",
    },
    "staffing_shifttype": {
        "ADSHTIU": "changelist change",
        "ADSU": "history",
        "A": "add",
        "ADS": "export",
        "": "delete",
    },
    "staffing_dutyassignment": {
        "ADSHTIU": "changelist change week",
        "ADSU": "history",
        "AS": "add assign replace cancel",
        "ADS": "export",
        "": "delete",
    },
    "staffing_roster": {
        "ADS": "changelist change history grid data changes cell versions current workbook paper",
        "AS": "draw_up publish",
        "": "add delete cells pins",
    },
    "staffing_rosterrun": {
        "ADS": "changelist change history progress",
        "AS": "plan repair cells",
        "": "add delete stop apply",  # The last two by POST alone.
    },
    "staffing_minimumstaffing": {"ADS": "changelist change history", "AS": "add delete"},
    "staffing_attendance": {
        "ADSTIU": "changelist change",
        "ADSU": "history",
        "ADSHTIU": "on_duty",
        "AS": "sign_in sign_out correct",
        "ADS": "export",
        "": "add delete sign_in_myself sign_out_myself",
    },
    "staffing_serviceline": {
        "ADS": "changelist change history export demand backtest",
        "AS": "add forecast set_by_hand",
        "": "delete",
    },
    "staffing_contactvolume": {"ADS": "changelist change history export", "": "add delete"},
    "staffing_demandevent": {"ADS": "changelist change history", "AS": "add", "": "delete"},
    "staffing_peakplan": {
        "ADSTIU": "changelist change",
        "ADSU": "history",
        "ADS": "add amend submit copy_plan review phase need people task contingency "
        "add_phase add_need add_task load_standard add_contingency",
        "AD": "approve send_back",
        "": "delete workbook",
    },
    "staffing_peaktask": {
        "ADSHTIUF": "changelist change tick",
        "ADSU": "history",
        "": "add delete mark",
    },
    "staffing_handover": {
        "DSH": "changelist change shift",
        "DS": "history export",
        "SH": "acknowledge",
        "": "add delete",
    },
    "staffing_housekeepingtask": {
        "DSH": "changelist change",
        "DS": "history",
        "S": "add replan",
        "": "delete",
    },
    "staffing_housekeepingturn": {
        "DSH": "changelist change week tick",
        "DS": "history export",
        "S": "give swap excuse",
        "": "add delete tick_mine",
    },
    "staffing_meeting": {
        "DSH": "changelist change move cancel close",
        "DS": "history export",
        "S": "add",
        "": "delete minutes add_action",
    },
    "staffing_actionitem": {
        "DSH": "changelist change mine finish amend drop",
        "DS": "history export",
        "": "add delete finish_mine",
    },
    "staffing_calendar": {
        "ADSHTIU": "changelist change",
        "ADSU": "history",
        "A": "add set_day announce_year",
        "": "delete",
    },
    "staffing_labourrule": {
        "ADS": "changelist change history",
        "A": "add record_standard",
        "ADSHTIU": "ledger",
        "": "delete ledger_export",  # By POST alone.
    },
    "staffing_staffrequest": {
        "ADSHTI": "changelist change",
        "DSHTI": "mine ask_leave ask_swap ask_give_away ask_overtime ask_wish withdraw",
        "ADS": "history enter_leave approve refuse accept_for revoke",
        "": "add delete mine_act fill",
    },
    "staffing_leaveentitlement": {"ADS": "changelist change history add", "": "delete"},
    "staffing_workrestriction": {"AS": "changelist change history add set_last_day", "": "delete"},
    "complaints_category": {"ADSHI": "changelist change history", "AS": "add", "": "delete"},
    "complaints_servicepolicy": {"ADS": "changelist change history", "AS": "add publish", "": "delete"},
    "complaints_customer": {"DSHI": "changelist change history reveal", "S": "amend", "": "add delete"},
    "complaints_callback": {"DSHI": "changelist change history", "SH": "attempt", "": "add delete"},
    "complaints_surveyinvitation": {"DSHI": "changelist change history", "DSH": "answer", "": "add delete"},
    "complaints_ticket": {
        "DSHI": "changelist change history news",
        "SH": "add",
        "S": "leave_cover",
        "DSH": "act",
        "DS": "export",
        "": "delete lookup",
    },
}
FOR_AGENTS = {
    "desk",
    "desk_board",
    "staffing_staffrequest_mine",
    "staffing_staffrequest_withdraw",  # Of one's own request.
    *(f"staffing_staffrequest_ask_{what}" for what in ("leave", "swap", "give_away", "overtime", "wish")),
}

QUERIES_AT_MOST = 22
MORE_QUERIES = {
    "index": 22,  # All counts of the overview, and of the sidebar.
    "desk": 32,  # Eleven lists and nine counts on one screen, each one query.
    "desk_board": 24,  # The same without what surrounds it.
    "staffing_handover_shift": 24,  # All kinds of open matters, and who comes next.
    "staffing_staffrequest_changelist": 28,  # Each is judged by the rules, with the facts read once.
    "staffing_staffrequest_approve": 24,  # The same for one.
    "staffing_labourrule_ledger": 24,  # All facts of the rules, leave included.
    "staffing_staffrequest_mine": 38,  # Shifts, a month, requests, offers checked by the rules, what is left.
    "staffing_staffrequest_change": 32,  # Facts of the rules, coverage, history, who may do what with it.
    "staffing_peakplan_change": 24,  # Eight tables of one plan, and people found and trained.
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
    T\d{8} | CS\d{4} | (?:skill|category)-\d+ | user\d+ | \bsuper\b   # numbers, codes, accounts
    | \w\*\*\*@example\.com | tickets:read | Asia/Shanghai | \b(?:office|chat|hotline)\b
    | \b(?:API|App|CSV|Excel|ID|MB|Webhook|xlsx|pdf)\b
    | \b(?:Ctrl|Delete|Enter|Shift|esc)\b                              # keys
    | \bEnglish\b                                                      # on the switch of the language
    """,
    re.VERBOSE,
)


def meant() -> dict[str, str]:
    """Page -> letters of those who may open it."""
    return {
        f"{part}_{page}" if part else page: letters
        for part, named in MEANT.items()
        for letters, listed in named.items()
        for page in listed.split()
    }


def meant_for(who: str) -> set[str]:
    if who == ANONYMOUS:
        return {"login"}
    if who == SUPERUSER:
        return {page for page, letters in meant().items() if letters} - FOR_AGENTS
    return {page for page, letters in meant().items() if who in {LETTERS[letter] for letter in letters}}


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
        path: answer.queries for path, answer in answers.items() if answer.queries > QUERIES_AT_MOST
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
