/** HTTPS: the operator's certificate files, or a self-signed certificate for development, kept in the data directory. */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { join } from 'node:path';
import type { Clock } from '../lib/clock.ts';
import { uuid } from '../lib/random.ts';

/** PEM texts. */
export type TlsFiles = { key: string; cert: string };

export type TlsSettings = {
  tls: 'off' | 'files' | 'development';
  tlsCert: string | undefined;
  tlsKey: string | undefined;
  dataDir: string;
  publicUrl: string | undefined;
};

const day = 24 * 60 * 60 * 1000;
/** The longest that Apple's systems accept of any certificate is 825 days, of most 398. */
const lifetime = 397 * day;
const renewBefore = 30 * day;

/** Where the development certificate is, for clients that are to trust it (`NODE_EXTRA_CA_CERTS`, `AWS_CA_BUNDLE`). */
export const developmentCertificate = (dataDir: string): string => join(dataDir, 'tls', 'cert.pem');
const developmentKey = (dataDir: string) => join(dataDir, 'tls', 'key.pem');

const hostsOf = (publicUrl: string | undefined): string[] => {
  const host = publicUrl === undefined ? [] : [new URL(publicUrl).hostname.replace(/^\[|\]$/g, '')];
  return [...new Set(['localhost', '127.0.0.1', '::1', ...host])];
};

const isUsable = ({ key, cert }: TlsFiles, hosts: string[], now: number): boolean => {
  const certificate = new X509Certificate(cert);
  return (
    certificate.checkPrivateKey(createPrivateKey(key)) &&
    Date.parse(certificate.validTo) - now > renewBefore &&
    hosts.every(host => (isIP(host) ? certificate.checkIP(host) : certificate.checkHost(host)) !== undefined)
  );
};

const kept = async (dataDir: string, hosts: string[], now: number): Promise<TlsFiles | undefined> => {
  try {
    const [key, cert] = await Promise.all([
      readFile(developmentKey(dataDir), 'utf8'),
      readFile(developmentCertificate(dataDir), 'utf8'),
    ]);
    return isUsable({ key, cert }, hosts, now) ? { key, cert } : undefined;
  } catch {
    // Missing or damaged: a new one is made.
    return undefined;
  }
};

const makeCertificate = async (hosts: string[], now: number): Promise<TlsFiles> => {
  // Loaded only here: nobody else pays for it.
  const { generate } = await import('selfsigned');
  const made = await generate([{ name: 'commonName', value: 'Cenote development certificate' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    notBeforeDate: new Date(now - day),
    notAfterDate: new Date(now - day + lifetime),
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: hosts.map(host => (isIP(host) ? { type: 7, ip: host } : { type: 2, value: host })),
      },
    ],
  });
  return { key: made.private, cert: made.cert };
};

const replaceFile = async (path: string, content: string, mode: number) => {
  const draft = `${path}.${uuid()}`;
  await writeFile(draft, content, { mode, flag: 'wx' });
  await rename(draft, path);
};

const developmentFiles = async (dataDir: string, hosts: string[], now: number): Promise<TlsFiles> => {
  const found = await kept(dataDir, hosts, now);
  if (found !== undefined) return found;
  const made = await makeCertificate(hosts, now);
  await mkdir(join(dataDir, 'tls'), { recursive: true, mode: 0o700 });
  await replaceFile(developmentKey(dataDir), made.key, 0o600);
  await replaceFile(developmentCertificate(dataDir), made.cert, 0o644);
  return made;
};

/**
 * @returns what the server needs for HTTPS; undefined when TLS is off
 * @throws Error when a certificate file is not named or cannot be read
 */
export const loadTls = async (settings: TlsSettings, clock: Clock): Promise<TlsFiles | undefined> => {
  if (settings.tls === 'off') return undefined;
  if (settings.tls === 'development')
    return developmentFiles(settings.dataDir, hostsOf(settings.publicUrl), clock.now());
  const { tlsCert, tlsKey } = settings;
  if (tlsCert === undefined || tlsKey === undefined) throw new Error('TLS needs a certificate file and a key file');
  const [key, cert] = await Promise.all([readFile(tlsKey, 'utf8'), readFile(tlsCert, 'utf8')]);
  return { key, cert };
};
