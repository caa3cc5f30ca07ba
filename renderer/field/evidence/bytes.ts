/** What a file of the page holds. */
export const bytesOf = async (blob: Blob): Promise<Uint8Array<ArrayBuffer>> => new Uint8Array(await blob.arrayBuffer());

/** Compression of photos: nobody sees the difference to 1, and the file is a fifth. */
const jpegQuality = 0.9;

/** The canvas as a JPEG. Rejects where the browser cannot make one. */
export const jpegBlob = (canvas: HTMLCanvasElement): Promise<Blob> =>
  new Promise((resolve, reject) =>
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("no JPEG was made"))), "image/jpeg", jpegQuality),
  );
