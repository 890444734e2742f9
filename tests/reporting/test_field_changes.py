"""Fields that come and go with versions of a policy (D): each demand's form is that of its own version."""

from shared.policies.loader import load
from tests.documents import other_fields, policy_published
from tests.reporting.conftest import Reporting
from tests.reporting.stories import Life, houses
from tests.reporting.test_forms import fill, lines

OLD, NEW = "YQ20240501001-1", "YQ20240501002-1"


def test_old_answers_stay_on_the_form_and_new_ones_stand_on_the_new_one(reporting: Reporting) -> None:
    before = Life("D", number=OLD, customer="YQ1").received(fields={"source": "exhibition"}).triaged(None)
    reporting.take(*houses(), *before.all())
    raw = other_fields()
    new = load(raw)
    pin = {"code": "D", "version": "2", "sha256": new.sha256}
    after = Life("D", number=NEW, customer="YQ2").received(policy=pin, fields={"region": "华东"}).triaged(policy=pin)
    reporting.take(policy_published(raw), *after.all())
    old, now = (lines(fill(reporting, number, form="unified").data) for number in (OLD, NEW))
    assert old["客户来源"] == "☑展会推荐  ☐老客户转介绍  ☐其他" and "所在区域" not in old
    assert now["所在区域"] == "华东" and "客户来源" not in now
    for number, fields in ((OLD, {"source": "exhibition"}), (NEW, {"region": "华东"})):
        assert reporting.get(f"/demands/{number}").json["fields"] == fields
