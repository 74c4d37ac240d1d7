"""Who has which course to do, and how far he is: enrolled by rule or by hand, lesson by lesson to the end."""
