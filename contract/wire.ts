/**
 * JSON that carries typed arrays: `{"$f64":"base64"}`, little-endian. The journal's lines and the web host's socket use
 * it alike. Every machine Electron runs on is little-endian; a big-endian one is refused at start.
 */
const arrays = {
  $u8: Uint8Array,
  $u16: Uint16Array,
  $u32: Uint32Array,
  $f32: Float32Array,
  $f64: Float64Array,
} as const;
type Tag = keyof typeof arrays;
const tags = Object.keys(arrays) as Tag[];

if (new Uint8Array(new Uint16Array([1]).buffer)[0] !== 1) throw new Error("Lithoscope needs a little-endian machine.");

/** Largest slice that `String.fromCharCode` takes as arguments on every engine. */
const sliceBytes = 0x8000;

function toBase64(bytes: Uint8Array): string {
  let text = "";
  for (let i = 0; i < bytes.length; i += sliceBytes) text += String.fromCharCode(...bytes.subarray(i, i + sliceBytes));
  return btoa(text);
}

function fromBase64(base64: string): ArrayBuffer {
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes.buffer;
}

/** Value → one line of JSON. Throws on a number that JSON cannot hold (NaN and infinities belong in typed arrays). */
export function encode(value: unknown): string {
  return JSON.stringify(value, (_key, v: unknown) => {
    if (typeof v === "number" && !Number.isFinite(v))
      throw new TypeError("a number that is not finite cannot be encoded");
    if (!ArrayBuffer.isView(v)) return v;
    const tag = tags.find((t) => v instanceof arrays[t]);
    if (tag === undefined) throw new TypeError(`cannot encode ${v.constructor.name}`);
    return { [tag]: toBase64(new Uint8Array(v.buffer, v.byteOffset, v.byteLength)) };
  });
}

/** The reverse of {@link encode}. Throws SyntaxError on what is not JSON, RangeError on a cut array. */
export function decode(text: string): unknown {
  return JSON.parse(text, (_key, v: unknown) => {
    if (typeof v !== "object" || v === null) return v;
    const keys = Object.keys(v);
    const tag = tags.find((t) => t === keys[0]);
    if (keys.length !== 1 || tag === undefined) return v;
    const base64 = (v as Record<string, unknown>)[tag];
    return typeof base64 === "string" ? new arrays[tag](fromBase64(base64)) : v;
  });
}
