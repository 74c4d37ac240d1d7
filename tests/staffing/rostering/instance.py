"""An instance of the benchmark's format, made by hand."""

TEXT = """\
# This is a comment.
SECTION_HORIZON
7

SECTION_SHIFTS
E,480,
L,600,E

SECTION_STAFF
# ID, MaxShifts, MaxTotalMinutes, MinTotalMinutes, MaxConsecutive, MinConsecutive, MinOff, MaxWeekends
A,E=7|L=2,2400,960,5,1,1,1
B,E=7|L=7,2400,960,4,2,2,0

SECTION_DAYS_OFF
B,2

SECTION_SHIFT_ON_REQUESTS
A,0,E,3

SECTION_SHIFT_OFF_REQUESTS
B,1,L,2

SECTION_COVER
0,E,2,100,1
1,E,1,100,1
1,L,0,100,1
"""
