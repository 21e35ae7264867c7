/** Which kind of image some bytes are, told by the bytes themselves: what a file is called says nothing. Pure. */
import type { AssetExtensionType } from '@aws-sdk/client-cognito-identity-provider';

type Signature = (bytes: Buffer) => boolean;

const beginsWith =
  (...start: number[]): Signature =>
  bytes =>
    start.every((byte, at) => bytes[at] === byte);

const signatures: Record<AssetExtensionType, Signature> = {
  PNG: beginsWith(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a),
  JPEG: beginsWith(0xff, 0xd8, 0xff),
  ICO: beginsWith(0x00, 0x00, 0x01, 0x00),
  WEBP: bytes => bytes.toString('latin1', 0, 4) === 'RIFF' && bytes.toString('latin1', 8, 12) === 'WEBP',
  SVG: bytes => /^\uFEFF?\s*(?:<\?xml\b|<!--|<svg\b)/.test(bytes.toString('utf8', 0, 1024)),
};

/** @returns undefined for what is none of the images that login pages can show */
export const imageType = (bytes: Uint8Array): AssetExtensionType | undefined => {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const kinds = Object.entries(signatures) as [AssetExtensionType, Signature][];
  return kinds.find(([, matches]) => matches(buffer))?.[0];
};
