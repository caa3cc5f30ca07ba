import { type ComponentProps, type ReactNode, useRef } from "react";

/** Touches closer than this on the same target count once: a bouncing glove. */
const bounceMs = 250;

/** Accepts an event unless the one before it on the same target is less than {@link bounceMs} older (times in ms). */
export function useOnce(): (timeStampMs: number) => boolean {
  const last = useRef(Number.NEGATIVE_INFINITY);
  return (timeStampMs) => {
    if (timeStampMs - last.current < bounceMs) return false;
    last.current = timeStampMs;
    return true;
  };
}

type PressProps = Omit<ComponentProps<"button">, "type" | "onClick"> & { onPress?: (() => void) | undefined };

/** A button that counts a bouncing touch once. */
export function Press({ onPress, ...rest }: PressProps): ReactNode {
  const once = useOnce();
  return <button type="button" {...rest} onClick={(event) => once(event.timeStamp) && onPress?.()} />;
}
