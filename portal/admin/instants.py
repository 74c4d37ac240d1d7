"""Instants and days as people type them: only such as can be meant (`portal.instants`)."""

from django import forms

from portal.instants import REACH, REACH_OF_DAYS


class InstantField(forms.DateTimeField):
    default_validators = [*REACH]


class DayField(forms.DateField):
    default_validators = [*REACH_OF_DAYS]
