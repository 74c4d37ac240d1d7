"""Leave, swaps, give-aways, overtime and wishes: what agents ask of those who plan.

`leave`, `swaps` and `overtime` ask, `deciding` ends what was asked, `applying` changes the duties, and `gaps`
fills what leave has opened. `checking` says which rule forbids it, when it is asked and when it is approved.
Beneath them `acting` (one lock, one row, one line in the log) and `telling` (who is told).
"""
