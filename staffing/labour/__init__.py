"""The rules of working time, without a table: plain shifts flow in, breaches and hours flow out.

`facts` says what a shift, a worker and a day are, `rules` which rule is in force for whom, `hours` counts
each worked minute once, `checking` finds what breaks a rule, `breaches` says it in words.
"""
