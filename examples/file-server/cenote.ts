/** Asks Cenote who signed a request, and whether that may be done. Signs the question itself (Signature Version 4), with no library. */
import { createHash, createHmac } from 'node:crypto';

export type Settings = { url: string; accessKeyId: string; secretAccessKey: string; region?: string };

export type Question = {
  request: { method: string; url: string; headers: [name: string, value: string][]; bodySha256?: string };
  service: string;
  unsignedPayload?: boolean;
  action: string;
  resource: string;
  context?: Record<string, string>;
};
export type Answer =
  | { verified: false; error: { name: string; message: string } }
  | { verified: true; principal: { arn: string; type: string }; region: string; allowed: boolean; reason?: string };

const sha256 = (data: string | Uint8Array) => createHash('sha256').update(data).digest('hex');
const hmac = (key: string | Uint8Array, text: string) => createHmac('sha256', key).update(text).digest();

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/create-signed-request.html */
const sign = ({ accessKeyId, secretAccessKey, region = 'us-east-1' }: Settings, url: URL, body: string) => {
  const date = new Date().toISOString().replace(/[-:]|\.\d+/g, '');
  const day = date.slice(0, 8);
  const scope = `${day}/${region}/sts/aws4_request`;
  const canonical = `POST\n${url.pathname}\n\nhost:${url.host}\nx-amz-date:${date}\n\nhost;x-amz-date\n${sha256(body)}`;
  const toSign = `AWS4-HMAC-SHA256\n${date}\n${scope}\n${sha256(canonical)}`;
  const key = [day, region, 'sts', 'aws4_request'].reduce<string | Uint8Array>(hmac, `AWS4${secretAccessKey}`);
  const signature = createHmac('sha256', key).update(toSign).digest('hex');
  return {
    'x-amz-date': date,
    authorization: `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, SignedHeaders=host;x-amz-date, Signature=${signature}`,
  };
};

/** @throws Error when Cenote cannot be reached, or refuses to answer this service */
export const ask = async (settings: Settings, question: Question): Promise<Answer> => {
  const url = new URL('/_cenote/verify-signature', settings.url);
  const body = JSON.stringify(question);
  const headers = { 'content-type': 'application/json', ...sign(settings, url, body) };
  const response = await fetch(url, { method: 'POST', headers, body });
  if (!response.ok) throw new Error(`Cenote answered ${response.status}: ${await response.text()}`);
  return (await response.json()) as Answer;
};
