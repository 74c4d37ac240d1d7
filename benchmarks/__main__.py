"""All benchmarks, one after the other. Each prints a table of its own, with ratios."""

from benchmarks import forecast, import_tickets, knowledge_search, roster_month, shift_scheduling, ticket_list

ticket_list.main()
import_tickets.main()
forecast.main()
shift_scheduling.main()
roster_month.main()
knowledge_search.main()
