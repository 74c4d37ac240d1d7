"""Tables of matters out of the marketplaces' back offices, taken in by `portal.transfers`.

In flow rows in the words of five marketplaces or of our own template; out flow drafts for `intake`.
"""
