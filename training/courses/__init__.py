"""Who has which course to do, and how far he is: enrolled by rule or by hand, lesson by lesson to the end.

In flow `editing` and `offering` (a course and its editions) and `audiences` (whom its rules enrol, by the
pure `fitting`); `enrolment`, `progress` (by the pure `parts`), `marking`, `bulk` and `reminding` go on with
what came of it. `matrix`, `mine`, `learning`, `own` and `figures` only read.
"""
