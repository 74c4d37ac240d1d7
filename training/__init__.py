"""Nobody on duty who cannot, no question answered twice: courses to certificates, and articles to answers.

In flow joiners, needs, exam answers, drafts and questions; out flow certificates that open skills in
staffing, and answers: to agents beside a ticket, to customers through a bot.
"""
