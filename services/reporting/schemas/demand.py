"""A demand as it is projected."""

from marshmallow import Schema, fields

from services.reporting.schemas.attachments import AttachmentSchema


class DeadlineSchema(Schema):
    """One clock of the demand."""

    id = fields.String()
    demand_id = fields.String()
    code = fields.String(allow_none=True)
    kind = fields.String()
    cycle = fields.Integer(allow_none=True)
    occurrence = fields.Integer(allow_none=True)
    provisional = fields.Boolean(allow_none=True)
    due_at = fields.String()
    met_at = fields.String(allow_none=True)
    breached_at = fields.String(allow_none=True)
    paused_at = fields.String(allow_none=True)


class EvaluationSchema(Schema):
    """What a department thinks of it, the latest that it said."""

    demand_id = fields.String()
    department = fields.String()
    version = fields.Integer()
    at = fields.String()
    by = fields.String()
    verdict = fields.String()
    text = fields.String()
    explanation = fields.String(allow_none=True)
    alternative = fields.String(allow_none=True)
    feasibility = fields.Dict(allow_none=True)
    resources = fields.Dict(allow_none=True)


class TaskSchema(Schema):
    """A task as it stands; owner: masked."""

    demand_id = fields.String()
    id = fields.String()
    title = fields.String()
    owner = fields.String()
    department = fields.String()
    starts_on = fields.String()
    ends_on = fields.String()
    delivery_standard = fields.String()
    depends_on = fields.List(fields.String())
    state = fields.String()
    percent = fields.Integer()
    dispatched_at = fields.String()


class BlockSchema(Schema):
    """Something that stands or stood in the way."""

    demand_id = fields.String()
    version = fields.Integer()
    at = fields.String()
    by = fields.String()
    occurred_at = fields.String()
    reason = fields.String()
    reason_label = fields.String()
    note = fields.String(allow_none=True)
    task = fields.String(allow_none=True)
    ended_at = fields.String(allow_none=True)
    ended_by = fields.String(allow_none=True)
    end_note = fields.String(allow_none=True)


class ProgressSchema(Schema):
    """A note of progress; task, state, percent: how that task goes, null for a free note."""

    demand_id = fields.String()
    version = fields.Integer()
    at = fields.String()
    by = fields.String()
    text = fields.String(allow_none=True)
    task = fields.String(allow_none=True)
    state = fields.String(allow_none=True)
    percent = fields.Integer(allow_none=True)


class DelaySchema(Schema):
    """A date that will not be kept."""

    demand_id = fields.String()
    version = fields.Integer()
    at = fields.String()
    by = fields.String()
    reason = fields.String()
    reason_label = fields.String()
    note = fields.String(allow_none=True)
    before = fields.String()
    expected_finish = fields.String()
    told_at = fields.String(allow_none=True)
    channel = fields.String(allow_none=True)
    late = fields.Boolean()


class ChangeSchema(Schema):
    """A change of the plan.

    asked {what, reason, plan, cost, expected_finish, before, at, by}; approvals [{party, by, at}]; answer: the
    customer's, {agreed, opinion, at}; decision {verdict, party, reason, at}.
    """

    demand_id = fields.String()
    change_id = fields.String()
    number = fields.Integer(allow_none=True)
    asked = fields.Dict(allow_none=True)
    approvals = fields.List(fields.Dict(), allow_none=True)
    answer = fields.Dict(allow_none=True)
    decision = fields.Dict(allow_none=True)


class PromiseSchema(Schema):
    """Something told to the customer."""

    demand_id = fields.String()
    number = fields.Integer()
    at = fields.String()
    by = fields.String()
    channel = fields.String()
    text = fields.String()
    promised_for = fields.String(allow_none=True)
    fulfils = fields.Integer(allow_none=True)


class OpinionSchema(Schema):
    """The customer's answer to the result of one cycle."""

    demand_id = fields.String()
    cycle = fields.Integer()
    at = fields.String()
    satisfaction = fields.String()
    satisfied = fields.Boolean()
    opinion = fields.String(allow_none=True)
    signed = fields.Boolean()
    signature_method = fields.String(allow_none=True)
    result_sha256 = fields.String(allow_none=True)


class NoticeSchema(Schema):
    """A notice that went out or could not."""

    notice_id = fields.String()
    demand_id = fields.String()
    kind = fields.String()
    carrier = fields.String()
    audience = fields.String()
    outcome = fields.String()
    attempt = fields.Integer()
    at = fields.String()
    reason = fields.String(allow_none=True)


class FormerSchema(Schema):
    """One version of a talk with the customer."""

    demand_id = fields.String()
    communication_id = fields.String()
    version = fields.Integer()
    occurred_at = fields.String()
    registered_at = fields.String()
    by = fields.String()
    channel = fields.String()
    direction = fields.String()
    words = fields.String()
    summary = fields.String(allow_none=True)
    mood = fields.String(allow_none=True)
    subject = fields.String(allow_none=True)
    order_number = fields.String(allow_none=True)
    product = fields.String(allow_none=True)
    people = fields.List(fields.String())
    events = fields.List(fields.String())
    service_opinion = fields.String(allow_none=True)
    wishes = fields.String(allow_none=True)
    earlier_number = fields.String(allow_none=True)
    attachments = fields.List(fields.Dict())
    answered = fields.Boolean()


class CommunicationSchema(FormerSchema):
    """A talk with the customer as it stands, with the versions before it."""

    former = fields.List(fields.Nested(FormerSchema))


class RelationSchema(Schema):
    """What the demand is of another (direction to), or the other of it (from)."""

    demand_id = fields.String()
    other_id = fields.String()
    number = fields.String()
    relation = fields.String()
    direction = fields.String()
    note = fields.String(allow_none=True)
    at = fields.String()


class DemandSchema(Schema):
    """What its source has not told yet is null; texts are redacted. corrected: names of facts that were put right."""

    demand_id = fields.String()
    number = fields.String(allow_none=True)
    policy = fields.String(allow_none=True)
    policy_version = fields.String(allow_none=True)
    channel = fields.String(allow_none=True)
    channel_kind = fields.String(allow_none=True)
    registered_by = fields.String(allow_none=True)
    taken_by = fields.String(allow_none=True)
    received_at = fields.String(allow_none=True)
    occurred_at = fields.String(allow_none=True)
    customer_number = fields.String(allow_none=True)
    known_customer = fields.Boolean(allow_none=True)
    subject = fields.String(allow_none=True)
    description = fields.String(allow_none=True)
    declared_type = fields.String(allow_none=True)
    urgency = fields.String(allow_none=True)
    expected_by = fields.String(allow_none=True)
    order_number = fields.String(allow_none=True)
    product = fields.String(allow_none=True)
    mood = fields.String(allow_none=True)
    wishes = fields.String(allow_none=True)
    budget = fields.String(allow_none=True)
    related_number = fields.String(allow_none=True)
    partner = fields.String(allow_none=True)
    preferred_channel = fields.String(allow_none=True)
    impact = fields.Dict(allow_none=True)
    fields_ = fields.Dict(allow_none=True, data_key="fields")
    feedback = fields.Dict(allow_none=True)
    quality = fields.Dict(allow_none=True)
    satisfaction = fields.String(allow_none=True)
    answered_at = fields.String(allow_none=True)
    withdrawn_at = fields.String(allow_none=True)
    withdraw_reason = fields.String(allow_none=True)
    historic = fields.Dict(allow_none=True)
    type_code = fields.String(allow_none=True)
    type_label = fields.String(allow_none=True)
    category = fields.String(allow_none=True)
    track = fields.String(allow_none=True)
    priority_rank = fields.Integer(allow_none=True)
    priority_code = fields.String(allow_none=True)
    priority_label = fields.String(allow_none=True)
    lead = fields.String(allow_none=True)
    joining = fields.List(fields.String(), allow_none=True)
    status_code = fields.String(allow_none=True)
    status_label = fields.String(allow_none=True)
    status_category = fields.String(allow_none=True)
    status_resolution = fields.String(allow_none=True)
    handler_id = fields.String(allow_none=True)
    handler_name = fields.String(allow_none=True)
    cycle = fields.Integer(allow_none=True)
    evaluation = fields.Dict(allow_none=True)
    plan = fields.Dict(allow_none=True)
    expected_finish = fields.String(allow_none=True)
    result = fields.Dict(allow_none=True)
    handed_over = fields.Dict(allow_none=True)
    measure = fields.String(allow_none=True)
    recourse = fields.String(allow_none=True)
    closing_reason = fields.String(allow_none=True)
    first_response_by = fields.String(allow_none=True)
    triaged_at = fields.String(allow_none=True)
    accepted_at = fields.String(allow_none=True)
    accepted_by = fields.String(allow_none=True)
    completed_at = fields.String(allow_none=True)
    closed_at = fields.String(allow_none=True)
    locked_at = fields.String(allow_none=True)
    breached = fields.Integer()
    notices_sent = fields.Integer()
    notices_failed = fields.Integer()
    last_notice_at = fields.String(allow_none=True)
    handling_minutes = fields.Float(allow_none=True)
    masked_name = fields.String(allow_none=True)
    company_name = fields.String(allow_none=True)
    customer_kind = fields.String(allow_none=True)
    industry = fields.String(allow_none=True)
    tier = fields.String(allow_none=True)
    value = fields.String(allow_none=True)
    deadlines = fields.List(fields.Nested(DeadlineSchema))
    evaluations = fields.List(fields.Nested(EvaluationSchema))
    tasks = fields.List(fields.Nested(TaskSchema))
    progress = fields.List(fields.Nested(ProgressSchema))
    blocks = fields.List(fields.Nested(BlockSchema))
    delays = fields.List(fields.Nested(DelaySchema))
    changes = fields.List(fields.Nested(ChangeSchema))
    promises = fields.List(fields.Nested(PromiseSchema))
    opinions = fields.List(fields.Nested(OpinionSchema))
    corrected = fields.List(fields.String())
    rejected_kind = fields.String(allow_none=True)
    relations = fields.List(fields.Nested(RelationSchema))
    notices = fields.List(fields.Nested(NoticeSchema))
    communications = fields.List(fields.Nested(CommunicationSchema))
    attachments = fields.List(fields.Nested(AttachmentSchema))
