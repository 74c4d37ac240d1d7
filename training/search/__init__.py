"""A question in, ranked articles out, with how sure we are: for people, beside a ticket, and for a bot."""
