"""What of DynamoDB our policies rest on and MiniStack 1.5.33 does not know.

Two condition keys of requests that name items (Amazon DynamoDB Developer Guide, "Using IAM policy conditions for fine-grained access control"):
`dynamodb:LeadingKeys` holds their partition keys; `dynamodb:Attributes` holds the top-level attributes that an item, an update or a condition names,
where MiniStack knows those of projections. MiniStack evaluates the policies, and shows them the keys of all items of a transaction together: that is
the stricter of two readings, as AWS does not document which it is.
"""
import json
import re

from ministack.core import iam_actions

known_context = iam_actions.dynamodb_service_context

PARTITION_KEY = "image_id"
EXPRESSIONS = ("UpdateExpression", "ConditionExpression")
WORDS = {
    "and", "or", "not", "between", "in", "set", "remove", "add", "delete", "if_not_exists", "list_append", "attribute_exists", "attribute_not_exists",
    "attribute_type", "begins_with", "contains", "size",
}


def members(body):
    """The requests for single items that a request consists of."""
    data = json.loads(body or b"{}")
    for writes in (data.get("RequestItems") or {}).values():
        if isinstance(writes, list):
            yield from (detail for write in writes for detail in write.values())
        else:
            yield from ({"Key": key} for key in writes.get("Keys", []))
    for item in data.get("TransactItems") or []:
        yield from item.values()
    if "Key" in data or "Item" in data:
        yield data


def attributes_of(member):
    names = member.get("ExpressionAttributeNames") or {}
    found = set(member.get("Item") or member.get("Key") or {})
    for expression in filter(None, map(member.get, EXPRESSIONS)):
        heads = re.findall(r"(?<![:#\w.])(#?\w+)", expression)
        found |= {names.get(head, head) for head in heads if head.lower() not in WORDS and not head[0].isdigit()}
    return found


def with_items(body):
    context = known_context(body)
    try:
        requests = list(members(body))
    except (AttributeError, TypeError, ValueError):
        return context
    keys = [key for request in requests for key in ((request.get("Item") or request.get("Key") or {}).get(PARTITION_KEY) or {}).values()]
    attributes = sorted({name for request in requests for name in attributes_of(request)} | set(context.get("dynamodb:Attributes", [])))
    known = {"dynamodb:LeadingKeys": keys, "dynamodb:Attributes": attributes}
    return {**context, **{name: values for name, values in known.items() if values}}


iam_actions.dynamodb_service_context = with_items
