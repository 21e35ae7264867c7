/** Libraries of web applications, configured for Cognito as their users do: Auth.js and Passport. */
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { after, before, describe, it } from 'node:test';
import { Auth, type AuthConfig } from '@auth/core';
import Cognito from '@auth/core/providers/cognito';
import { type Client, claimsOf, createOAuthClient } from '../login/oauth/world.ts';
import { createFormBrowser, type FormBrowser } from '../support/browser-forms.ts';
import { goodPassword, startWorld, type World } from '../support/world.ts';

const site = 'https://app.example.com';

/** The pages, up to where they lead back to the application. */
const signInAt = async (location: string, browser: FormBrowser): Promise<URL> => {
  const page = await browser.open(location);
  const { url } = await page.submit({ username: 'jane', password: goodPassword });
  assert(url.startsWith(site), url);
  return new URL(url);
};

describe('libraries of web applications', () => {
  let world: World;
  let pool: string;
  let web: Client;
  let sub: string;
  before(async () => {
    world = await startWorld();
    pool = await world.createPool();
    web = await createOAuthClient(world, pool, {
      GenerateSecret: true,
      AllowedOAuthScopes: ['openid', 'email', 'profile'],
      CallbackURLs: [`${site}/auth/callback/cognito`, `${site}/passport`],
    });
    sub = await world.createUser(pool, 'jane', undefined, { email: 'jane@example.com', name: 'Jane', picture: site });
  });
  after(() => world.stop());

  describe('Auth.js', () => {
    const cookies = new Map<string, string>();
    const config = (more: Record<string, unknown> = {}): AuthConfig => ({
      providers: [
        Cognito({
          clientId: web.id,
          clientSecret: web.secret as string,
          issuer: `${world.url}/${pool}`,
          ...more,
        }),
      ],
      secret: 'a secret of the application, long enough',
      basePath: '/auth',
      trustHost: true,
      logger: { error: error => assert.fail(error) },
    });

    /** A request of the browser to the application. */
    const visit = async (path: string, auth: AuthConfig, body?: URLSearchParams): Promise<Response> => {
      const cookie = Array.from(cookies, pair => pair.join('=')).join('; ');
      const init = body === undefined ? {} : { method: 'POST', body };
      const response = await Auth(new Request(`${site}${path}`, { ...init, headers: { cookie } }), auth);
      for (const line of response.headers.getSetCookie()) {
        const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
        cookies.set(name, value);
      }
      return response;
    };

    const begin = async (auth: AuthConfig): Promise<URL> => {
      cookies.clear();
      const { csrfToken } = (await (await visit('/auth/csrf', auth)).json()) as { csrfToken: string };
      const sent = await visit('/auth/signin/cognito', auth, new URLSearchParams({ csrfToken, callbackUrl: site }));
      return new URL(sent.headers.get('location') ?? '');
    };

    for (const checks of [undefined, ['pkce', 'state', 'nonce']])
      it(`its Cognito provider signs in, with ${checks?.join(', ') ?? 'the checks that it has by itself'}`, async () => {
        const auth = config(checks === undefined ? {} : { checks });
        const location = await begin(auth);
        assert.equal(location.origin + location.pathname, `${world.url}/oauth2/authorize`);
        assert.equal(location.searchParams.get('code_challenge_method'), 'S256');
        const back = await signInAt(location.href, createFormBrowser(world.url));
        const done = await visit(back.pathname + back.search, auth);
        assert.equal(done.headers.get('location'), site);
        const session = (await (await visit('/auth/session', auth)).json()) as { user: object };
        assert.deepEqual(session.user, { name: 'Jane', email: 'jane@example.com', image: site });
      });

    it('takes no code that another browser has begun to ask for', async () => {
      const auth = config({ checks: ['pkce', 'state'] });
      const back = await signInAt((await begin(auth)).href, createFormBrowser(world.url));
      await begin(auth);
      const errors: string[] = [];
      const quiet = { ...auth, logger: { error: (error: Error) => errors.push(error.name) } };
      const done = await visit(back.pathname + back.search, quiet as AuthConfig);
      assert.match(done.headers.get('location') ?? '', /error=/);
      assert.deepEqual(errors, ['CallbackRouteError']);
    });
  });

  describe('passport-oauth2', () => {
    type Done = (error: unknown, value?: unknown) => void;
    type Strategy = {
      _oauth2: { useAuthorizationHeaderforGET(use: boolean): void; get(url: string, token: string, done: Done): void };
      authenticate(request: unknown): void;
      userProfile(token: string, done: Done): void;
    };
    type Verify = (access: string, refresh: string, params: object, profile: unknown, done: Done) => void;
    // It has no types.
    const Base = createRequire(import.meta.url)('passport-oauth2') as new (options: object, verify: Verify) => Strategy;

    /** As the strategies for Cognito do it: the profile is what `/oauth2/userInfo` tells. */
    class CognitoStrategy extends Base {
      override userProfile(accessToken: string, done: Done): void {
        this._oauth2.useAuthorizationHeaderforGET(true);
        this._oauth2.get(`${world.url}/oauth2/userInfo`, accessToken, (error, body) =>
          error ? done(error) : done(null, JSON.parse(body as string)),
        );
      }
    }

    type Outcome = { redirect?: string; user?: Record<string, unknown>; failed?: unknown };
    const run = (strategy: Strategy, request: object): Promise<Outcome> =>
      new Promise((resolve, reject) => {
        Object.assign(strategy, {
          redirect: (redirect: string) => resolve({ redirect }),
          success: (user: Record<string, unknown>) => resolve({ user }),
          fail: (failed: unknown) => resolve({ failed }),
          error: reject,
        });
        strategy.authenticate(request);
      });

    const strategyWith = (options: object) =>
      new CognitoStrategy(
        {
          authorizationURL: `${world.url}/oauth2/authorize`,
          tokenURL: `${world.url}/oauth2/token`,
          clientID: web.id,
          clientSecret: web.secret,
          callbackURL: `${site}/passport`,
          scope: ['openid', 'email', 'profile'],
          ...options,
        },
        (access, refresh, params, profile, done) => done(null, { access, refresh, ...params, profile }),
      );

    for (const options of [{}, { state: true }, { state: true, pkce: true }])
      it(`signs in with ${JSON.stringify(options)}`, async () => {
        const strategy = strategyWith(options);
        const session = {};
        const { redirect = '' } = await run(strategy, { session, query: {} });
        const back = await signInAt(redirect, createFormBrowser(world.url));
        const { user } = await run(strategy, { session, query: Object.fromEntries(back.searchParams) });
        assert(user, 'nobody has signed in');
        assert.equal(claimsOf(user.id_token as string).sub, sub);
        assert.equal(claimsOf(user.access as string).scope, 'openid email profile');
        const { name, email, username } = user.profile as Record<string, string>;
        assert.deepEqual([name, email, username], ['Jane', 'jane@example.com', 'jane']);
        assert.ok(user.refresh);
        const again = await run(strategy, { session, query: Object.fromEntries(back.searchParams) }).catch(
          error => error,
        );
        assert.equal(again.user, undefined, 'a code is good once');
      });

    it('hears of a refusal in words', async () => {
      const strategy = strategyWith({ scope: ['openid', 'unknown/scope'] });
      const { redirect = '' } = await run(strategy, { session: {}, query: {} });
      const { url } = await createFormBrowser(world.url).open(redirect);
      const query = Object.fromEntries(new URL(url).searchParams);
      await assert.rejects(run(strategy, { session: {}, query }), {
        name: 'AuthorizationError',
        code: 'invalid_scope',
      });
    });
  });
});
