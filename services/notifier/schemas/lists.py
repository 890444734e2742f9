"""Queries and answers of the lists."""

from marshmallow import Schema, fields, validate


class PageQuerySchema(Schema):
    """?cursor=&limit=."""

    cursor = fields.String()
    limit = fields.String()


class DeadlinesQuerySchema(PageQuerySchema):
    """?state=open|done&due_before=&cursor=&limit=."""

    state = fields.String(load_default=None, validate=validate.OneOf(["open", "done"]))
    due_before = fields.AwareDateTime(load_default=None, format="iso")


class NoticesQuerySchema(PageQuerySchema):
    """?number=&kind=&state=&carrier=&cursor=&limit=."""

    number = fields.String(validate=validate.Regexp(r"^[A-Za-z0-9-]{1,80}\Z", error="number: Not a demand's number"))
    kind = fields.String(validate=validate.Regexp(r"^[a-z0-9_]{1,40}\Z", error="kind: Not a kind of notice"))
    state = fields.String(validate=validate.OneOf(["planned", "sending", "sent", "failed"]))
    carrier = fields.String(validate=validate.OneOf(["email", "webhook"]))


class LettersQuerySchema(PageQuerySchema):
    """?campaign=&state=&cursor=&limit=."""

    campaign = fields.String(validate=validate.Length(1, 60))
    state = fields.String(validate=validate.OneOf(["planned", "sending", "sent", "failed"]))


class NoticeSchema(Schema):
    """A notice. recipient: customer, staff:<id>, audience:<role> while nobody is found, webhook:<subscription id>."""

    id, number, kind, event, audience = (fields.String() for _ in range(5))
    recipient, carrier, state = (fields.String() for _ in range(3))
    attempt = fields.Integer()
    reason = fields.String(allow_none=True)
    why = fields.String(
        allow_none=True,
        metadata={
            "description": "The link of the chain by which this person was found: handler, policy_role, department, "
            "department_lead, desk, manager."
        },
    )
    instead_of = fields.String(allow_none=True, metadata={"description": "Who is away: a staff id."})
    happened_at, created_at = fields.String(), fields.String()
    finished_at = fields.String(allow_none=True)


class LetterSchema(Schema):
    """A letter of a campaign."""

    id, campaign, customer_number, state = (fields.String() for _ in range(4))
    attempt = fields.Integer()
    reason = fields.String(allow_none=True)
    created_at = fields.String()
    finished_at = fields.String(allow_none=True)


class ListSchema(Schema):
    """One page; the next one is in the Link header."""

    items = fields.List(fields.Dict())
