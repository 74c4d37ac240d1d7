"""A team's roster from the empty grid to what everybody knows of his shifts.

In flow cells, clicked, pasted, imported or planned by machine; out flow published duties, each person's own
news, and a version that can be compared with any other.
"""
