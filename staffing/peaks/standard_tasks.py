"""What has to be done for every peak event, by days before its first day, or after its last.

Source: the plans for Double-11 and for customer service of shops that the project was given (003, 001):
goals, organisation, hiring and training, service flows, systems, contingency, incentives, review.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext_lazy as _

from portal.errors import Text


@dataclass(frozen=True)
class StandardTask:
    """`days` before the first day; below nothing, after the last."""

    days: int
    text: Text

    def due_on(self, first_on: date, last_on: date) -> date:
        return (first_on if self.days >= 0 else last_on) - timedelta(days=self.days)


STANDARD_TASKS = (
    StandardTask(45, _("Read last year's review, and take its actions over")),
    StandardTask(42, _("Get sales targets and the promotion calendar from operations")),
    StandardTask(40, _("Forecast contacts by phase, and work out people needed and missing")),
    StandardTask(38, _("Agree targets: service level, first response, satisfaction")),
    StandardTask(35, _("Start hiring temporary staff with human resources")),
    StandardTask(35, _("Order outsourced seats, and fix numbers and days in writing")),
    StandardTask(30, _("Agree cross-team support, and name who comes")),
    StandardTask(28, _("Draw up the training plan: newcomers, old hands, supporters")),
    StandardTask(25, _("Collect promotion rules, coupons and goods from operations")),
    StandardTask(21, _("Update the knowledge base and the standard phrases for the event")),
    StandardTask(20, _("Teach the bot the promotion's questions, and check when it hands over")),
    StandardTask(15, _("Make the roster for the event, with evenings and nights of the burst")),
    StandardTask(14, _("Prepare accounts, seats, headsets and network for everybody who comes")),
    StandardTask(10, _("Load test of the chat and ticket systems with technical support")),
    StandardTask(10, _("Write contingencies for outages, oversold goods and late parcels")),
    StandardTask(7, _("Examine everybody trained, and issue certificates")),
    StandardTask(7, _("Agree with warehouse and carriers who answers on what, and how fast")),
    StandardTask(5, _("Announce incentives and how they are judged")),
    StandardTask(5, _("Confirm refund and compensation limits that agents may decide themselves")),
    StandardTask(3, _("Rehearse a burst: routing, overflow, escalation")),
    StandardTask(2, _("Publish the on-call list: supervisors, technical, warehouse, public relations")),
    StandardTask(1, _("Set auto-replies and notices for long waits; clear the backlog")),
    StandardTask(1, _("Kick-off: targets, roster, who decides what; meals and rest on site")),
    StandardTask(0, _("Every two hours: compare queue and people there with the plan, and move people")),
    StandardTask(-1, _("Thank the teams; give the rest owed for overtime")),
    StandardTask(-3, _("Work off the backlog of returns, refunds and complaints")),
    StandardTask(-5, _("Compare plan and actual by half hour; collect what agents say")),
    StandardTask(-7, _("Hold the review, and settle incentives and agency bills")),
)
