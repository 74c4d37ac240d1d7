"""Everything periodic. Each entry derives its work from the database, so a missed beat loses nothing."""

from typing import Any

SCHEDULE: dict[str, dict[str, Any]] = {
    "beat-heart": {"task": "portal.beat_heart", "schedule": 15.0},
    "deliver-messages": {"task": "portal.deliver_messages", "schedule": 5.0},
    "sweep-transfers": {"task": "portal.sweep_transfers", "schedule": 15.0},
    "tidy-transfers": {"task": "portal.tidy_transfers", "schedule": 3600.0},
    "forget-replies": {"task": "portal.forget_replies", "schedule": 3600.0},
    "tidy-sign-ins": {"task": "portal.tidy_sign_ins", "schedule": 24 * 3600.0},
    "seal-audit": {"task": "portal.seal_audit", "schedule": 60.0},
    "sweep-roster-runs": {"task": "staffing.sweep_roster_runs", "schedule": 15.0},
    "close-forgotten-attendance": {"task": "staffing.close_forgotten_attendance", "schedule": 300.0},
    "take-off-lapsed": {"task": "staffing.take_off_lapsed", "schedule": 300.0},
    "warn-of-lapses": {"task": "staffing.warn_of_lapses", "schedule": 3600.0},
    "forecast-demand": {"task": "staffing.forecast_demand", "schedule": 3600.0},
    "watch-peaks": {"task": "staffing.watch_peaks", "schedule": 900.0},
    "note-owed-hand-overs": {"task": "staffing.note_owed_hand_overs", "schedule": 60.0},
    "fill-housekeeping": {"task": "staffing.fill_housekeeping", "schedule": 300.0},
    "tell-overdue-actions": {"task": "staffing.tell_overdue_actions", "schedule": 300.0},
    "lapse-requests": {"task": "staffing.lapse_requests", "schedule": 60.0},
    "enrol-by-rule": {"task": "training.enrol_by_rule", "schedule": 300.0},
    "remind-of-courses": {"task": "training.remind_of_courses", "schedule": 3600.0},
    "remind-of-sessions": {"task": "training.remind_of_sessions", "schedule": 900.0},
    "hand-in-run-out": {"task": "training.hand_in_run_out", "schedule": 15.0},
    "open-renewals": {"task": "training.open_renewals", "schedule": 3600.0},
    "announce-to-joiners": {"task": "training.announce_to_joiners", "schedule": 300.0},
    "remind-of-announcements": {"task": "training.remind_of_announcements", "schedule": 3600.0},
    "tell-due-reviews": {"task": "training.tell_due_reviews", "schedule": 3600.0},
    "catch-up-synonyms": {"task": "training.catch_up_synonyms", "schedule": 60.0},
    "settle-needs": {"task": "training.settle_needs", "schedule": 300.0},
    "measure-effects": {"task": "training.measure_effects", "schedule": 3600.0},
    "dispatch-tickets": {"task": "complaints.dispatch_tickets", "schedule": 5.0},
    "watch-clocks": {"task": "complaints.watch_clocks", "schedule": 15.0},
    "return-silent-transfers": {"task": "complaints.return_silent_transfers", "schedule": 60.0},
    "release-leavers": {"task": "complaints.release_leavers", "schedule": 300.0},
    "wake-waiting": {"task": "complaints.wake_waiting", "schedule": 60.0},
    "break-promises": {"task": "complaints.break_promises", "schedule": 60.0},
    "watch-callbacks": {"task": "complaints.watch_callbacks", "schedule": 60.0},
    "close-settled": {"task": "complaints.close_settled", "schedule": 300.0},
    "count-volumes": {"task": "complaints.count_volumes", "schedule": 900.0},
}


def beat_schedule() -> dict[str, dict[str, Any]]:
    """The entries for the scheduler. A doorbell nobody heard before the next one rings is not kept."""
    return {name: entry | {"options": {"expires": entry["schedule"]}} for name, entry in SCHEDULE.items()}
