"""Words that are offered at each scene of a conversation, and words that no customer should hear."""
