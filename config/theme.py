"""How the admin looks: the theme's settings. What needs the database stands in config.sidebar."""

from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.utils.translation import gettext_lazy as _


def stylesheet(_request: HttpRequest) -> str:
    return static("portal/theme.css")


def favicon(_request: HttpRequest) -> str:
    return static("portal/favicon.svg")


UNFOLD: dict[str, Any] = {
    "SITE_TITLE": _("Customer service"),
    "SITE_HEADER": _("Customer service"),
    "SITE_SYMBOL": "support_agent",
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": favicon}],
    "SITE_URL": None,  # There is no other site to view: the portal is the admin.
    "SHOW_HISTORY": True,
    "SHOW_VIEW_ON_SITE": False,
    "SHOW_LANGUAGES": True,
    "SHOW_BACK_BUTTON": True,
    "BORDER_RADIUS": "6px",
    "STYLES": [stylesheet],
    "DASHBOARD_CALLBACK": "config.dashboard.fill",
    "COMMAND": {"search_callback": "config.search.find", "search_models": False, "show_history": False},
    "SIDEBAR": {"show_search": True, "command_search": True, "navigation": "config.sidebar.navigation"},
    "COLORS": {
        "primary": {
            "50": "oklch(97% .014 254.6)",
            "100": "oklch(93.2% .032 255.6)",
            "200": "oklch(88.2% .059 254.1)",
            "300": "oklch(80.9% .105 251.8)",
            "400": "oklch(70.7% .165 254.6)",
            "500": "oklch(62.3% .214 259.8)",
            "600": "oklch(50.5% .219 263.6)",
            "700": "oklch(45.5% .2 264.8)",
            "800": "oklch(41% .175 265.6)",
            "900": "oklch(37.9% .146 265.5)",
            "950": "oklch(28.2% .091 267.9)",
        },
    },
}
