"""What of CloudFront and function URLs our distribution rests on and MiniStack 1.5.33 does not know.

Origin groups (Amazon CloudFront Developer Guide, "Optimize high availability with CloudFront origin failover"). Origin access control of function
URLs ("Restrict access to an AWS Lambda function URL origin"): CloudFront signs, and the policy of the function must allow both to call its URL and
to call it by way of that. Answers of functions that stream, which `streaming.ts` hands over whole. It is MiniStack that evaluates the policies.
"""
import secrets

from ministack import app
from ministack.core.iam_evaluator import EvalContext, evaluate_resource_policy
from ministack.services import cloudfront, lambda_svc

known_config = cloudfront.parse_distribution_dataplane_config
known_fetch = cloudfront._fetch_from_origin
known_check = app._enforce_data_plane

# Nobody else knows it.
SIGNED_BY_CLOUDFRONT = f"AWS4-HMAC-SHA256 {secrets.token_hex()}"


def items_of(element, name):
    items = cloudfront._find(element, name)
    nested = cloudfront._find(items, "Items") if items is not None else None
    return list(nested) if nested is not None else []


def with_origin_groups(dist):
    config = known_config(dist)
    for group in items_of(cloudfront._dist_config_el(dist), "OriginGroups"):
        primary, secondary = (cloudfront._text(member, "OriginId") for member in items_of(group, "Members"))
        codes = items_of(cloudfront._find(group, "FailoverCriteria"), "StatusCodes")
        failover = {"codes": {int(code.text) for code in codes}, "origin": config["origins"][secondary]}
        config["origins"][cloudfront._text(group, "Id")] = {**config["origins"][primary], "failover": failover}
    return config


async def fetch_with_failover(origin, method, uri, query_string, headers, *more):
    answer = await fetch_signed(origin, method, uri, query_string, headers, *more)
    failover = origin.get("failover")
    if failover is None or method not in ("GET", "HEAD", "OPTIONS") or answer[0] not in failover["codes"]:
        return answer
    return await fetch_signed(failover["origin"], method, uri, query_string, headers, *more)


async def fetch_signed(origin, method, uri, query_string, headers, *more):
    host = cloudfront._registered_function_url(origin)
    if host is None or not origin["oac_id"]:
        return await known_fetch(origin, method, uri, query_string, headers, *more)
    if not may_call(host, more[-1]):
        return 403, "Forbidden", {"content-type": "application/json"}, b'{"Message":"Forbidden"}'
    return await known_fetch(origin, method, uri, query_string, {**headers, "authorization": SIGNED_BY_CLOUDFRONT}, *more)


def may_call(host, distribution_arn):
    _, region, name, _, url = lambda_svc.resolve_function_url(host.split(".")[0])
    function = lambda_svc._functions[name]

    def allows(action, conditions):
        context = EvalContext(
            principal_arn="*", principal_type="Service", principal_account="", action=action, region=region,
            resource_arn=function["config"]["FunctionArn"], service_context={"aws:sourcearn": distribution_arn, **conditions},
        )
        return evaluate_resource_policy(function["policy"], context, service="cloudfront.amazonaws.com").decision == "Allow"

    return allows("lambda:InvokeFunctionUrl", {"lambda:functionurlauthtype": url["AuthType"]}) and allows(
        "lambda:InvokeFunction", {"lambda:invokedviafunctionurl": "true"})


def check_unless_signed(service, iam_action, headers, *more, **named):
    if iam_action == "lambda:InvokeFunctionUrl" and headers.get("authorization") == SIGNED_BY_CLOUDFRONT:
        return None
    return known_check(service, iam_action, headers, *more, **named)


def whole_answer(result, cors_headers):
    answer, _ = lambda_svc.lambda_execute_result_to_api_proxy_response(result)
    return lambda_svc._function_url_proxy_response(answer, cors_headers)


cloudfront.parse_distribution_dataplane_config = with_origin_groups
cloudfront._fetch_from_origin = fetch_with_failover
app._enforce_data_plane = check_unless_signed
lambda_svc._function_url_stream_response = whole_answer
