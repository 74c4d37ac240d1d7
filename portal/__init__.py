"""The foundation, without a trade word: who may act, what was done, what must be told, what comes and goes.

In flow people who sign in, systems with tokens, files to take over; out flow messages, audit rows, files.
"""
