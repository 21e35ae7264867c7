/** Login providers for tests: one server that stands for an OpenID Connect issuer, Google, Apple, Facebook and Amazon. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, exportSPKI, generateKeyPair, type JWTPayload, SignJWT } from 'jose';

export type Provider = {
  /** For CENOTE_LOGIN_PROVIDERS. */
  setting: string;
  /** Under which it answers as an OpenID Connect issuer. */
  names: { oidc: string; google: string; apple: string };
  /** What access tokens it knows, for Facebook and Amazon. */
  accessTokens: Map<string, { app: string; user: string; exp?: number }>;
  /** Answers everything with this status from now on; 200: as it should. */
  fail(status: number): void;
  /** How often its keys were asked for. */
  keyRequests(): number;
  /** An ID token of the issuer of that name. @param options key: another one than is published */
  idToken(
    name: string,
    claims: JWTPayload,
    options?: { alg?: string; kid?: string; key?: CryptoKey | Uint8Array },
  ): Promise<string>;
  publicPem(): Promise<string>;
  stranger: CryptoKey;
  close(): void;
};

export const startProvider = async (now: () => number = Date.now): Promise<Provider> => {
  const own = await generateKeyPair('RS256', { extractable: true });
  const { privateKey: stranger } = await generateKeyPair('RS256');
  const jwk = { ...(await exportJWK(own.publicKey)), kid: 'one', use: 'sig' };
  const names = { oidc: 'login.example.com/tenant', google: 'accounts.google.com', apple: 'appleid.apple.com' };
  const accessTokens: Provider['accessTokens'] = new Map();
  let status = 200;
  let asked = 0;

  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://provider');
    const answer = (body: unknown, code = 200) =>
      response.writeHead(code, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    if (status !== 200) return answer({}, status);
    const name = Object.values(names).find(each => url.pathname.startsWith(`/${each}/`));
    if (name !== undefined && url.pathname.endsWith('/.well-known/openid-configuration'))
      return answer({ issuer: `https://${name}`, jwks_uri: `${origin}/keys` });
    if (url.pathname === '/keys') {
      asked++;
      return answer({ keys: [jwk] });
    }
    const token = accessTokens.get(url.searchParams.get('access_token') ?? '');
    if (token === undefined) return answer({ error: { code: 190 } }, 400);
    if (url.pathname === '/facebook/app') return answer({ id: token.app });
    if (url.pathname === '/facebook/me') return answer({ id: token.user });
    const { app, user, exp = Math.floor(now() / 1000) + 600 } = token;
    return answer({ iss: 'https://www.amazon.com', user_id: user, aud: 'client', app_id: app, exp });
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  return {
    setting: [
      ...Object.values(names).map(name => `${name}=${origin}/${name}`),
      `graph.facebook.com=${origin}/facebook`,
      `api.amazon.com=${origin}/amazon`,
    ].join(','),
    names,
    accessTokens,
    fail: code => {
      status = code;
    },
    keyRequests: () => asked,
    idToken: (name, claims, { alg = 'RS256', kid = 'one', key = own.privateKey } = {}) => {
      const iat = Math.floor(now() / 1000);
      const all = { iss: `https://${name}`, aud: 'app', sub: 'somebody', iat, exp: iat + 600, ...claims };
      return new SignJWT(all).setProtectedHeader({ alg, kid }).sign(key);
    },
    publicPem: () => exportSPKI(own.publicKey),
    stranger,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
};
