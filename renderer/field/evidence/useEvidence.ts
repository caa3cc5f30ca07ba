import { useEffect, useState } from "react";
import type { EvidenceFile } from "../../../contract/traverse.ts";
import { useLive, useStation } from "../../parts/hooks.ts";

/** An address under which the page can show or play bytes; given free when it is no longer shown. */
export function useObjectUrl(bytes: Uint8Array<ArrayBuffer> | undefined, type: string): string | undefined {
  const [url, setUrl] = useState<string>();
  useEffect(() => {
    if (!bytes) return;
    const made = URL.createObjectURL(new Blob([bytes], { type }));
    setUrl(made);
    return () => {
      setUrl(undefined);
      URL.revokeObjectURL(made);
    };
  }, [bytes, type]);
  return url;
}

/** A file of the journal, as it was stored; `missing` if the station cannot give it. */
export function useEvidence(
  sessionId: string | undefined,
  file: EvidenceFile | undefined,
): { readonly url: string | undefined; readonly missing: boolean } {
  const station = useStation();
  const { link } = useLive();
  const [got, setGot] = useState<{ sha256: string; bytes: Uint8Array<ArrayBuffer> | undefined }>();
  const sha256 = file?.sha256;
  useEffect(() => {
    if (link !== "up" || !sessionId || !sha256) return;
    let wanted = true;
    station.ask("evidenceFile", { sessionId, sha256 }).then(
      ({ bytes }) => wanted && setGot({ sha256, bytes }),
      () => wanted && setGot({ sha256, bytes: undefined }),
    );
    return () => {
      wanted = false;
    };
  }, [station, link, sessionId, sha256]);
  const here = got?.sha256 === sha256 ? got : undefined;
  const url = useObjectUrl(here?.bytes, file?.type ?? "");
  return { url, missing: here !== undefined && here.bytes === undefined };
}
