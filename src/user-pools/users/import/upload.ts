/** `PUT` to a job's pre-signed URL: takes the CSV file as it comes and keeps it, sealed and in pieces, where every replica finds it. */
import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Clock } from '../../../lib/clock.ts';
import { uuid } from '../../../lib/random.ts';
import type { Sealer } from '../../../lib/seal.ts';
import { findImportJob, type ImportJob } from '../../../storage/import-jobs.ts';
import {
  completeImportUpload,
  findImportChunk,
  insertImportChunk,
  removeImportChunks,
  type UploadKey,
} from '../../../storage/import-uploads.ts';
import type { Db } from '../../../storage/schema.ts';
import { checkUploadUrl, encryptionHeader, uploadPath } from './upload-url.ts';

export type UploadDeps = { db: Db; clock: Clock; sealer: Sealer };

/** Cognito's limit for a file. */
const mostBytes = 100 * 1024 * 1024;
/** Little enough to be sealed, and kept in memory, without anybody noticing. */
const chunkBytes = 256 * 1024;

const purpose = 'import-chunk';
const contextOf = ({ poolId, id, uploadId }: UploadKey, chunk: number) => `${poolId}/${id}/${uploadId}/${chunk}`;

/** Answers in S3's form: to clients this is an upload to S3. */
type Refusal = { status: number; code: string; message: string };
const refusals = {
  forged: {
    status: 403,
    code: 'SignatureDoesNotMatch',
    message: 'The request signature we calculated does not match the signature you provided.',
  },
  expired: { status: 403, code: 'AccessDenied', message: 'Request has expired' },
  tooLarge: {
    status: 400,
    code: 'EntityTooLarge',
    message: 'Your proposed upload exceeds the maximum allowed size',
  },
  begun: { status: 409, code: 'OperationAborted', message: 'The import job has been started already, or has ended.' },
  incomplete: { status: 400, code: 'IncompleteBody', message: 'The request body terminated unexpectedly' },
} satisfies Record<string, Refusal>;

/** What the client still has to send is not waited for. */
const refuse = (reply: FastifyReply, { status, code, message }: Refusal): FastifyReply =>
  reply
    .code(status)
    .header('connection', 'close')
    .type('application/xml')
    .send(`<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message></Error>`);

/** Gathers pieces of one size out of what arrives. */
async function* piecesOf(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let gathered: Buffer[] = [];
  let length = 0;
  for await (const some of source) {
    gathered.push(some);
    length += some.length;
    if (length < chunkBytes) continue;
    yield Buffer.concat(gathered);
    gathered = [];
    length = 0;
  }
  if (length > 0) yield Buffer.concat(gathered);
}

/** @returns why the file was not taken; undefined when it is the job's file now */
const receive = async (
  { db, sealer }: UploadDeps,
  key: UploadKey,
  body: IncomingMessage,
): Promise<Refusal | undefined> => {
  let [bytes, chunk] = [0, 0];
  for await (const piece of piecesOf(body)) {
    bytes += piece.length;
    if (bytes > mostBytes) return refusals.tooLarge;
    await insertImportChunk(db, key, chunk, sealer.seal(purpose, piece, contextOf(key, chunk)));
    chunk++;
  }
  if (!body.complete) return refusals.incomplete;
  return (await completeImportUpload(db, key)) ? undefined : refusals.begun;
};

/** The bytes of a job's file. @throws Error when a piece is gone, or cannot be opened with this master key */
export async function* readUpload({ db, sealer }: Omit<UploadDeps, 'clock'>, job: ImportJob): AsyncGenerator<Buffer> {
  if (job.uploadId === null) return;
  const key: UploadKey = { poolId: job.poolId, id: job.id, uploadId: job.uploadId };
  for (let chunk = 0; ; chunk++) {
    const sealed = await findImportChunk(db, key, chunk);
    if (sealed === undefined) return;
    const opened = sealer.open(purpose, sealed, contextOf(key, chunk));
    if (opened === undefined) throw new Error(`the file of ${job.id} cannot be opened with this master key`);
    yield opened;
  }
}

type UploadRoute = {
  Params: { accountId: string; poolId: string; jobId: string };
  Querystring: Record<string, unknown>;
};

const handle = async (deps: UploadDeps, request: FastifyRequest<UploadRoute>, reply: FastifyReply) => {
  const { accountId, poolId, jobId } = request.params;
  const claim = checkUploadUrl(
    { sealer: deps.sealer, now: deps.clock.now() },
    uploadPath({ accountId, id: poolId }, jobId),
    request.query,
  );
  const isEncrypted = request.headers[encryptionHeader.name] === encryptionHeader.value;
  if (claim === 'forged' || !isEncrypted) return refuse(reply, refusals.forged);
  if (claim === 'expired') return refuse(reply, refusals.expired);
  if (Number(request.headers['content-length'] ?? 0) > mostBytes) return refuse(reply, refusals.tooLarge);
  const job = await findImportJob(deps.db, { poolId, id: jobId });
  if (job?.status !== 'Created') return refuse(reply, refusals.begun);
  const key: UploadKey = { poolId, id: jobId, uploadId: uuid() };
  const refusal = await receive(deps, key, request.raw).catch(async error => {
    await removeImportChunks(deps.db, key, { only: key.uploadId });
    if (request.raw.complete) throw error;
    return refusals.incomplete;
  });
  // The last upload counts: what came before it is of no use any more, and neither is what was refused.
  await removeImportChunks(deps.db, key, refusal === undefined ? { except: key.uploadId } : { only: key.uploadId });
  return refusal === undefined ? reply.code(200).send() : refuse(reply, refusal);
};

/** Adds the route. Its body is a stream, which no limit of the API's applies to. */
export const addUploads = (server: FastifyInstance, deps: UploadDeps): void => {
  server.register(async uploads => {
    uploads.removeAllContentTypeParsers();
    uploads.addContentTypeParser('*', (_request, _payload, done) => done(null));
    uploads.put<UploadRoute>('/:accountId/:poolId/:jobId', { config: { takesFiles: true } }, (request, reply) =>
      handle(deps, request, reply),
    );
  });
};
