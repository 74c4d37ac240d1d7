"""What every endpoint of the house stands on. Set as defaults in settings.REST_FRAMEWORK; a view adds:

    class TicketViewSet(IdempotentWrites, GenericViewSet):
        read_scope = Scope.TICKETS_READ
        write_scope = Scope.TICKETS_WRITE

        def close(self, request, number):
            version = preconditions.expected_version(request)  # 428 without If-Match
            ticket = closing.close(..., by=request.user, at=..., version=version)
            return Response(..., headers={"ETag": preconditions.etag(ticket.version)})

- `authentication`: `Authorization: Token <token>`; request.user is the system's account, request.auth the
  ApiClient.
- `permissions.HasScope`: `read_scope` for GET and HEAD, `write_scope` for the rest; a view without is closed.
- `people.ForPeopleToo`: mixin for views that signed-in people may use, too: `read_right`, `write_right`.
- `filters.KnownFilters`: the filters a view declares, and 400 for any other parameter.
- `parsers.HouseJSONParser`: a body that no rule or database could hold is refused before they see it.
- `problems`: every error is application/problem+json; DomainErrors become 400, 403, 409, 412.
- `pagination.KeysetPagination`: `?cursor=&limit=` (at most 200) -> {"results", "next"}; newest first.
- `preconditions`, `idempotency.IdempotentWrites`, `throttling.ClientThrottle`, `schema.HouseSchema`.
"""
