"""C12: the status of a ticket is written in one place, which asks the state table."""

import ast

import pytest

WRITER = ("complaints/models/ticket.py", "Ticket", "move")


class StatusWrites(ast.NodeVisitor):
    """Finds assignments to `.status` and updates of a column `status`, with the function they stand in."""

    def __init__(self, module: str) -> None:
        self.place: tuple[str, ...] = (module,)
        self.found: list[tuple[str, ...]] = []

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self._descend(node)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        self._descend(node)

    def _descend(self, node: ast.ClassDef | ast.FunctionDef) -> None:
        outside, self.place = self.place, (*self.place, node.name)
        self.generic_visit(node)
        self.place = outside

    def visit_Attribute(self, node: ast.Attribute) -> None:
        if node.attr == "status" and isinstance(node.ctx, ast.Store):
            self.found.append(self.place)
        self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:
        match node.func:
            case ast.Attribute(attr="update" | "create" | "get_or_create" | "update_or_create"):
                writes = any(keyword.arg == "status" for keyword in node.keywords)
            case ast.Attribute(attr="bulk_update"):
                writes = any(isinstance(part, ast.Constant) and part.value == "status" for part in walk(node))
            case ast.Name(id="setattr"):
                writes = any(isinstance(part, ast.Constant) and part.value == "status" for part in node.args)
            case _:
                writes = False
        if writes:
            self.found.append(self.place)
        self.generic_visit(node)


def walk(node: ast.Call):
    return (part for argument in [*node.args, *node.keywords] for part in ast.walk(argument))


def status_writes(module: str, tree: ast.Module) -> list[tuple[str, ...]]:
    visitor = StatusWrites(module)
    visitor.visit(tree)
    return visitor.found


def test_only_move_writes_a_tickets_status(code):
    found = [
        place
        for module, tree in code.items()
        if module.startswith("complaints/")
        for place in status_writes(module, tree)
    ]
    assert found == [WRITER]


@pytest.mark.parametrize(
    "source",
    [
        "ticket.status = x",
        "ticket.status += x",
        "a, ticket.status = x",
        "Ticket.objects.filter(pk=1).update(status=x)",
        "Ticket.objects.create(status=x)",
        "Ticket.objects.bulk_update(rows, ['status'])",
        "Ticket.objects.bulk_update(rows, fields=('status',))",
        "setattr(ticket, 'status', x)",
    ],
)
def test_every_way_to_write_it_is_noticed(source):
    assert status_writes("m", ast.parse(f"def f():\n    {source}")) == [("m", "f")]


def test_reading_it_is_not():
    assert status_writes("m", ast.parse("x = ticket.status; f(status=ticket.status)")) == []
