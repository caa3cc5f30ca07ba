import { useEffect, useRef, useState } from "react";

/** A recording that has ended. */
export interface Recording {
  readonly blob: Blob;
  readonly durationMs: number;
}

export interface Voice {
  readonly state: "off" | "starting" | "recording";
  /** Loudness now, 0 to 1. */
  readonly level: number;
  readonly elapsedMs: number;
  readonly problem: string | undefined;
  start(): void;
  /** Ends the recording and hands it to `onEnded`. */
  stop(): void;
  /** Ends it and throws it away. */
  discard(): void;
}

/** The meter moves this often: faster cannot be read. */
const levelEveryMs = 100;
/** Full deflection: speech at arm's length reaches about a fifth of the full scale (root mean square). */
const fullScale = 0.2;

/**
 * Records the microphone, without any network. A recording that runs when the panel goes away is ended and handed over
 * like any other: what was said must not be lost because somebody pressed MEASURE.
 */
export function useVoice(onEnded: (recording: Recording) => void): Voice {
  const [state, setState] = useState<Voice["state"]>("off");
  const [level, setLevel] = useState(0);
  const [elapsedMs, setElapsedMs] = useState(0);
  const [problem, setProblem] = useState<string>();
  const running = useRef<{ stop(keep: boolean): void }>(undefined);
  const ended = useRef(onEnded);
  ended.current = onEnded;

  const start = (): void => {
    if (running.current) return;
    setState("starting");
    setProblem(undefined);
    let left = false;
    running.current = { stop: () => (left = true) };
    const open = async (): Promise<void> => {
      const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
      if (left) return end(stream);
      running.current = record(stream);
      setState("recording");
    };
    open().catch(() => {
      running.current = undefined;
      setState("off");
      setProblem("No microphone here, or it may not be used. Write the note instead.");
    });
  };

  const record = (stream: MediaStream): { stop(keep: boolean): void } => {
    const recorder = new MediaRecorder(stream);
    const startedMs = performance.now();
    const parts: Blob[] = [];
    let keep = true;
    recorder.ondataavailable = ({ data }) => parts.push(data);
    const meter = meterOf(stream, (loudness) => {
      setLevel(loudness);
      setElapsedMs(performance.now() - startedMs);
    });
    recorder.onstop = () => {
      meter.stop();
      end(stream);
      running.current = undefined;
      setState("off");
      setLevel(0);
      const blob = new Blob(parts, { type: recorder.mimeType });
      if (keep && blob.size > 0) ended.current({ blob, durationMs: Math.round(performance.now() - startedMs) });
    };
    recorder.start(1000);
    return {
      stop(wanted) {
        keep = wanted;
        if (recorder.state !== "inactive") recorder.stop();
      },
    };
  };

  useEffect(() => () => running.current?.stop(true), []);
  return {
    ...{ state, level, elapsedMs, problem, start },
    stop: () => running.current?.stop(true),
    discard: () => running.current?.stop(false),
  };
}

function end(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}

function meterOf(stream: MediaStream, tell: (level: number) => void): { stop(): void } {
  const audio = new AudioContext();
  const analyser = audio.createAnalyser();
  audio.createMediaStreamSource(stream).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  const timer = setInterval(() => {
    analyser.getFloatTimeDomainData(samples);
    const power = samples.reduce((sum, value) => sum + value * value, 0) / samples.length;
    tell(Math.min(1, Math.sqrt(power) / fullScale));
  }, levelEveryMs);
  return {
    stop() {
      clearInterval(timer);
      void audio.close();
    },
  };
}
