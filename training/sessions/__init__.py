"""When a course is taught, by whom and where, who has a seat, and who was there."""
