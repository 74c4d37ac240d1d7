"""Charts in the form of the theme's chart library, which draws every <canvas class="chart"> of a page."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

GREY = "#6b7280"


@dataclass(frozen=True)
class Chart:
    title: str
    kind: str
    data: str
    options: str


def chart(
    title: str,
    kind: str,
    labels: Sequence[str],
    series: Mapping[str, tuple[str, Sequence[float | None]]],
    *,
    is_stacked: bool = False,
    steps: Collection[str] = (),
) -> Chart:
    """Series by name: a colour and its values. Those named in `steps` are drawn as stairs over the others."""
    datasets = [
        {"label": name, "data": list(values), "borderColor": colour, "backgroundColor": colour}
        | (_stairs() if name in steps else {})
        for name, (colour, values) in series.items()
    ]
    axis = {"stacked": is_stacked, "border": {"display": False}, "ticks": {"color": GREY}}
    options = {
        "animation": False,
        "responsive": True,
        "maintainAspectRatio": False,
        "elements": {"line": {"borderWidth": 2}, "point": {"radius": 0, "hitRadius": 12}},
        "datasets": {"bar": {"maxBarThickness": 28, "borderRadius": 4}},
        "interaction": {"mode": "index", "intersect": False},
        "plugins": {
            "legend": {
                "display": len(series) > 1,
                "align": "end",
                "labels": {"color": GREY, "usePointStyle": True, "boxHeight": 6, "boxWidth": 6},
            }
        },
        "scales": {
            "x": axis | {"grid": {"display": False}},
            "y": axis | {"beginAtZero": True, "grid": {}, "ticks": {"color": GREY, "precision": 0}},
        },
    }
    data = {"labels": list(labels), "datasets": datasets}
    return Chart(title, kind, json.dumps(data), json.dumps(options))


def _stairs() -> dict[str, Any]:
    return {"type": "line", "stepped": "middle", "fill": False, "order": -1}
