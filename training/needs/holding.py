"""The one lock of needs: what is done to one person's needs is done one after the other."""

from staffing.models import Agent
from training.models import TrainingNeed


def hold_agent(agent: Agent) -> Agent:
    return Agent.objects.filter(pk=agent.pk).held().get()


def hold(need: TrainingNeed) -> TrainingNeed:
    """The need as it stands now. The agent first, as everybody who enrols him does."""
    hold_agent(need.agent)
    rows = TrainingNeed.objects.filter(pk=need.pk)
    # Alone: over the join a remedy that was given meanwhile would be missing.
    rows.select_for_update(of=("self",)).get()
    return rows.select_related(
        "agent__user", "agent__team__department", "topic", "course", "article__current", "enrolment"
    ).get()
