"""Who can do what, who is wanted when, and who is there: people, demand, rosters, requests, duty, attendance.

In flow joiners, certificates, counted contacts and wishes; out flows the answer to "who may take this, and is
on duty now?", and to each person his own shifts.
"""
