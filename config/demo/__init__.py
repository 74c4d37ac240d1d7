"""A department that looks real: people, duty, and ninety days of matters, written for the demonstration.

Made from a seed: the same seed and day give the same department.
"""
