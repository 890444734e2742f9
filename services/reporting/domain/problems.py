"""Which problem a demand is about, by a rule that anybody can check by reading. Pure."""

from services.reporting.domain.figure import Row, type_label
from shared.policies.clarity import plain
from shared.policies.model import Policy


def problem_of(policy: Policy, row: Row) -> str:
    """The type, and the word of the policy in the text that says most about it.

    That is a word by which the policy routes demands of this type (its topics: prices, delivery ...), the longest of
    several; else the heaviest of the words by which the type is recognised, of those alike the longest; each time the
    first by order of characters where that decides nothing. Where the text has none the type alone is the problem.
    """
    text = plain(f"{row['subject'] or ''}\n{row['description'] or ''}")
    topics = {word for one in policy.routes if row["type_code"] in one.when.types for word in one.when.words}
    weights = next((one.words for one in policy.types if one.code == row["type_code"]), {})
    found = [word for word in topics if word in text]
    if not found:
        found = [word for word in weights if word in text]
        heaviest = max((weights[word] for word in found), default=0)
        found = [word for word in found if weights[word] == heaviest]
    return f"{type_label(row)}：{min(found, key=lambda word: (-len(word), word))}" if found else type_label(row)
