"""The tree of categories. C5"""

import pytest

from complaints import categories
from complaints.categories import Facts
from complaints.models import Category
from portal.choices import Role
from portal.errors import AlreadyTaken, MissingInformation, NotAllowed, WrongState
from portal.models import AuditEntry
from tests.factories import NOW, CategoryFactory, UserFactory

pytestmark = pytest.mark.django_db


def facts(**changes) -> Facts:
    return Facts(**({"code": "lost", "name": "丢件"} | changes))


def facts_of(category: Category, **changes) -> Facts:
    names = ("code", "name", "parent", "kind", "skill", "is_active")
    return Facts(**({name: getattr(category, name) for name in names} | changes))


@pytest.fixture
def chain() -> list[Category]:
    """Three levels, the most there are."""
    top = CategoryFactory.create(name="物流")
    middle = CategoryFactory.create(name="延误", parent=top)
    return [top, middle, CategoryFactory.create(name="丢件", parent=middle)]


def test_the_tree_is_read_from_the_top_down(chain):
    other = CategoryFactory.create(name="商品")
    branches = categories.tree()
    assert [branch.category for branch in branches] == [other, *chain]
    assert [branch.level for branch in branches] == [1, 1, 2, 3]
    assert branches[-1].path == "物流 / 延误 / 丢件"


def test_the_tree_is_read_in_one_query(chain, django_assert_num_queries):  # noqa: ARG001
    with django_assert_num_queries(1):
        categories.tree()


def test_a_category_means_all_below_it(chain):
    CategoryFactory.create(name="商品")
    assert set(categories.with_all_below(chain[1].pk)) == {chain[1].pk, chain[2].pk}


def test_a_category_is_added_and_recorded():
    supervisor = UserFactory.create(roles=[Role.SUPERVISOR])
    added = categories.add(facts(), by=supervisor, at=NOW)
    assert AuditEntry.objects.of(added).get().changes["name"] == [None, "丢件"]


def test_there_is_no_fourth_level(chain):
    with pytest.raises(MissingInformation) as refusal:
        categories.add(facts(parent=chain[2]), by=None, at=NOW)
    assert "parent" in refusal.value.fields


def test_what_hangs_below_counts_when_a_category_is_moved(chain):
    deep = CategoryFactory.create(parent=CategoryFactory.create(name="商品"))
    with pytest.raises(MissingInformation):
        categories.revise(chain[1], facts_of(chain[1], parent=deep), by=None, at=NOW)
    categories.revise(chain[2], facts_of(chain[2], parent=deep), by=None, at=NOW)
    assert Category.objects.get(pk=chain[2].pk).parent == deep


def test_a_category_never_hangs_below_itself(chain):
    for below in (chain[0], chain[1]):
        with pytest.raises(WrongState):
            categories.revise(chain[0], facts_of(chain[0], parent=below), by=None, at=NOW)


def test_a_name_is_used_once_in_one_place(chain):
    with pytest.raises(AlreadyTaken):
        categories.add(facts(name="延误", code="new", parent=chain[0]), by=None, at=NOW)
    with pytest.raises(AlreadyTaken):
        categories.add(facts(name="物流", code="new"), by=None, at=NOW)
    categories.add(facts(name="延误", code="new", parent=chain[1]), by=None, at=NOW)


def test_a_code_is_used_once(chain):
    with pytest.raises(AlreadyTaken):
        categories.add(facts(code=chain[0].code), by=None, at=NOW)


def test_revising_to_the_same_records_nothing(chain):
    categories.revise(chain[0], facts_of(chain[0]), by=None, at=NOW)
    assert not AuditEntry.objects.of(chain[0]).exists()


@pytest.mark.parametrize("role", [Role.HANDLER, Role.DIRECTOR, Role.INSPECTOR])
def test_only_supervisors_and_administrators_change_the_tree(chain, role):
    user = UserFactory.create(roles=[role])
    with pytest.raises(NotAllowed):
        categories.add(facts(), by=user, at=NOW)
    with pytest.raises(NotAllowed):
        categories.revise(chain[0], facts_of(chain[0], name="快递"), by=user, at=NOW)
