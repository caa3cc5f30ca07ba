/** Two short tones: the laser is on. Silent where the machine has no sound or allows none before a touch. */
export function beep(): void {
  try {
    const audio = new AudioContext();
    const tone = audio.createOscillator();
    const volume = audio.createGain();
    tone.frequency.value = 880;
    volume.gain.setValueAtTime(0.15, 0);
    volume.gain.setValueAtTime(0, 0.12);
    volume.gain.setValueAtTime(0.15, 0.2);
    tone.connect(volume).connect(audio.destination);
    tone.start();
    tone.stop(0.32);
    tone.onended = () => void audio.close();
  } catch {
    // The light and the word on the screen do not depend on the sound.
  }
}
