"""Charts as the theme's library reads them."""

import json

from portal.admin.charts import chart


def test_series_come_with_their_colours_and_a_legend_where_there_are_several():
    drawn = chart(
        "工单", "bar", ["一", "二"], {"甲": ("red", [1, 2]), "乙": ("blue", [3, None])}, is_stacked=True
    )
    assert (drawn.title, drawn.kind) == ("工单", "bar")
    data, options = json.loads(drawn.data), json.loads(drawn.options)
    assert data["labels"] == ["一", "二"]
    assert [series["data"] for series in data["datasets"]] == [[1, 2], [3, None]]
    assert data["datasets"][1]["backgroundColor"] == "blue"
    assert options["plugins"]["legend"]["display"]
    assert options["scales"]["y"]["stacked"]


def test_stairs_stand_over_the_bars():
    drawn = chart("人数", "bar", ["一"], {"已排": ("red", [1]), "需要": ("blue", [2])}, steps={"需要"})
    bars, stairs = json.loads(drawn.data)["datasets"]
    assert "type" not in bars
    assert (stairs["type"], stairs["stepped"], stairs["order"]) == ("line", "middle", -1)


def test_one_series_needs_no_legend():
    drawn = chart("来量", "line", ["一"], {"来量": ("red", [1.5])})
    assert not json.loads(drawn.options)["plugins"]["legend"]["display"]
