"""A peak event from plan to review: how many come, who helps, what is done by when, and how it went.

In flows the calendar of the trade and the roster; out flow people wanted, tasks with a day, and lessons.
"""
