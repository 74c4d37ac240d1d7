"""Tables to take away: django-import-export picks rows and columns, `portal.transfers` writes the file.

    class TeamResource(TableResource):
        name = Column("name", _("team"))

Taking tables in is the business of `portal.transfers.importers`.
"""

import io
from typing import Any

from import_export.fields import Field
from import_export.formats.base_formats import Format
from import_export.resources import Resource
from import_export.widgets import Widget

from portal.errors import Text
from portal.transfers.writing import write_csv, write_xlsx


class ExcelFile(Format):
    def get_title(self) -> str:
        return "Excel (.xlsx)"

    def get_extension(self) -> str:
        return "xlsx"

    def get_content_type(self) -> str:
        return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

    def can_export(self) -> bool:
        return True

    def export_data(self, dataset: Any, **_options: Any) -> bytes:
        out = io.BytesIO()
        write_xlsx(out, dataset.headers, dataset)
        return out.getvalue()


class CsvFile(Format):
    def get_title(self) -> str:
        return "CSV"

    def get_extension(self) -> str:
        return "csv"

    def get_content_type(self) -> str:
        return "text/csv"

    def can_export(self) -> bool:
        return True

    def export_data(self, dataset: Any, **_options: Any) -> bytes:
        out = io.BytesIO()
        write_csv(out, dataset.headers, dataset)
        return out.getvalue()


class _Untouched(Widget):
    """A value stays what it is: the file keeps dates as dates and numbers as numbers."""

    def render(self, value: Any, obj: Any = None, **_options: Any) -> Any:
        return value


class Column(Field):
    """A column: where its value is found on the row (`team__name`, `get_kind_display`), and its header."""

    def __init__(self, attribute: str, header: Text) -> None:
        super().__init__(attribute=attribute, column_name=header, widget=_Untouched(), readonly=True)


class TableResource(Resource):
    @classmethod
    def get_display_name(cls) -> str:
        return cls.__name__

    def get_user_visible_fields(self) -> list[Field]:
        return self.get_export_fields()
