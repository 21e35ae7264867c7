/** What tests of the account page begin with: a pool in which every section has something, and somebody who has signed in. */
import type { CreateUserPoolCommandInput } from '@aws-sdk/client-cognito-identity-provider';
import { createFormBrowser, type FormBrowser, type Page } from '../../support/browser-forms.ts';
import { goodPassword, type World } from '../../support/world.ts';
import { createPages, type Pages } from './pages.ts';

const sms = { SnsCallerArn: 'arn:aws:iam::123456789012:role/sms' };

/** Second factors are optional, devices and sessions are tracked, passkeys allowed. */
export const createAccountPool = async (
  world: World,
  pool: Partial<CreateUserPoolCommandInput> = {},
  client: Parameters<typeof createPages>[2] = {},
): Promise<Pages> => {
  const pages = await createPages(
    world,
    {
      AutoVerifiedAttributes: ['email'],
      DeviceConfiguration: { ChallengeRequiredOnNewDevice: true, DeviceOnlyRememberedOnUserPrompt: false },
      Policies: { SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', 'WEB_AUTHN'] } },
      ...pool,
    },
    { ClientName: 'Shop', ...client },
  );
  await world.aws.setUserPoolMfaConfig({
    UserPoolId: pages.pool,
    MfaConfiguration: 'OPTIONAL',
    SoftwareTokenMfaConfiguration: { Enabled: true },
    SmsMfaConfiguration: { SmsConfiguration: sms },
  });
  await world.aws.setUserPoolSessionConfiguration({
    UserPoolId: pages.pool,
    UserSessionTracking: 'ENABLED',
    TokenSession: { MaxPerUser: 20 },
  });
  return pages;
};

export type Account = {
  username: string;
  browser: FormBrowser;
  /** A section, or the list of them. */
  open(section?: string): Promise<Page>;
};

/** Goes to the account page and signs in on the way. */
export const signInToAccount = async (
  world: World,
  { client }: Pages,
  username: string,
  browser = createFormBrowser(world.url),
): Promise<Account & { page: Page }> => {
  const open = (section = '') =>
    browser.open(`${world.url}/account${section === '' ? '' : `/${section}`}?client_id=${client}`);
  const page = await (await open()).submit({ username, password: goodPassword });
  return { username, browser, open, page };
};
