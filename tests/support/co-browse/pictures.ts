/** Pictures of a made-up shop, some behind its login. */
import { deflateSync } from 'node:zlib';

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const whole = Buffer.alloc(body.length + 8);
  whole.writeUInt32BE(data.length, 0);
  body.copy(whole, 4);
  whole.writeUInt32BE(crc32(body), body.length + 4);
  return whole;
}

function crc32(bytes: Buffer): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return (crc ^ 0xffffffff) >>> 0;
}

/** A picture of one colour; `extra` bytes of nothing make it heavier. */
export function pngOf(side: number, [red, green, blue]: readonly number[], extra = 0): Buffer {
  const row = Buffer.alloc(1 + side * 3);
  for (let x = 0; x < side; x++) row.set([red ?? 0, green ?? 0, blue ?? 0], 1 + x * 3);
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(side, 4);
  header.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    chunk('IHDR', header),
    ...(extra > 0 ? [chunk('teSt', Buffer.alloc(extra))] : []),
    chunk('IDAT', deflateSync(Buffer.concat(Array.from({ length: side }, () => row)))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

export const RED = pngOf(40, [200, 20, 20]);
export const GREEN = pngOf(40, [20, 160, 60]);
/** A drawing that would run, were it shown as one. */
export const DRAWING =
  '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="30" onload="window.__pwned=1"><script>window.__pwned=1</script><rect width="40" height="30" fill="#14a03c"/></svg>';
