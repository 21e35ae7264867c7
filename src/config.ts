/** Every setting once: environment name, parser, default and its sentence of documentation. The only file that reads the environment. */

import { integer, list, matching, oneOf, optional, pairs, smsRoute, text, url } from './config/parsers.ts';
import { parseLogTargets } from './user-pools/messaging/log-targets.ts';
import { parseTriggers } from './user-pools/triggers/targets.ts';

type Setting<T> = { env: string; fallback: string; parse(text: string): T; about: string; secret?: boolean };

const setting = <T>(
  env: string,
  fallback: string,
  parse: (value: string) => T,
  about: string,
  secret = false,
): Setting<T> => ({ env: `CENOTE_${env}`, fallback, parse, about, secret });

export const settings = {
  host: setting('HOST', '127.0.0.1', text, 'Address to listen on. `0.0.0.0` listens on every interface.'),
  port: setting('PORT', '9339', integer(0, 65535), 'Port to listen on; `0` picks a free one.'),
  publicUrl: setting(
    'PUBLIC_URL',
    '',
    url,
    'URL under which clients reach the server; part of the issuer of every token. Default: the address it listens on.',
  ),
  dataDir: setting(
    'DATA_DIR',
    './data',
    text,
    'Directory for the embedded database, the master key and the root credentials.',
  ),
  databaseUrl: setting(
    'DATABASE_URL',
    '',
    url,
    '`postgres://…` keeps the data in PostgreSQL instead of the embedded SQLite database.',
    true,
  ),
  databasePoolSize: setting('DATABASE_POOL_SIZE', '10', integer(1, 1000), 'Most connections to PostgreSQL.'),
  region: setting(
    'REGION',
    'us-east-1',
    matching(/^[a-z0-9-]{1,32}$/, 'us-east-1'),
    'Region of a request that names none.',
  ),
  accountId: setting(
    'ACCOUNT_ID',
    '000000000000',
    matching(/^\d{12}$/, '123456789012'),
    'AWS account of the root access key, part of every ARN.',
  ),
  masterKey: setting(
    'MASTER_KEY',
    '',
    optional,
    '32 bytes in base64 or hexadecimal that seal every secret at rest. Several, separated by commas: the first seals, all open. Default: a file in the data directory, made at first start.',
    true,
  ),
  masterKeyFile: setting('MASTER_KEY_FILE', '', optional, 'File with the master key, in place of `CENOTE_MASTER_KEY`.'),
  issuer: setting(
    'ISSUER',
    '',
    optional,
    "Template of the tokens' issuer with `{region}` and `{poolId}`, e.g. `https://cognito-idp.{region}.amazonaws.com/{poolId}` for clients that accept no other. Default: `<public URL>/{poolId}`.",
  ),
  issuerUpdated: setting(
    'ISSUER_UPDATED',
    '',
    optional,
    'The same template for pools whose `IssuerConfiguration` is `UPDATED`, e.g. `https://issuer-cognito-idp.{region}.amazonaws.com/{poolId}`. Default: the issuer of every other pool.',
  ),
  tiers: setting(
    'TIERS',
    'off',
    oneOf('off', 'aws'),
    "`aws`: what a pool's feature plan (`UserPoolTier`) lacks is refused, as Cognito does. `off`: every pool has every feature.",
  ),
  quotas: setting(
    'QUOTAS',
    'off',
    oneOf('off', 'aws'),
    "`aws`: requests beyond Cognito's rates are refused (`TooManyRequestsException`), see [quotas](quotas.md). `off`: no rate is enforced.",
  ),
  logTargets: setting(
    'LOG_TARGETS',
    '',
    parseLogTargets,
    'Where pools export their events to, in place of CloudWatch Logs, S3 and Firehose: `arn=file:name` or `arn=https://collector`, separated by commas, or a JSON object; see [log delivery](log-delivery.md).',
    true,
  ),
  tls: setting(
    'TLS',
    'off',
    oneOf('off', 'files', 'development'),
    '`files`: serve HTTPS with the certificate files. `development`: serve HTTPS with a self-signed certificate kept in the data directory.',
  ),
  tlsCert: setting('TLS_CERT', '', optional, 'PEM file with the certificate chain, for `CENOTE_TLS=files`.'),
  tlsKey: setting('TLS_KEY', '', optional, 'PEM file with the private key, for `CENOTE_TLS=files`.'),
  trustedProxies: setting(
    'TRUSTED_PROXIES',
    '',
    list,
    'Addresses or CIDR ranges, separated by commas, of proxies whose `X-Forwarded-*` headers are believed.',
  ),
  email: setting(
    'EMAIL',
    '',
    text => (text === '' ? undefined : oneOf('log', 'smtp', 'ses')(text)),
    'How e-mail leaves: `log` (printed), `smtp` or `ses`, the API of Amazon SES; see [delivery](delivery.md). Default: `smtp` where `CENOTE_SMTP_URL` is set, else `log`.',
  ),
  smtpUrl: setting(
    'SMTP_URL',
    '',
    url,
    '`smtp://user:password@host:port` or `smtps://…`: where e-mail goes with `smtp`.',
    true,
  ),
  mailFrom: setting('MAIL_FROM', 'no-reply@verificationemail.com', text, 'Sender of e-mail for pools that name none.'),
  sesEndpoint: setting(
    'SES_ENDPOINT',
    '',
    url,
    "URL of the SES API. Default: that of AWS in the region of the pool's `SourceArn`, or in the pool's own.",
  ),
  sms: setting(
    'SMS',
    'log',
    smsRoute,
    'How text messages leave: `log` (printed), `sns`, the API of Amazon SNS, or the URL of a webhook; see [delivery](delivery.md).',
    true,
  ),
  smsSecret: setting(
    'SMS_SECRET',
    '',
    optional,
    '`whsec_` and 24 to 64 bytes in base64: signs what goes to the webhook in `CENOTE_SMS`. Several, separated by commas, while one is being replaced.',
    true,
  ),
  smsSender: setting('SMS_SENDER', '', optional, 'Sender id or phone number that text messages come from.'),
  snsEndpoint: setting(
    'SNS_ENDPOINT',
    '',
    url,
    "URL of the SNS API. Default: that of AWS in the region of the pool's `SmsConfiguration`, or in the pool's own.",
  ),
  deliveryWait: setting(
    'DELIVERY_WAIT',
    '2000',
    integer(0, 10_000),
    'Milliseconds that a request waits at most for the first try of its message, so that a refusal becomes its answer (`CodeDeliveryFailureException`, see [ADR 14](adr/0014-first-try.md)); `0`: it is not waited for.',
  ),
  inbox: setting(
    'INBOX',
    'signed',
    oneOf('off', 'signed', 'open'),
    'Who may read printed messages at [`/_cenote/inbox`](delivery.md#the-development-inbox): `signed`, whoever has an access key for it; `open`, in development, also every process on this machine; `off`, nobody.',
  ),
  triggers: setting(
    'TRIGGERS',
    '',
    parseTriggers,
    'Where the functions of triggers are: `ARN=target`, separated by commas, or a JSON object. Instead of an ARN a function name, or a prefix with `*` at its end. Target: `module:<path>[#<exported name>]`, `lambda:[<endpoint>][#<name there>]` or the URL of a webhook; see [triggers](triggers.md).',
  ),
  lambdaEndpoint: setting(
    'LAMBDA_ENDPOINT',
    '',
    url,
    "URL of the Lambda API for `lambda:` targets that name none. Default: that of AWS in the region of the function's ARN.",
  ),
  triggersSecret: setting(
    'TRIGGERS_SECRET',
    '',
    optional,
    '`whsec_` and 24 to 64 bytes in base64: signs what webhooks in `CENOTE_TRIGGERS` are sent. Several, separated by commas, while one is being replaced.',
    true,
  ),
  triggersHttp: setting(
    'TRIGGERS_HTTP',
    'loopback',
    oneOf('loopback', 'any'),
    'Where functions may be called over plain `http`, without TLS: `loopback`, on this machine; `any`, anywhere, in a network that is safe otherwise.',
  ),
  codeKeys: setting(
    'CODE_KEYS',
    '',
    pairs,
    'Keys for the codes that custom senders get, in place of AWS KMS: `KMSKeyID=key`, separated by commas; a key is 32 bytes in base64 or hexadecimal, or a file with them, see [messages](messages.md#custom-senders).',
    true,
  ),
  kmsEndpoint: setting(
    'KMS_ENDPOINT',
    '',
    url,
    'URL of the AWS KMS API, for codes under keys that `CENOTE_CODE_KEYS` does not name. Default: that of AWS in the region of the key.',
  ),
  identityIssuer: setting(
    'IDENTITY_ISSUER',
    '',
    url,
    'Issuer of the tokens of identity pools, e.g. `https://cognito-identity.amazonaws.com` for verifiers that accept no other; see [identity pools](identity-pools.md). Default: `<public URL>/cognito-identity`.',
  ),
  stsEndpoint: setting(
    'STS_ENDPOINT',
    '',
    value => (value === 'aws' ? 'aws' : url(value)),
    "Where identity pools get credentials: the URL of an STS, or `aws` for Amazon's. Default: this server's own roles.",
  ),
  loginProviders: setting(
    'LOGIN_PROVIDERS',
    '',
    pairs,
    'Where login providers of identity pools are, in place of `https://<name>`: `name=URL`, separated by commas, with the name as in `Logins` (host and path; of Amazon `api.amazon.com`). What is named here may be private, and without TLS.',
  ),
  outbound: setting(
    'OUTBOUND',
    'public',
    oneOf('public', 'any'),
    'Which addresses that others have chosen, such as those of login providers, are reached: `public`, only public ones by https; `any`, also private ones and plain http.',
  ),
  logLevel: setting(
    'LOG_LEVEL',
    'info',
    oneOf('trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'),
    'Least severe level that is logged.',
  ),
  cryptoThreads: setting(
    'CRYPTO_THREADS',
    '0',
    integer(0, 256),
    'Threads for the password arithmetic; `0`: one for each processor.',
  ),
  shutdownSeconds: setting(
    'SHUTDOWN_SECONDS',
    '10',
    integer(0, 600),
    'How long a stopping server waits for requests in flight.',
  ),
} satisfies Record<string, Setting<unknown>>;

export type Config = { readonly [K in keyof typeof settings]: ReturnType<(typeof settings)[K]['parse']> };

/**
 * Reads every setting from the environment.
 * @throws Error that names each setting that cannot be read and what it expects
 */
export const readConfig = (environment: Record<string, string | undefined> = process.env): Config => {
  const problems: string[] = [];
  const entries = Object.entries(settings).map(([name, { env, fallback, parse, secret }]) => {
    try {
      return [name, parse(environment[env] ?? fallback)];
    } catch (error) {
      problems.push(`${env}: ${secret ? 'the value cannot be read' : (error as Error).message}`);
      return [name, undefined];
    }
  });
  const known = new Set(Object.values(settings).map(({ env }) => env));
  for (const env of Object.keys(environment)) {
    if (env.startsWith('CENOTE_') && !known.has(env))
      problems.push(`${env}: no such setting (see docs/configuration.md)`);
  }
  if (problems.length > 0) throw new Error(`Configuration:\n  ${problems.join('\n  ')}`);
  return Object.fromEntries(entries) as Config;
};
