"""Rosters as arithmetic: who works which shift on which day.

In flows a `problem.Problem` of plain data (a month of a team, or an instance of the public benchmark), out
flows a `solving.Solution`: a roster that keeps every hard rule, its value, a bound, and by name whatever
could not be had. Nothing here knows Django or a table.
"""
