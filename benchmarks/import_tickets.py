"""How fast and in how much memory a marketplace's export becomes tickets.

    python -m benchmarks.import_tickets [--rows 100000]

Makes a file of its own and a database of its own (SQLite; PostgreSQL where TEST_DATABASE_URL names one), and
imports the file twice: the second time nothing changes.
"""

import argparse
import csv
import os
import resource
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import timedelta
from multiprocessing import get_context
from pathlib import Path

HEADER = (
    "退款编号", "订单编号", "买家会员名", "买家实际支付金额", "宝贝标题", "买家退款金额", "退款类型",
    "退款申请时间", "退款状态", "客服介入状态", "买家退款原因", "买家退款说明", "收货人姓名", "联系手机",
    "收货省份",
)  # fmt: skip
REMEDIES = ("仅退款", "退货退款", "换货", "补寄", "维修")
REASONS = ("质量问题", "少件/漏发", "物流太慢", "商品与描述不符", "包裹破损", "退款未到账", "价格变动")
STATES = ("退款成功", "买家已经申请退款，等待卖家同意", "卖家已经同意退款，等待买家退货")
PROVINCES = ("浙江省", "广东省", "北京", "四川省", "新疆维吾尔自治区")
TEXTS = (
    "收到的杯子碎了两个，包装太薄，请补发。",
    "尺码与页面写的不一样，穿不了。联系过两次没有人回复，希望今天之内给个答复。",
    "物流一个星期没有更新，不知道包裹在哪里。",
    "用了三天就充不进电，客服让我再等等。已经等了五天，什么也没有等到，这样的服务实在让人失望。",
)
CUSTOMERS_PER_ROW = 0.7


def write_file(path: Path, rows: int) -> None:
    from django.utils.timezone import localtime  # noqa: PLC0415

    start = localtime() - timedelta(days=90)
    step = timedelta(days=89) / rows
    people = int(rows * CUSTOMERS_PER_ROW)
    with path.open("w", encoding="gb18030", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        for n in range(rows):
            person = n * 7919 % people
            price = f"{n % 900 + 19}.90"
            writer.writerow(
                [
                    f"{800_000_000_000_000_000 + n}", f"{1_000_000_000_000_000_000 + n}", f"tb{person:08}",
                    price, f"商品 型号{n % 9000:04}", price, REMEDIES[n % len(REMEDIES)],
                    (start + n * step).strftime("%Y-%m-%d %H:%M:%S"), STATES[n % len(STATES)],
                    "需要客服介入" if n % 5 == 0 else "", REASONS[n % len(REASONS)], TEXTS[n % len(TEXTS)],
                    f"顾客{person}", f"138{person:08}", PROVINCES[person % len(PROVINCES)],
                ]
            )  # fmt: skip


def peak_megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main(arguments: Sequence[str] = ()) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=20_000)
    rows = parser.parse_args(arguments).rows
    # A process of its own: the peak of its memory is that of the import.
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        pool.submit(measure, rows).result()


def measure(rows: int) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.test")

    import django  # noqa: PLC0415

    django.setup()
    from django.db import connection  # noqa: PLC0415
    from django.test.utils import setup_test_environment  # noqa: PLC0415

    setup_test_environment()
    name = connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        with tempfile.TemporaryDirectory(prefix="portal-bench-") as folder:
            run(Path(folder) / "taobao.csv", rows)
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)


def run(path: Path, rows: int) -> None:
    from django.utils.timezone import now  # noqa: PLC0415

    from complaints.importing.at_once import take_in  # noqa: PLC0415
    from tests.factories import standard_policy  # noqa: PLC0415

    standard_policy()
    write_file(path, rows)
    print(f"{'import':8} {'rows':>8} {'seconds':>8} {'rows/s':>8} {'peak MB':>8}  result")
    for label in ("first", "again"):
        began = time.perf_counter()
        report = take_in(path, by=None, at=now())
        seconds = time.perf_counter() - began
        told = ", ".join(f"{result} {count}" for result, count in report.results.items())
        print(
            f"{label:8} {rows:8} {seconds:8.1f} {rows / seconds:8.0f} {peak_megabytes():8.0f}  {told}",
            flush=True,
        )


if __name__ == "__main__":
    main(sys.argv[1:])
