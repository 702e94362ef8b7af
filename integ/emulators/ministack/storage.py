"""What of S3 our permissions and our bucket policy rest on and MiniStack 1.5.33 does not know.

Two condition keys, whose values are what the Service Authorization Reference says ("Actions, resources, and condition keys for Amazon S3"):
the `If-None-Match` header of a write, and the age of the signature in milliseconds. And that a key which is not there is 403 to whoever may not
list the bucket (Amazon S3 API Reference, HeadObject, "Permissions"); a HEAD names no prefix. And that a write with tags needs the right to tag
(PutObject, "Permissions"). It is MiniStack that evaluates the policies.
"""
from datetime import datetime, timezone

from ministack.core import iam_actions
from ministack.services import s3

known_keys = iam_actions._s3_object_context
known_checks = iam_actions.s3_additional_checks


def with_s3_keys(iam_action, query_params, path, headers):
    context = known_keys(iam_action, query_params, path, headers)
    if iam_action == "s3:PutObject" and "if-none-match" in headers:
        context["s3:if-none-match"] = headers["if-none-match"]
    signed_at = iam_actions._query_param(query_params, "X-Amz-Date") or headers.get("x-amz-date")
    if signed_at:
        age = datetime.now(timezone.utc) - datetime.strptime(signed_at, "%Y%m%dT%H%M%SZ").replace(tzinfo=timezone.utc)
        context["s3:signatureAge"] = str(int(age.total_seconds() * 1000))
    return context


def with_further_rights(method, path, headers, body, query_params):
    checks = known_checks(method, path, headers, body, query_params)
    bucket, _, key = path.lstrip("/").partition("/")
    if method in ("GET", "HEAD") and key and key not in s3._buckets.get(bucket, {}).get("objects", {}):
        checks.append(("s3:ListBucket", f"arn:aws:s3:::{bucket}"))
    if method == "PUT" and key and "x-amz-tagging" in headers:
        checks.append(("s3:PutObjectTagging", f"arn:aws:s3:::{bucket}/{key}"))
    return checks


iam_actions._s3_object_context = with_s3_keys
iam_actions.s3_additional_checks = with_further_rights
