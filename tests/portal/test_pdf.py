"""What is printed: Chinese letters of our own, a header on each page."""

import io

from portal import pdf


def written(sheet: pdf.Sheet) -> bytes:
    out = io.BytesIO()
    pdf.write(out, sheet, printed="打印于 2026-12-01")
    return out.getvalue()


def test_a_table_with_chinese_and_hostile_text_is_a_pdf():
    content = written(
        pdf.Sheet("值班表 <b>&", ["姓名", "周一"], [["王蕾</para>", "早班"]], fills={(0, 1): "#0ea5e9"})
    )
    assert content.startswith(b"%PDF-")
    assert b"WenQuanYi" in content


def test_what_does_not_fit_goes_on_on_the_next_page():
    one = written(pdf.Sheet("短", ["姓名"], [["王蕾"]]))
    many = written(pdf.Sheet("长", ["姓名"], [["王蕾"]] * 120))
    assert one.count(b"/Type /Page\n") == 1
    assert many.count(b"/Type /Page\n") > 1


def test_an_empty_table_is_printed_all_the_same():
    assert written(pdf.Sheet("空", ["姓名"], [])).startswith(b"%PDF-")
