const NOTES = [
  { hertz: 660, at: 0 },
  { hertz: 880, at: 0.12 },
];
const NOTE_SECONDS = 0.35;
const LOUDNESS = 0.08;

/**
 * Two short soft notes. Silent until the visitor has done something on the page: browsers play nothing before,
 * and would say so in the page's console.
 */
export function chime(): void {
  const { userActivation } = navigator as { userActivation?: UserActivation };
  if (!userActivation?.hasBeenActive) return;
  const context = new AudioContext();
  let last: OscillatorNode | undefined;
  for (const { hertz, at } of NOTES) {
    const begin = context.currentTime + at;
    const gain = context.createGain();
    last = context.createOscillator();
    last.frequency.value = hertz;
    gain.gain.setValueAtTime(LOUDNESS, begin);
    gain.gain.exponentialRampToValueAtTime(0.0001, begin + NOTE_SECONDS);
    last.connect(gain).connect(context.destination);
    last.start(begin);
    last.stop(begin + NOTE_SECONDS);
  }
  // The audio device is given back when the last note has ended.
  if (last) last.onended = () => void context.close();
}
