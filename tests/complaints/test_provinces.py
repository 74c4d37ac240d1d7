"""Provinces in whatever a channel writes."""

import pytest

from complaints import provinces


@pytest.mark.parametrize(
    ("told", "province"),
    [
        ("湖南省", "湖南省"),
        ("湖南", "湖南省"),
        ("北京", "北京市"),
        ("新疆维吾尔自治区", "新疆维吾尔自治区"),
        ("内蒙古呼和浩特市某区", "内蒙古自治区"),
        ("黑龙江省某市某区某路74号", "黑龙江省"),
        ("中国 浙江省杭州市", "浙江省"),
        ("某市某区某路22号", ""),
        ("", ""),
    ],
)
def test_a_name_or_an_address_tells_its_province(told, province):
    assert provinces.found_in(told) == province


def test_what_is_no_province_of_china_stays_as_it_came():
    assert provinces.written(" VA ") == "VA"
    assert provinces.written("广西") == "广西壮族自治区"


def test_all_thirty_four_are_told_apart_by_their_short_names():
    assert len({provinces.found_in(name) for name in provinces.PROVINCES}) == 34
