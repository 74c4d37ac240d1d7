"""Tickets, from intake to closed: one matter, one owner to its end, one clock nobody can talk to.

In flow customers' matters from every channel; out flow answers, callbacks, surveys, and a ledger of
every step.
"""
