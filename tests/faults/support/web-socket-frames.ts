const HEAD_END = Buffer.from('\r\n\r\n');
const TEXT_FRAME = 1;
const FINAL_BIT = 0x80;
const MASK_BIT = 0x80;
const OPCODE_BITS = 0x0f;
const LENGTH_BITS = 0x7f;
const LENGTH_OF_16_BITS = 126;
const LENGTH_OF_64_BITS = 127;
const MASK_BYTES = 4;

/** A piece of one direction of a connection: the HTTP head first, then frame by frame. */
export interface Piece {
  readonly bytes: Buffer;
  readonly kind: 'head' | 'frame';
  /** Of a whole text frame. */
  readonly text?: string;
}

/**
 * Cuts one direction of a WebSocket connection into its head and its frames (RFC 6455, section 5.2). Bytes that
 * belong to no whole piece yet wait for the rest. No extensions: what is compressed has no `text`.
 */
export class WebSocketFrames {
  #rest: Buffer = Buffer.alloc(0);
  #headSeen = false;

  push(bytes: Buffer): Piece[] {
    this.#rest = Buffer.concat([this.#rest, bytes]);
    const pieces: Piece[] = [];
    for (let piece = this.#next(); piece; piece = this.#next()) {
      this.#rest = this.#rest.subarray(piece.bytes.length);
      pieces.push(piece);
    }
    return pieces;
  }

  #next(): Piece | undefined {
    if (this.#headSeen) return frameOf(this.#rest);
    const end = this.#rest.indexOf(HEAD_END);
    if (end < 0) return undefined;
    this.#headSeen = true;
    return { kind: 'head', bytes: this.#rest.subarray(0, end + HEAD_END.length) };
  }
}

function frameOf(bytes: Buffer): Piece | undefined {
  const [first, second] = bytes;
  if (first === undefined || second === undefined) return undefined;
  const short = second & LENGTH_BITS;
  const lengthBytes = short === LENGTH_OF_64_BITS ? 8 : short === LENGTH_OF_16_BITS ? 2 : 0;
  const maskBytes = second & MASK_BIT ? MASK_BYTES : 0;
  const start = 2 + lengthBytes + maskBytes;
  if (bytes.length < start) return undefined;
  const length =
    lengthBytes === 0 ? short : lengthBytes === 2 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2));
  if (bytes.length < start + length) return undefined;
  const frame = { kind: 'frame' as const, bytes: bytes.subarray(0, start + length) };
  if (first !== (FINAL_BIT | TEXT_FRAME) && (first & OPCODE_BITS) !== TEXT_FRAME) return frame;
  const payload = Buffer.from(bytes.subarray(start, start + length));
  if (maskBytes > 0) {
    const mask = bytes.subarray(start - MASK_BYTES, start);
    for (let index = 0; index < length; index++)
      payload[index] = (payload[index] ?? 0) ^ (mask[index % MASK_BYTES] ?? 0);
  }
  return { ...frame, text: payload.toString('utf8') };
}
