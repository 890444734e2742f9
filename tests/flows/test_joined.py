"""Demands that belong together, followed through all four services."""

import os
from datetime import timedelta
from typing import Any

from services.triage import wiring
from shared.auth import sign_token
from tests.flows.conftest import BODY, Whole


class Desk:
    """Somebody who works with triage, and the channel at intake."""

    def __init__(self, whole: Whole) -> None:
        self._whole, self._app = whole, wiring.create_app()
        claims = {"sub": "u-1", "kind": "staff", "roles": ["lead"]}
        key, life = os.environ["TRIAGE_SIGNING_KEY"], timedelta(minutes=5)
        self._token = sign_token(key, issuer="triage", audience="triage", claims=claims, lifetime=life)

    def act(self, number: str, action: str, **body: Any) -> None:
        headers = {"Authorization": f"Bearer {self._token}"}
        path = f"/triage/api/v1/demands/{number}/{action}"
        answer = self._app.test_client().post(path, json=body, headers=headers)
        assert answer.status_code == 200, answer.json
        self._whole.deliver()

    def shown(self, number: str) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {self._token}"}
        answer = self._app.test_client().get(f"/triage/api/v1/demands/{number}", headers=headers)
        assert answer.status_code == 200, answer.json
        return dict(answer.json or {})

    def told(self, path: str, **body: Any) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {self._whole.key}"}
        answer = self._whole.app.test_client().post(f"/intake/api/v1/demands{path}", json=body, headers=headers)
        assert answer.status_code == 201, answer.json
        self._whole.deliver()
        return dict(answer.json or {})


def test_parts_come_back_from_intake_and_words_follow_a_merge(whole: Whole) -> None:
    desk = Desk(whole)
    number = desk.told("", **BODY)["number"]
    parts = [{"description": "订单三天没有物流更新"}, {"description": "希望自己选择发票抬头", "type": "建议"}]
    desk.act(number, "split", parts=parts, reason="两件事")
    relations = desk.shown(number)["relations"]
    assert [(one["relation"], one["direction"], one["status"]) for one in relations] == [
        ("split_from", "from", "pending")
    ] * 2
    first, second = (desk.shown(one["number"]) for one in relations)
    assert {first["description"], second["description"]} == {part["description"] for part in parts}
    assert first["customer"] == desk.shown(number)["customer"]
    desk.act(first["number"], "merge", into=number)
    answer = desk.told(f"/{first['number']}/supplements", description="今天仍然没有更新")
    assert answer["number"] == number
    assert desk.shown(number)["description"].endswith("今天仍然没有更新")
    desk.act(first["number"], "unmerge", reason="要分开处理")
    assert desk.shown(first["number"])["status"] == first["status"]
    answer = desk.told(f"/{first['number']}/supplements", description="单号另附")
    assert answer["number"] == first["number"]
    desk.act(second["number"], "reject", kind="not_a_demand", reason="只是说说")
    desk.act(second["number"], "follow-up", description="还是想要这个功能")
    follow = next(one for one in desk.shown(second["number"])["relations"] if one["relation"] == "follow_up")
    assert desk.shown(follow["number"])["description"] == "还是想要这个功能"
