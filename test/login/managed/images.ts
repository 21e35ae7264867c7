/** Small images for tests: enough of each to be told what it is. */
export const png = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1, 2, 3]);
export const jpeg = new Uint8Array([0xff, 0xd8, 0xff, 0xe0, 4, 5, 6]);
export const ico = new Uint8Array([0, 0, 1, 0, 7, 8]);
export const webp = new Uint8Array(Buffer.from('RIFF....WEBPVP8 '));
export const svg = new Uint8Array(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><rect width="9"/></svg>'));
