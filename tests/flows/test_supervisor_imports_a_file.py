"""C2 C6: a marketplace's export comes in by a supervisor's hands, and one of its matters goes to an agent."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from complaints.choices import Channel, OwnershipKind, Status
from complaints.models import Ticket
from portal import tasks
from portal.choices import Role, TransferStatus
from portal.models import TransferJob, User
from portal.transfers.reading import open_table
from staffing.models import Agent, Team
from tests.factories import AgentFactory, TeamFactory, agent_on_duty
from tests.flows.conftest import zh
from tests.portal.transfers.importing import workbook

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("morning")]

COLUMNS = {
    "退款编号": ("8801", "8802", "8803"),
    "订单编号": ("260310001", "260310002", "260310003"),
    "买家会员名": ("小满的茶", "北山", "阿禾"),
    "宝贝标题": ("青瓷保温杯", "雨伞", "台灯"),
    "买家退款金额": ("59.00", "39.90", "129.00"),
    "退款类型": ("退货退款", "仅退款", "退货退款"),
    "退款的申请时间": ("2026-03-10 20:15:00", "2026-03-10 21:02:11", "前天晚上"),
    "退款状态": ("退款待处理", "退款成功", "退款待处理"),
    "买家退款原因": ("杯盖漏水", "少发一件", "不亮"),
    "联系手机": ("13800138001", "13800138002", "13800138003"),
}
HEADER, ROWS = list(COLUMNS), list(map(list, zip(*COLUMNS.values(), strict=True)))
BAD = ROWS[2]


@pytest.fixture
def team() -> Team:
    return TeamFactory.create(name="售后一组")


@pytest.fixture
def chen(team: Team) -> Agent:
    return agent_on_duty(team=team, user__name="陈静")


@pytest.fixture
def supervisor(page: Page, sign_in: Callable[[Page, User], Page], team: Team) -> Page:
    return sign_in(
        page, AgentFactory.create(team=team, user__name="周敏", user__roles=[Role.SUPERVISOR]).user
    )


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "三月退款.xlsx"
    path.write_bytes(workbook(ROWS, HEADER))
    return path


def test_an_export_comes_in_once_and_a_bad_row_costs_only_itself(
    supervisor: Page, file: Path, chen: Agent, tmp_path: Path
) -> None:
    upload(supervisor, file)
    sees_what_would_happen(supervisor)
    job = confirm(supervisor)
    assert (job.status, job.created_count, job.rejected_count) == (TransferStatus.DONE_WITH_ERRORS, 2, 1)
    sees_how_it_ended(supervisor, added=2, known=0)
    takes_the_rejected_row_home(supervisor, tmp_path)

    upload(supervisor, file)
    again = confirm(supervisor)
    assert (again.created_count, again.unchanged_count, again.rejected_count) == (0, 2, 1)
    sees_how_it_ended(supervisor, added=0, known=2)

    statuses = dict(Ticket.objects.values_list("external_id", "status"))
    assert statuses == {"8801": Status.NEW, "8802": Status.CLOSED}
    assigns(supervisor, Ticket.objects.get(channel=Channel.TAOBAO, external_id="8801"), chen)


def work() -> TransferJob:
    """What the worker does when the bell rings."""
    job = TransferJob.objects.latest("pk")
    tasks.work_on_transfer(job.pk)
    job.refresh_from_db()
    return job


def upload(page: Page, file: Path) -> None:
    """The page shows that the file waits, and turns over by itself once it is checked."""
    page.goto("/admin/portal/transferjob/")
    page.get_by_role("link", name=zh("Import: %(kind)s") % {"kind": zh("Tickets")}).click()
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name=zh("Check the file")).click()
    expect(page.get_by_role("progressbar")).to_be_visible()
    work()
    expect(page.get_by_role("region", name=zh("What will happen"))).to_be_visible()


def sees_what_would_happen(page: Page) -> None:
    preview = page.get_by_role("region", name=zh("The first rows as they are understood"))
    bad = preview.get_by_role("row").filter(has_text=BAD[0])
    expect(bad).to_contain_text(zh("This is not a date and time. Write it as 2026-11-11 09:30:00."))
    expect(preview).to_contain_text("138****8001")
    expect(preview).not_to_contain_text("13800138001")
    assert not Ticket.objects.exists()


def confirm(page: Page) -> TransferJob:
    page.get_by_role("region", name=zh("What will happen")).get_by_role("button").first.click()
    expect(page.get_by_role("progressbar")).to_be_visible()
    job = work()
    expect(ending(page)).to_be_visible()
    return job


def ending(page: Page) -> Locator:
    return page.get_by_role("region", name=zh("How it ended"))


def sees_how_it_ended(page: Page, *, added: int, known: int) -> None:
    counts = {
        "were added": added,
        "were known already and stayed as they were": known,
        "could not be imported": 1,
    }
    for words, count in counts.items():
        line = ending(page).get_by_role("listitem").filter(has_text=zh(words))
        if count:
            expect(line).to_contain_text(str(count))
        else:
            expect(line).to_have_count(0)


def takes_the_rejected_row_home(page: Page, folder: Path) -> None:
    with page.expect_download() as download:
        ending(page).get_by_role("link", name=zh("Download the rejected rows")).click()
    path = folder / "rejected"
    download.value.save_as(path)
    with open_table(path) as table:
        header, row = [row.cells for row in table]
    assert header[: len(HEADER)] == HEADER
    assert row[: len(BAD)] == BAD
    assert zh("This is not a date and time. Write it as 2026-11-11 09:30:00.") in row[-1]


def assigns(page: Page, ticket: Ticket, agent: Agent) -> None:
    """Out of the list, to somebody on duty, in the dialog."""
    page.goto("/admin/complaints/ticket/?queue=unassigned")
    page.get_by_role("row").filter(has_text=ticket.number).get_by_role("checkbox").check()
    page.get_by_role("button", name=zh("Assign")).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label(zh("agent")).select_option(str(agent.pk))
    dialog.get_by_role("button", name=zh("Assign")).click()
    expect(page.get_by_text(zh("Assigned: %(count)s.", count=1))).to_be_visible()
    ticket.refresh_from_db()
    assert (ticket.status, ticket.handler) == (Status.ASSIGNED, agent)
    assert ticket.ownership.get().kind == OwnershipKind.ASSIGN
