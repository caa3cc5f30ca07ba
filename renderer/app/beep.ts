/**
 * What the ear is told: the laser went on, went off, or may be on although nobody knows; a measurement gave a name, was
 * too poor to give one, or is of something that is not known.
 */
export type Sound = "on" | "off" | "alarm" | "named" | "poor" | "unknown";

interface Tone {
  readonly hertz: number;
  /** From the start of the sound, in seconds. */
  readonly from: number;
  readonly to: number;
}

/**
 * On: two short high tones; off: one low; alarm: three falling, over a second. A name: up; too poor: twice the same, low;
 * not known: down and up, as a question. They differ in rhythm as well as in pitch.
 */
const tones: Record<Sound, readonly Tone[]> = {
  on: [
    { hertz: 880, from: 0, to: 0.12 },
    { hertz: 880, from: 0.2, to: 0.32 },
  ],
  off: [{ hertz: 440, from: 0, to: 0.18 }],
  alarm: [
    { hertz: 988, from: 0, to: 0.3 },
    { hertz: 784, from: 0.4, to: 0.7 },
    { hertz: 587, from: 0.8, to: 1.1 },
  ],
  named: [
    { hertz: 660, from: 0, to: 0.11 },
    { hertz: 990, from: 0.14, to: 0.32 },
  ],
  poor: [
    { hertz: 220, from: 0, to: 0.16 },
    { hertz: 220, from: 0.22, to: 0.38 },
  ],
  unknown: [
    { hertz: 587, from: 0, to: 0.12 },
    { hertz: 440, from: 0.12, to: 0.24 },
    { hertz: 659, from: 0.24, to: 0.44 },
  ],
};
const volumeOn = 0.15;

/** Plays a sound. Silent where the machine has none or allows none before a touch. */
export function beep(sound: Sound): void {
  try {
    const audio = new AudioContext();
    let last: OscillatorNode | undefined;
    for (const { hertz, from, to } of tones[sound]) {
      const volume = audio.createGain();
      volume.gain.value = volumeOn;
      last = audio.createOscillator();
      last.frequency.value = hertz;
      last.connect(volume).connect(audio.destination);
      last.start(audio.currentTime + from);
      last.stop(audio.currentTime + to);
    }
    if (last) last.onended = () => void audio.close();
  } catch {
    // The light and the word on the screen do not depend on the sound.
  }
}
