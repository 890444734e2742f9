"""The answer to a batch."""

from marshmallow import Schema, fields

from services.intake.schemas.demand import AcceptedSchema


class LineSchema(Schema):
    """What became of one line: 201 with the demand, else the problem."""

    line = fields.Integer()
    status = fields.Integer()
    demand = fields.Nested(AcceptedSchema)
    problem = fields.Dict()


class BatchAnswerSchema(Schema):
    """Every line that is not blank, in order."""

    accepted = fields.Integer()
    refused = fields.Integer()
    results = fields.List(fields.Nested(LineSchema))
