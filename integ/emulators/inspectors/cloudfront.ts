import * as cloudfront from '@aws-sdk/client-cloudfront';
import type { Resource } from './inspector';
import { buildClientOptions, readDeployment } from '../deployment';

const client = new cloudfront.CloudFrontClient(buildClientOptions(readDeployment()));

export async function inspectDistribution({ id: Id }: Resource) {
  const { DistributionConfig } = await client.send(new cloudfront.GetDistributionConfigCommand({ Id }));
  const {
    CallerReference: _, CacheBehaviors, CustomErrorResponses, DefaultCacheBehavior, Origins, IsIPV6Enabled, ...config
  } = DistributionConfig!;
  return {
    DistributionConfig: {
      ...config,
      IPV6Enabled: IsIPV6Enabled,
      CacheBehaviors: CacheBehaviors?.Items?.map(inspectBehavior),
      CustomErrorResponses: CustomErrorResponses?.Items?.map(inspectErrorResponse),
      DefaultCacheBehavior: inspectBehavior(DefaultCacheBehavior!),
      Origins: Origins?.Items?.map(inspectOrigin),
    },
  };
}

/** The API returns empty lists with a quantity of 0. */
function withoutEmpty(value: unknown): any {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(
    Object.entries(value).filter(([, item]) => item?.Quantity !== 0).map(([name, item]) => [name, withoutEmpty(item)]),
  );
}

/** The API adds a quantity to every list; templates have one in origin groups only. */
function inspectBehavior({ AllowedMethods, FunctionAssociations, ...same }: cloudfront.DefaultCacheBehavior) {
  return { ...same, AllowedMethods: AllowedMethods?.Items, FunctionAssociations: FunctionAssociations?.Items };
}

/** A number in templates, a string in the API. */
function inspectErrorResponse({ ResponseCode, ...same }: cloudfront.CustomErrorResponse) {
  return { ...same, ResponseCode: ResponseCode ? Number(ResponseCode) : undefined };
}

function inspectOrigin({ CustomOriginConfig, CustomHeaders, ...same }: cloudfront.Origin) {
  return {
    ...same,
    OriginCustomHeaders: CustomHeaders?.Items,
    CustomOriginConfig: CustomOriginConfig && inspectCustomOrigin(CustomOriginConfig),
  };
}

function inspectCustomOrigin({ OriginSslProtocols, ...same }: cloudfront.CustomOriginConfig) {
  return { ...same, OriginSSLProtocols: OriginSslProtocols?.Items };
}

export async function inspectOriginAccessControl({ id: Id }: Resource) {
  const { OriginAccessControl } = await client.send(new cloudfront.GetOriginAccessControlCommand({ Id }));
  return { OriginAccessControlConfig: OriginAccessControl?.OriginAccessControlConfig };
}

export async function inspectCachePolicy({ id: Id }: Resource) {
  const { CachePolicy } = await client.send(new cloudfront.GetCachePolicyCommand({ Id }));
  const { ParametersInCacheKeyAndForwardedToOrigin: key, ...config } = CachePolicy!.CachePolicyConfig!;
  const { HeadersConfig: headers, ...others } = key!;
  const HeadersConfig = { ...headers, Headers: headers?.Headers?.Items };
  return {
    CachePolicyConfig: withoutEmpty({
      ...config,
      ParametersInCacheKeyAndForwardedToOrigin: { ...others, HeadersConfig },
    }),
  };
}

export async function inspectResponseHeadersPolicy({ id: Id }: Resource) {
  const { ResponseHeadersPolicy } = await client.send(new cloudfront.GetResponseHeadersPolicyCommand({ Id }));
  const { CustomHeadersConfig, ...config } = ResponseHeadersPolicy!.ResponseHeadersPolicyConfig!;
  return {
    ResponseHeadersPolicyConfig: withoutEmpty({
      ...config,
      CustomHeadersConfig: { Items: CustomHeadersConfig?.Items },
    }),
  };
}

/** Reads the live stage, because viewers get it. */
export async function inspectViewerFunction({ written: { Name } }: Resource) {
  const { FunctionSummary } = await client.send(new cloudfront.DescribeFunctionCommand({ Name, Stage: 'LIVE' }));
  const { FunctionCode } = await client.send(new cloudfront.GetFunctionCommand({ Name, Stage: 'LIVE' }));
  return {
    AutoPublish: true,
    FunctionCode: Buffer.from(FunctionCode!).toString(),
    FunctionConfig: withoutEmpty(FunctionSummary?.FunctionConfig),
    Name: FunctionSummary?.Name,
  };
}
