"""For whom each page of the admin is meant: part of the portal -> letters of roles -> pages."""

from portal.choices import Role
from tests.house.crawling import ANONYMOUS, SUPERUSER

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
    "training_examattempt": {
        "ADSHTIU": "changelist",
        "ADSTIU": "change",
        "ADSTU": "history",
        "ADST": "export",
        "AT": "marking mark annul correct",
        "DSHTI": "mine paper answers",
        "": "add delete sit save hand_in",
    },
    "training_issuedcertificate": {
        "ADSHTIU": "changelist",
        "ADSTIU": "change history pdf",  # An agent sees his own only.
        "": "add delete",
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
    # Courses
    "training_topic": {
        "ADSHTIU": "changelist change history",
        "AT": "add export",
        "": "delete",
    },
    "training_course": {
        "ADSHTIU": "changelist change history lesson_file",
        "AT": "add open_course new_edition end who_is_enrolled",
        "ADST": "export",
        "": "delete",
    },
    "training_enrolment": {
        "ADSHTIU": "changelist",
        "ADSTIU": "change",  # A handler sees his own only.
        "DSHTI": "mine learn",
        "AST": "add complete extend waive withdraw",
        "ADST": "matrix_export export",
        "ADSTU": "history evidence matrix",
        "": "delete enrol_myself lesson_done matrix_act",
    },
    "training_synonymgroup": {
        "ADSTU": "changelist change history trial",
        "AT": "add publish retire export",
        "": "delete",
    },
    "training_missinganswer": {
        "ADSHTIU": "changelist change history",
        "ADST": "dismiss reopen export",
        "": "add delete answer similar",  # The last two by POST alone.
    },
    "training_botconversation": {"ADST": "changelist change history", "": "add delete"},
    # Sessions and announcements.
    "training_room": {"ADSHTIU": "changelist change history", "AT": "add", "": "delete"},
    "training_trainingsession": {
        "ADSHTIU": "changelist change week mine",
        "ADTU": "history",
        "ADST": "export participation",
        "AT": "add move cancel close",
        "": "delete book register walk_in give_back take_seat",  # The last five by POST alone.
    },
    "training_sessionbooking": {
        "ADSHTIU": "changelist",
        "ADSTIU": "change",
        "ADST": "export",
        "": "add delete history",  # Its history is that of the session.
    },
    "training_announcement": {
        "ADSHTIU": "changelist change mine",
        "ADSTU": "board",
        "ADST": "add export",
        "ADT": "history edit publish withdraw",  # Of a trainer's announcement.
        "": "delete confirm remind",
    },
    "training_announcementreading": {
        "ADSHTIU": "changelist",
        "ADSTU": "change",
        "ADST": "export",
        "": "add delete history",
    },
    # Exams
    "training_question": {"AT": "changelist change history add export retire restore", "": "delete"},
    "training_exam": {
        "ADSHTIU": "changelist change",
        "ADST": "results",
        "AT": "history add export open close copy sample check",
        "": "delete results_export",
    },
    "complaints_category": {"ADSHI": "changelist change history", "AS": "add", "": "delete"},
    "complaints_servicepolicy": {"ADS": "changelist change history", "AS": "add publish", "": "delete"},
    "complaints_customer": {"DSHI": "changelist change history reveal", "S": "amend", "": "add delete"},
    "complaints_callback": {"DSHI": "changelist change history", "SH": "attempt", "": "add delete"},
    "complaints_surveyinvitation": {"DSHI": "changelist change history", "DSH": "answer", "": "add delete"},
    "complaints_ticket": {
        "DSHI": "changelist change history news suggestions",
        "SH": "add",
        "S": "leave_cover",
        "DSH": "act phrases",
        "DS": "export",
        # The last by POST alone.
        "": "delete lookup suggestion check use_phrase use_suggestion missing_answer",
    },
    # Phrases
    "training_phrasescene": {"ADSHTIU": "changelist change history", "AST": "add", "": "delete"},
    "training_standardphrase": {
        "ADSHTIU": "changelist change history",
        "AST": "add export load_shipped publish retire take_up",
        "": "delete",
    },
    "training_forbiddenphrase": {
        "ADSHTIU": "changelist change history try",
        "AST": "load_shipped",
        "ASTI": "add export lift put_back",
        "": "delete",
    },
    # Needs of training
    "training_trainingneed": {
        "ADSHTIU": "changelist",  # Who has only his own is led to them.
        "ADSTIU": "change",
        "ADSTU": "history",
        "ASTI": "add",
        "AST": "board dismiss export",
        "DSHTI": "mine read",
        "": "delete assign choose confirm",  # By POST alone.
    },
}
FOR_AGENTS = {
    "desk",
    "desk_board",
    "staffing_staffrequest_mine",
    "staffing_staffrequest_withdraw",  # Of one's own request.
    *(f"training_examattempt_{page}" for page in ("mine", "paper", "answers")),
    "training_enrolment_mine",
    "training_enrolment_learn",  # One's own alone.
    "training_trainingneed_mine",
    "training_trainingneed_read",  # What one was oneself asked to read.
    *(f"staffing_staffrequest_ask_{what}" for what in ("leave", "swap", "give_away", "overtime", "wish")),
}

# Knowledge
MEANT |= {
    "training_article": {
        "ADSHTIU": "changelist change library flag image",
        "ADSHTI": "add amend board",
        "ADST": "history export retire bring_back handbook handbook_page handbook_pdf",
        "": "delete vote confirm revise preview add_picture",
    },
    "training_articleversion": {
        "ADSHTI": "changelist change edit merge roll_back drop",  # From the editor of others one is led on.
        "": "add delete history review take_back take_over",
    },
    "training_articleflag": {
        "ADSHTIU": "changelist",
        "ADSTU": "change history",
        "ADST": "settle",
        "": "add delete",
    },
}


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
