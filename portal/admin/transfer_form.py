from typing import Any, cast

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminFileFieldWidget, UnfoldAdminSelectWidget

from portal.transfers.importers import Importer


class UploadForm(forms.Form):
    file = forms.FileField(
        label=_("File"),
        help_text=_("An Excel workbook (.xlsx) or a CSV file, up to 100 MB and 200,000 rows."),
        widget=UnfoldAdminFileFieldWidget(attrs={"accept": ".xlsx,.csv,.txt"}),
    )
    layout = forms.ChoiceField(
        label=_("Columns"),
        required=False,
        help_text=_("Where the table comes from. Usually its header row tells."),
        widget=UnfoldAdminSelectWidget,
    )

    def __init__(self, importer: Importer, *args: Any) -> None:
        super().__init__(*args)
        known = [(layout.key, str(layout.label)) for layout in importer.all_layouts()]
        choice = cast("forms.ChoiceField", self.fields["layout"])
        choice.choices = [("", gettext("Recognise by the header")), *known]
