"""How many people are needed when: from contacts and handling times by half hour to a requirement.

In flow volumes (counted from tickets, or imported) and events such as a peak sale; out flow a forecast, the
people it asks for, and how that compares with the roster.
"""
