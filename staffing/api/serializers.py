from typing import Any

from rest_framework import serializers

from staffing.models import Agent, Attendance, DutyAssignment, Roster


class SkillHeldSerializer(serializers.Serializer[Any]):
    code = serializers.CharField(source="skill.code")
    name = serializers.CharField(source="skill.name")
    valid_until = serializers.DateField()


class AgentSerializer(serializers.ModelSerializer[Agent]):
    name = serializers.CharField(source="user.name")
    team = serializers.CharField(source="team.name")
    position = serializers.CharField(source="position.name", default=None, allow_null=True)
    skills = SkillHeldSerializer(source="valid_certificates", many=True)

    class Meta:
        model = Agent
        fields = ["staff_no", "name", "team", "position", "employment", "weekly_hours", "skills"]


class DutySerializer(serializers.ModelSerializer[DutyAssignment]):
    """A published shift, and since when its agent has been signed in at the instant asked for."""

    staff_no = serializers.CharField(source="agent.staff_no")
    name = serializers.CharField(source="agent.user.name")
    team = serializers.CharField(source="agent.team.name")
    shift = serializers.CharField(source="shift_type.code")
    shift_name = serializers.CharField(source="shift_type.name")
    signed_in_at = serializers.SerializerMethodField()
    late_seconds = serializers.SerializerMethodField()

    class Meta:
        model = DutyAssignment
        fields = [
            "staff_no",
            "name",
            "team",
            "shift",
            "shift_name",
            "on",
            "starts_at",
            "ends_at",
            "signed_in_at",
            "late_seconds",
        ]

    def get_signed_in_at(self, duty: Any) -> str | None:
        attendance = _there(duty)
        field = serializers.DateTimeField()
        return field.to_representation(attendance.signed_in_at) if attendance else None

    def get_late_seconds(self, duty: Any) -> int | None:
        attendance = _there(duty)
        if attendance is None or attendance.late_by is None:
            return None
        return int(attendance.late_by.total_seconds())


class RosterSerializer(serializers.ModelSerializer[Roster]):
    """A roster that is out: whose, for which days, which version."""

    team = serializers.CharField(source="team.name")

    class Meta:
        model = Roster
        fields = ["id", "team", "first_on", "last_on", "version", "published_at"]


class RosteredSerializer(serializers.ModelSerializer[DutyAssignment]):
    """One shift of a roster that is in force."""

    staff_no = serializers.CharField(source="agent.staff_no")
    name = serializers.CharField(source="agent.user.name")
    shift = serializers.CharField(source="shift_type.code")

    class Meta:
        model = DutyAssignment
        fields = ["staff_no", "name", "on", "shift", "starts_at", "ends_at"]


class RosterDetailSerializer(RosterSerializer):
    duties = RosteredSerializer(source="in_force", many=True)

    class Meta(RosterSerializer.Meta):
        fields = [*RosterSerializer.Meta.fields, "duties"]


def _there(duty: Any) -> Attendance | None:
    return next(iter(duty.agent.present), None)
