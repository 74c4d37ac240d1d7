"""Rosters planned by machine: a run reads the facts, has them solved apart, and proposes.

In flow a roster, weights and a seed; out flow proposals side by side and, in words, what cannot be met. Only
`applying` changes the roster, by the step that a click takes.
"""
