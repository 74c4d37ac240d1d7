"""Before and after. # T5"""

from datetime import timedelta
from decimal import Decimal

import pytest

from portal.models import AuditEntry
from staffing.models import Agent
from tests.factories import NOW, AgentFactory
from tests.need_factories import Figure, end, planned, raised
from training import policy
from training.choices import Effect, EnrolmentState
from training.models import TrainingNeed
from training.needs import effects, planning, settling

pytestmark = pytest.mark.django_db

WINDOW = policy.EFFECT_WINDOW
SECOND = timedelta(seconds=1)


def learned(agent: Agent | None = None, *, measure: str) -> TrainingNeed:
    """Satisfied at NOW."""
    need = planned(agent, measure=measure)
    end(need, EnrolmentState.COMPLETED, at=NOW)
    settling.settle(NOW)
    need.refresh_from_db()
    return need


def test_the_figure_is_taken_again_once_the_window_after_learning_is_over(agent: Agent, figure: Figure):
    figure.values[NOW + WINDOW] = Decimal("4.5")
    need = learned(agent, measure=figure.key)
    assert effects.measure_due(NOW + WINDOW - SECOND) == 0
    assert effects.measure_due(NOW + WINDOW) == 1
    need.refresh_from_db()
    assert (need.before, need.after, need.effect) == (Decimal(4), Decimal("4.5"), Effect.HELPED)
    assert figure.asked[-1] == (agent, need.topic, NOW, NOW + WINDOW)
    assert AuditEntry.objects.of(need).latest("pk").changes["effect"] == ["", "helped"]


def test_it_is_taken_once(figure: Figure):
    learned(measure=figure.key)
    effects.measure_due(NOW + WINDOW)
    assert effects.measure_due(NOW + 2 * WINDOW) == 0


def test_a_sweep_that_comes_late_measures_the_same_window(agent: Agent, figure: Figure):
    learned(agent, measure=figure.key)
    effects.measure_due(NOW + 3 * WINDOW)
    assert figure.asked[-1][2:] == (NOW, NOW + WINDOW)


def test_without_data_nothing_is_said(figure: Figure):
    figure.values.pop(NOW + WINDOW)
    need = learned(measure=figure.key)
    effects.measure_due(NOW + WINDOW)
    need.refresh_from_db()
    assert (need.after, need.effect) == (None, Effect.NO_DATA)


def test_a_figure_that_is_no_longer_known_says_nothing(figure: Figure, monkeypatch):
    need = learned(measure=figure.key)
    monkeypatch.delitem(effects._registered, figure.key)
    effects.measure_due(NOW + WINDOW)
    need.refresh_from_db()
    assert need.effect == Effect.NO_DATA
    monkeypatch.undo()


def test_what_was_dismissed_or_has_no_figure_is_not_measured(figure: Figure):
    planning.dismiss(raised(), reason="重复", by=None, at=NOW)
    learned(measure="")
    assert effects.measure_due(NOW + 2 * WINDOW) == 0
    assert figure.asked == []


def test_a_figure_that_fails_stops_no_other(agent: Agent, figure: Figure):
    broken = learned(AgentFactory.create(), measure=figure.key)
    fine = learned(agent, measure=figure.key)
    value = figure.value

    def fails_for_the_first(whom, *rest):
        if whom == broken.agent:
            raise ZeroDivisionError
        return value(whom, *rest)

    figure.value = fails_for_the_first  # type: ignore[method-assign]
    assert effects.measure_due(NOW + WINDOW) == 1
    fine.refresh_from_db()
    broken.refresh_from_db()
    assert (fine.effect, broken.effect) == (Effect.UNCHANGED, "")


def test_a_share_is_read_in_per_cent_and_nothing_as_nothing(figure: Figure):
    assert effects.shown(figure.key, Decimal("4.5")) == "4.50"
    figure.is_share = True
    assert effects.shown(figure.key, Decimal("0.1234")) == "12.3%"
    assert effects.shown(figure.key, None) == ""
