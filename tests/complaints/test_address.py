"""How a customer is called. C10"""

import pytest

from complaints import address


@pytest.mark.parametrize(
    ("name", "customer", "title"),
    [
        ("王先生", "王先生", "先生"),
        (" 李明女士 ", "李女士", "女士"),
        ("欧阳先生", "欧阳先生", "先生"),
        ("歐陽娜娜小姐", "歐陽小姐", "小姐"),
        ("司徒老师", "司徒老师", "老师"),
        ("王芳", "", ""),
        ("先生", "", ""),
        ("", "", ""),
        ("fang88先生", "", ""),
        ("{agent}先生", "", ""),
    ],
)
def test_surname_and_title_are_told_together_or_not_at_all(name, customer, title):
    assert address.of(name) == (customer, title)
