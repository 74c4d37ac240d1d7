"""Tables in files: reading what people upload, writing what they take away, and the jobs in between.

In flow files that nobody can vouch for; out flow rows of clean text to an importer of an upper app, and
files in which nothing can run. No module of the reading child (`reader_process` and what it imports) may
import Django: the child must start fast and hold nothing worth stealing.
"""
