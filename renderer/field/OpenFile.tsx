import { type ReactNode, useEffect, useRef } from "react";
import { useLive } from "../parts/hooks.ts";
import { Icon, Mark } from "../parts/icons.tsx";
import { Press } from "../parts/Press.tsx";

/** A file gets the same answer as an instrument. Dropping one anywhere does the same as the button. */
export function OpenFile({ onFile }: { onFile: (file: File) => void }): ReactNode {
  const input = useRef<HTMLInputElement>(null);
  const { link, busy, running } = useLive();
  const off = link !== "up" || busy !== undefined || running !== undefined;
  useEffect(() => {
    if (off) return;
    const onDrop = (event: DragEvent): void => {
      const [file] = event.dataTransfer?.files ?? [];
      if (file) onFile(file);
    };
    window.addEventListener("drop", onDrop);
    return () => window.removeEventListener("drop", onDrop);
  }, [off, onFile]);
  return (
    <>
      <input
        ref={input}
        type="file"
        hidden
        aria-label="Spectrum file"
        onChange={(event) => {
          const [file] = event.target.files ?? [];
          event.target.value = ""; // the same file can be opened again
          if (file) onFile(file);
        }}
      />
      <Press className="btn glove" aria-disabled={off} onPress={() => !off && input.current?.click()}>
        {busy === "file" ? <Mark name="busy" size={34} /> : <Icon name="file" />}
        {busy === "file" ? "Reading" : "Open file"}
      </Press>
    </>
  );
}
