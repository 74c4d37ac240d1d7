"""What the script of the grid says, in the reader's language. Placeholders are filled in by the script."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.errors import Text
from staffing.choices import Severity

TEXTS: Mapping[str, Text] = {
    # The state of saving
    "saving": _("Saving…"),
    "saved": _("Saved"),
    "offline": _("No connection: your changes are kept and sent as soon as possible."),
    "signedOut": _("You are signed out: sign in again in another tab, your changes are kept here."),
    "draft": _("Draft"),
    "published": _("Published v%(version)s"),
    # Cells
    "off": _("off"),
    "notEmployed": _("Not employed on this day"),
    "onLeave": _("On leave: %(kind)s"),
    "asksLeave": _("Asks for leave: %(kind)s"),
    "pinned": _("Pinned: planning by machine leaves it as it is"),
    "withdrawn": _("%(shift)s is in force until the next version takes it away"),
    "wishes": _("Would like %(shift)s"),
    "avoids": _("Would rather not have %(shift)s"),
    "anyShift": _("any shift"),
    "unknownYear": _("The holidays of this year are not announced yet"),
    "selected": _("%(count)s cells selected"),
    # Acts
    "painting": _("Brush: click cells or drag over them. Esc ends it."),
    "chooseShift": _("Brush: choose a shift first."),
    "copied": _("%(count)s cells copied"),
    "outside": _("It would not fit into the roster."),
    "unknownCode": _("No such shift: %(code)s"),
    "refused": _("%(count)s cells were not changed."),
    "changedBy": _("%(name)s has changed %(count)s cells."),
    "portal": _("The portal"),
    # Columns
    "people": _("%(count)s people"),
    "hours": _("Hours planned, of the standard"),
    "hoursShort": pgettext_lazy("column of a roster", "Hours"),
    "overtime": _("Hours of overtime"),
    "overtimeShort": pgettext_lazy("column of a roster", "OT"),
    "nights": _("Nights"),
    "nightsShort": pgettext_lazy("column of a roster", "Nt"),
    "weekends": _("Days worked at weekends"),
    "weekendsShort": pgettext_lazy("column of a roster", "We"),
    "rest": _("Shortest rest, hours"),
    "restShort": pgettext_lazy("column of a roster", "Rest"),
    "problems": _("Problems"),
    "problemsShort": "!",
    # Panels
    "history": _("Who changed what"),
    "noHistory": _("Nobody has changed anything here."),
    "noProblems": _("No rule is broken, and nobody is missing."),
    "coverage": _("Coverage"),
    "byForecast": _("By the forecast"),
    "short": _("%(shift)s: %(planned)s planned of %(required)s"),
    **{severity.value: severity.label for severity in Severity},
}


def texts() -> dict[str, str]:
    return {name: str(text) for name, text in TEXTS.items()}
