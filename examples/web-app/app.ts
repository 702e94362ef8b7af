import { App, CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import {
  Mfa, OAuthScope, ResourceServerScope, UserPool, type UserPoolClient, type UserPoolDomain,
} from 'aws-cdk-lib/aws-cognito';
// In your own project: from 'cdk-image-service'
import { ApiAccess, ImageService, UploadRules } from '../../src';

/** An image service that a page calls with the token of its user, and the user pool that issues the tokens. */
class WebApp extends Stack {
  constructor(app: App, private readonly pageOrigin: string) {
    super(app, 'WebApp');
    const users = new UserPool(this, 'Users', {
      selfSignUpEnabled: true,
      signInAliases: { email: true },
      autoVerify: { email: true },
      passwordPolicy: {
        minLength: 12, requireDigits: true, requireLowercase: true, requireUppercase: true, requireSymbols: true,
      },
      mfa: Mfa.OPTIONAL,
      mfaSecondFactor: { otp: true, sms: false },
    });
    // The prefix must be unique in the region.
    const domain = users.addDomain('SignIn', { cognitoDomain: { domainPrefix: `image-web-app-${this.account}` } });
    const client = this.addPageClient(users);
    const images = new ImageService(this, 'Images', {
      access: ApiAccess.cognito(users, { clients: [client], requiredScopes: [IMAGES_SCOPE] }),
      uploads: UploadRules.of({ corsOrigins: [pageOrigin] }),
    });
    this.outputPageConfig(images, domain, client);
  }

  /** A page cannot keep a secret, so it signs in by authorization code with PKCE. */
  private addPageClient(users: UserPool): UserPoolClient {
    const scope = new ResourceServerScope({ scopeName: 'use', scopeDescription: 'Upload, show and delete own images' });
    const server = users.addResourceServer('ImagesScope', { identifier: 'images', scopes: [scope] });
    return users.addClient('Page', {
      generateSecret: false,
      oAuth: {
        flows: { authorizationCodeGrant: true },
        scopes: [OAuthScope.OPENID, OAuthScope.resourceServer(server, scope)],
        callbackUrls: [`${this.pageOrigin}/`],
        logoutUrls: [`${this.pageOrigin}/`],
      },
      accessTokenValidity: Duration.hours(1),
      preventUserExistenceErrors: true,
    });
  }

  /** The content of page/config.json. */
  private outputPageConfig(images: ImageService, domain: UserPoolDomain, client: UserPoolClient): void {
    const signIn = { url: domain.baseUrl(), clientId: client.userPoolClientId, scope: `openid ${IMAGES_SCOPE}` };
    new CfnOutput(this, 'PageConfig', { value: this.toJsonString({ api: images.url, signIn }) });
  }
}

const IMAGES_SCOPE = 'images/use';

/** Cognito returns to https, and to http on localhost only. It would refuse another origin in the deployment. */
function readPageOrigin(app: App): string {
  const value = String(app.node.tryGetContext('pageOrigin') ?? 'http://localhost:5173');
  if (/^(https:\/\/[^/?#@\s]+|http:\/\/localhost(:\d+)?)$/.test(value)) return value;
  const rule = 'https://<host>, or http://localhost:<port>, without a path';
  throw new Error(`--context pageOrigin must be ${rule}, got: ${value}`);
}

const app = new App();
new WebApp(app, readPageOrigin(app));
