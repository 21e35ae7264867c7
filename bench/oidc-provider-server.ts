/**
 * The `oidc-provider` package as a server that is measured beside this one: RSA-2048, access tokens as JWTs, everything in its memory. Its
 * clients and as many codes as are asked for are made here, so that only the token endpoint is measured.
 */
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
// @ts-expect-error: the package comes without types
import { Provider } from 'oidc-provider';
import { clientId, clientSecret, program, redirectUri, resource, scope } from './oauth-clients.ts';

/** Its own adapter for development forgets all but a thousand records. */
const records = new Map<string, Record<string, unknown>>();
class Memory {
  private readonly kind: string;
  constructor(kind: string) {
    this.kind = kind;
  }
  async upsert(id: string, payload: Record<string, unknown>) {
    records.set(`${this.kind}/${id}`, payload);
  }
  async find(id: string) {
    return records.get(`${this.kind}/${id}`);
  }
  async consume(id: string) {
    const record = records.get(`${this.kind}/${id}`);
    if (record !== undefined) record.consumed = 1;
  }
  async destroy(id: string) {
    records.delete(`${this.kind}/${id}`);
  }
  async revokeByGrantId() {}
}

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const key = { ...privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'RS256', kid: 'bench' };
const server = { scope, audience: resource, accessTokenFormat: 'jwt', jwt: { sign: { alg: 'RS256' } } };

const provider = new Provider('http://127.0.0.1', {
  adapter: Memory,
  jwks: { keys: [key] },
  clients: [
    {
      client_id: clientId,
      client_secret: clientSecret,
      redirect_uris: [redirectUri],
      grant_types: ['authorization_code', 'refresh_token'],
    },
    {
      client_id: program,
      client_secret: clientSecret,
      redirect_uris: [],
      response_types: [],
      grant_types: ['client_credentials'],
    },
  ],
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => resource,
      useGrantedResource: () => true,
      getResourceServerInfo: () => server,
    },
  },
  findAccount: (_: unknown, accountId: string) => ({ accountId, claims: () => ({ sub: accountId }) }),
  issueRefreshToken: () => true,
  pkce: { required: () => false },
});

const makeCode = async (): Promise<string> => {
  const client = await provider.Client.find(clientId);
  const grant = new provider.Grant({ accountId: 'jane', clientId });
  grant.addOIDCScope('openid');
  grant.addResourceScope(resource, scope);
  const grantId = await grant.save();
  const authTime = Math.floor(Date.now() / 1000);
  const facts = { accountId: 'jane', client, grantId, authTime, redirectUri, resource, scope: `openid ${scope}` };
  return new provider.AuthorizationCode({ ...facts, gty: 'authorization_code' }).save();
};

const handle = provider.callback();
const answer = async (request: IncomingMessage, response: ServerResponse) => {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://x');
  if (pathname === '/health/ready') return response.end('{}');
  if (pathname !== '/codes') return handle(request, response);
  const codes = [];
  for (let n = Number(searchParams.get('count')); n > 0; n--) codes.push(await makeCode());
  return response.end(JSON.stringify(codes));
};

const listener = (await import('node:http')).createServer((request, response) => void answer(request, response));
listener.keepAliveTimeout = 75_000;
listener.listen(0, '127.0.0.1');
await once(listener, 'listening');
process.stderr.write(`listens on http://127.0.0.1:${(listener.address() as AddressInfo).port}\n`);
process.once('SIGTERM', () => process.exit(0));
