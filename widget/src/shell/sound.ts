const NOTES = [
  { hertz: 660, at: 0 },
  { hertz: 880, at: 0.12 },
];
const NOTE_SECONDS = 0.35;
const LOUDNESS = 0.08;

let context: AudioContext | undefined;

/**
 * Two short soft notes. Silent until the visitor has done something on the page: browsers play nothing before,
 * and would say so in the page's console.
 */
export function chime(): void {
  const { userActivation } = navigator as { userActivation?: UserActivation };
  if (!userActivation?.hasBeenActive) return;
  context ??= new AudioContext();
  void context.resume();
  for (const { hertz, at } of NOTES) {
    const begin = context.currentTime + at;
    const note = context.createOscillator();
    const gain = context.createGain();
    note.frequency.value = hertz;
    gain.gain.setValueAtTime(LOUDNESS, begin);
    gain.gain.exponentialRampToValueAtTime(0.0001, begin + NOTE_SECONDS);
    note.connect(gain).connect(context.destination);
    note.start(begin);
    note.stop(begin + NOTE_SECONDS);
  }
}

/** Gives the audio device back. */
export function silence(): void {
  void context?.close();
  context = undefined;
}
