"""Who can do what, and who is there: people, teams, skills, calendars, shifts, duty, attendance.

In flow joiners, certificates and shifts; out flows the answer to "who may take this, and is on duty now?".
"""
