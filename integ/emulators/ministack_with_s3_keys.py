"""MiniStack, and the two condition keys of S3 that our bucket policy uses and MiniStack 1.5.33 does not know.

Their values are what the Service Authorization Reference says ("Actions, resources, and condition keys for Amazon S3"): the
`If-None-Match` header of a write, and the age of the signature in milliseconds. It is MiniStack that evaluates the policy with them.
"""
from datetime import datetime, timezone

from ministack.app import main
from ministack.core import iam_actions

known_keys = iam_actions._s3_object_context


def with_s3_keys(iam_action, query_params, path, headers):
    context = known_keys(iam_action, query_params, path, headers)
    if iam_action == "s3:PutObject" and "if-none-match" in headers:
        context["s3:if-none-match"] = headers["if-none-match"]
    signed_at = iam_actions._query_param(query_params, "X-Amz-Date") or headers.get("x-amz-date")
    if signed_at:
        age = datetime.now(timezone.utc) - datetime.strptime(signed_at, "%Y%m%dT%H%M%SZ").replace(tzinfo=timezone.utc)
        context["s3:signatureAge"] = str(int(age.total_seconds() * 1000))
    return context


iam_actions._s3_object_context = with_s3_keys

if __name__ == "__main__":
    main()
