/** The pre-signed URL of a job: looks like S3's, and is good for one file of one job for fifteen minutes. */
import { constantTimeEqual } from '../../../lib/equal.ts';
import type { Sealer } from '../../../lib/seal.ts';
import type { ImportJob } from '../../../storage/import-jobs.ts';
import type { UserPool } from '../../../storage/pools.ts';

/** Seconds, as Cognito's URLs have it. */
const expiresIn = 899;
const purpose = 'import-upload';

/** What S3 demands there; the header is signed, so without it the signature does not match. */
export const encryptionHeader = { name: 'x-amz-server-side-encryption', value: 'aws:kms' };
const signedHeaders = `host;${encryptionHeader.name}`;

/** `20261005T114209Z` */
const basicDate = (time: number): string =>
  new Date(time)
    .toISOString()
    .replace(/\.\d{3}/, '')
    .replace(/[-:]/g, '');
const timeOf = (date: string): number =>
  Date.parse(date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));

const hex = (mac: string) => Buffer.from(mac, 'base64url').toString('hex');

export const uploadPath = ({ accountId, id }: Pick<UserPool, 'accountId' | 'id'>, jobId: string): string =>
  `/${accountId}/${id}/${jobId}`;

/** The same for the same job each time: nothing of it is stored. */
export const uploadUrl = (
  { sealer, publicUrl }: { sealer: Sealer; publicUrl(): string },
  pool: UserPool,
  { id, createdAt }: Pick<ImportJob, 'id' | 'createdAt'>,
): string => {
  const [path, date] = [uploadPath(pool, id), basicDate(createdAt)];
  const query = new URLSearchParams({
    'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
    'X-Amz-Date': date,
    'X-Amz-SignedHeaders': signedHeaders,
    'X-Amz-Expires': String(expiresIn),
    'X-Amz-Credential': `CENOTE/${date.slice(0, 8)}/${pool.region}/s3/aws4_request`,
    'X-Amz-Signature': hex(sealer.mac(purpose, `${path} ${date}`)),
  });
  return `${publicUrl()}${path}?${query}`;
};

export type UploadClaim = 'valid' | 'forged' | 'expired';

/** @param path and query of the URL as they were requested */
export const checkUploadUrl = (
  { sealer, now }: { sealer: Sealer; now: number },
  path: string,
  query: Record<string, unknown>,
): UploadClaim => {
  const { 'X-Amz-Date': date, 'X-Amz-Signature': signature } = query;
  if (typeof date !== 'string' || typeof signature !== 'string') return 'forged';
  // A URL that was handed out stays good when the master key is replaced.
  const matches = sealer.macs(purpose, `${path} ${date}`).map(mac => constantTimeEqual(hex(mac), signature));
  if (!matches.includes(true)) return 'forged';
  return now > timeOf(date) + expiresIn * 1000 ? 'expired' : 'valid';
};
