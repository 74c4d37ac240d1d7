"""The demonstration department keeps the rules of the steps, though it is written in bulk. # X8"""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import transaction
from django.db.models import Count, F, Sum
from django.test import override_settings
from django.utils.timezone import localdate, now

from complaints import assignment, desk, ledger, ownership, states
from complaints.choices import Act, CallbackState, ClockOutcome, HandOver, Kind, Status
from complaints.models import Callback, Clock, OwnershipEntry, Promise, SurveyInvitation, Ticket, TicketEvent
from portal.models import OutboxMessage, User
from staffing.choices import PeakState
from staffing.models import Agent, Attendance, ContactVolume, DutyAssignment, PeakPlan, ServiceLine, Team
from staffing.peaks.demand_link import plan_against_actual
from training.choices import ArticleKind, Audience, NeedState, VersionState
from training.models import Article, ArticleFlag, ArticleVersion, MissingAnswer, TrainingNeed

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def demo(django_db_setup, django_db_blocker):  # noqa: ARG001 - the database has to be there
    """One department for all tests of this module, rolled back after the last."""
    with django_db_blocker.unblock(), transaction.atomic(), override_settings(DEBUG=True):
        call_command("demo", agents=24, tickets=400, stdout=StringIO())
        yield
        transaction.set_rollback(True)


@pytest.mark.usefixtures("demo")
def test_the_demonstration_keeps_the_rules():
    tickets = Ticket.objects.annotate(rows=Count("events"))
    assert not tickets.exclude(rows=F("version")).exists(), "the version counts the ledger's rows"
    assert set(tickets.values_list("status", flat=True)) == set(Status)
    assert (
        not tickets.filter(handler=None)
        .exclude(status__in=[Status.NEW, Status.CLOSED, Status.CANCELLED])
        .exists()
    )
    for ticket in tickets.filter(status__in=states.OPEN):
        assert ticket.next_due_at == ledger.next_due(ticket)
    for entry in OwnershipEntry.objects.filter(state=HandOver.HOLDING).select_related("ticket"):
        assert entry.receiver_id == entry.ticket.handler_id


@pytest.mark.usefixtures("demo")
def test_the_clocks_of_the_demonstration_are_decided_by_their_instants():
    stopped = Clock.objects.filter(stopped_at__isnull=False).exclude(outcome=ClockOutcome.VOID)
    assert stopped.filter(outcome=ClockOutcome.MISSED).exists()
    assert not stopped.filter(outcome=ClockOutcome.MET, stopped_at__gt=F("due_at")).exists()
    assert not stopped.filter(outcome=ClockOutcome.MISSED, stopped_at__lte=F("due_at")).exists()
    ended = Clock.objects.running().exclude(ticket__status__in=[*states.OPEN, Status.RESOLVED])
    assert not ended.exists(), "nothing runs on a matter that is over"


@pytest.mark.usefixtures("demo")
def test_every_closed_complaint_of_the_demonstration_was_called_back_and_asked():
    closed = Ticket.objects.filter(status=Status.CLOSED, first_responsible__isnull=False)
    assert closed.filter(kind=Kind.COMPLAINT).exists()
    assert not closed.filter(kind=Kind.COMPLAINT, callbacks=None).exists()
    assert not Callback.objects.filter(state=CallbackState.DUE, ticket__in=closed).exists()
    assert SurveyInvitation.objects.filter(ticket__in=closed).count() >= closed.count()


@pytest.mark.usefixtures("demo")
def test_nothing_in_the_demonstration_lies_in_the_future():
    latest = TicketEvent.objects.latest("at").at
    assert latest <= User.objects.get(username="admin").date_joined + timedelta(minutes=10)
    assert not Promise.objects.filter(made_at__gt=latest).exists()


@pytest.mark.usefixtures("demo")
def test_every_line_of_the_demonstration_was_counted_and_is_forecast():
    lines = list(ServiceLine.objects.select_related("team"))
    assert {line.team_id for line in lines} == set(Team.objects.values_list("pk", flat=True))
    for line in lines:
        assert line.volumes.filter(contacts__gt=0).exists(), line
        assert line.required.order_by().values("on").distinct().count() > 35, line
    counted = ContactVolume.objects.filter(line__counts_tickets=True).aggregate(sum=Sum("contacts"))["sum"]
    received = TicketEvent.objects.filter(act=Act.RECEIVE).exclude(to_status=Status.CLOSED)
    of_lines = received.filter(ticket__team__service_lines__counts_tickets=True).distinct()
    assert counted == of_lines.count()


@pytest.mark.usefixtures("demo")
def test_the_accounts_of_the_demonstration_are_on_duty():
    for username in ("handler", "supervisor"):
        agent = Agent.objects.get(user__username=username)
        assert Attendance.objects.open().filter(agent=agent).exists()
    assert DutyAssignment.objects.count() > Agent.objects.count()


@pytest.mark.usefixtures("demo")
def test_a_customer_of_the_handler_wrote_again_after_his_matter_was_resolved():
    handler = Agent.objects.select_related("user", "team__department").get(user__username="handler")
    first = desk.read(handler, at=TicketEvent.objects.latest("at").at).endings[0]
    assert first.lacks == desk.Lacks.ANSWER


@pytest.mark.usefixtures("demo")
def test_some_matters_wait_for_a_person_however_long_the_worker_runs():
    """What nobody has accepted goes back, and all that waits is given out, again and again."""
    handler = Agent.objects.select_related("user", "team__department").get(user__username="handler")
    at = TicketEvent.objects.latest("at").at
    for after in (timedelta(0), timedelta(hours=1), timedelta(hours=3)):
        ownership.return_silent(at=at + after)
        assignment.dispatch_waiting(at=at + after)
        assert Ticket.objects.unassigned().filter(parked_at__isnull=False).count() >= 3
        assert desk.read(handler, at=at + after).waiting >= 3
    told = OutboxMessage.objects.filter(key__startswith="parked:", user__username="supervisor")
    assert told.count() >= 3
    claimed = assignment.claim_next(by=handler.user, at=at)
    assert claimed is not None
    assert claimed.handler == handler


@pytest.mark.usefixtures("demo")
def test_a_second_run_keeps_the_department_and_names_its_accounts():
    before = (User.objects.count(), Ticket.objects.count(), TicketEvent.objects.count())
    told = StringIO()
    with override_settings(DEBUG=True):
        call_command("demo", stdout=told)
    assert (User.objects.count(), Ticket.objects.count(), TicketEvent.objects.count()) == before
    for account in ("admin", "director", "supervisor", "handler", "trainer", "inspector"):
        assert f"demo-{account}" in told.getvalue()


@pytest.mark.usefixtures("demo")
def test_one_peak_event_is_prepared_and_the_last_one_reviewed():  # S9
    preparing, reviewed = PeakPlan.objects.order_by("-first_on")
    assert (preparing.state, reviewed.state) == (PeakState.APPROVED, PeakState.REVIEWED)
    today = localdate()
    assert preparing.tasks.overdue(today).exists()
    assert preparing.tasks.exclude(done_at=None).exists()
    burst = reviewed.phases.order_by("-factor")[0].first_on
    day = plan_against_actual(reviewed, burst, at=now())
    assert any(row.missing for row in day)
    assert any(row.present for row in day)


@pytest.mark.usefixtures("demo")
def test_the_demonstration_answers_questions_and_shows_every_stage_of_an_article():
    today = localdate()
    published = Article.objects.published(today)
    assert published.count() >= 100
    assert set(published.values_list("kind", flat=True)) == set(ArticleKind)
    assert set(published.values_list("audience", flat=True)) == set(Audience)
    assert 0 < Article.objects.due(today).count() < published.count() / 3
    stages = {VersionState.APPROVED, VersionState.DRAFT, VersionState.IN_REVIEW, VersionState.RETURNED}
    assert set(ArticleVersion.objects.values_list("state", flat=True)) == stages
    assert ArticleFlag.objects.open().exists()
    assert MissingAnswer.objects.open().exists()


@pytest.mark.usefixtures("demo")
def test_the_demonstration_has_needs_in_every_state_and_some_that_were_measured():
    assert set(TrainingNeed.objects.values_list("state", flat=True)) == set(NeedState)
    assert TrainingNeed.objects.exclude(effect="").exists()
    own = TrainingNeed.objects.filter(agent__user__username="handler")
    assert set(own.values_list("state", flat=True)) == {
        NeedState.OPEN,
        NeedState.PLANNED,
        NeedState.SATISFIED,
    }
