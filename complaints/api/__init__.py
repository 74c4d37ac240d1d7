"""Tickets, callbacks and surveys for connected systems, and for people who are signed in.

- Agents are named by staff number, categories by code, teams by name, tickets by the number people say.
- `owner` is the first-responsible agent 首问责任人, `handler` who works on the matter now.
- A connected system acts for agents: to claim, accept, decline or take over it names the `agent`.
- An act needs `If-Match` with the version that was read, and is answered with the ticket as it is now.
- Personal data is masked in every answer, whoever asks: a channel knows its own customers, and people have
  them shown in the portal, with a reason.
"""
