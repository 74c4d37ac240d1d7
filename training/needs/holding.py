"""The one lock of needs: what is done to one person's needs is done one after the other."""

from staffing.models import Agent
from training.models import TrainingNeed


def hold_agent(agent: Agent) -> Agent:
    return Agent.objects.locked().select_related("user", "team__department").get(pk=agent.pk)


def hold(need: TrainingNeed) -> TrainingNeed:
    """The need as it stands now. The agent first, as everybody who enrols him does."""
    hold_agent(need.agent)
    rows = TrainingNeed.objects.select_for_update(of=("self",))
    return rows.select_related(
        "agent__user", "agent__team__department", "topic", "course", "article__current", "enrolment"
    ).get(pk=need.pk)
