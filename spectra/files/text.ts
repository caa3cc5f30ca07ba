import { empty, largestBytes, notText, tooLarge } from "./problems.ts";

/** What people most often rename by mistake, by the first bytes. */
const signatures: readonly [kind: string, bytes: readonly number[]][] = [
  ["a JPEG picture", [0xff, 0xd8, 0xff]],
  ["a PNG picture", [0x89, 0x50, 0x4e, 0x47]],
  ["a GIF picture", [0x47, 0x49, 0x46, 0x38]],
  ["a PDF document", [0x25, 0x50, 0x44, 0x46]],
  ["a zip archive or an Office document", [0x50, 0x4b, 0x03, 0x04]],
  ["a compressed file", [0x1f, 0x8b]],
  ["an old Office document", [0xd0, 0xcf, 0x11, 0xe0]],
];

const utf8 = new TextDecoder("utf-8", { fatal: true });
const latin1 = new TextDecoder("windows-1252");

/**
 * The text of a spectrum file in UTF-8, UTF-16 or Latin-1, without byte order mark, lines ended by \n (a \r may stand
 * before it). Throws file-empty, file-too-large and file-not-text.
 */
export function decodeText(name: string, bytes: Uint8Array): string {
  if (bytes.length > largestBytes) throw tooLarge(name, bytes.length);
  for (const [kind, start] of signatures) {
    if (start.every((byte, i) => bytes[i] === byte)) throw notText(name, kind);
  }
  const text = decode(bytes);
  if (hasControlCharacters(text)) throw notText(name, "a binary file");
  if (text.trim() === "") throw empty(name);
  return text.includes("\n") ? text : text.replaceAll("\r", "\n");
}

function decode(bytes: Uint8Array): string {
  const [a, b, c, d] = bytes;
  // Text in Latin letters has a zero in every second byte of UTF-16; some exports leave out the byte order mark.
  if ((a === 0xff && b === 0xfe) || (b === 0 && d === 0 && a !== 0)) return new TextDecoder("utf-16le").decode(bytes);
  if ((a === 0xfe && b === 0xff) || (a === 0 && c === 0 && b !== 0)) return new TextDecoder("utf-16be").decode(bytes);
  try {
    return utf8.decode(bytes);
  } catch {
    return latin1.decode(bytes);
  }
}

/** Control characters other than tab, line ends, form feed and the end mark of old DOS files; the start is enough. */
function hasControlCharacters(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return text.includes("\0") || /[\x01-\x08\x0b\x0e-\x19\x1b-\x1f]/.test(text.slice(0, 4096));
}
