const TONE_SECONDS = 0.14;
const GAIN = 0.07;

let context: AudioContext | undefined;

/**
 * Short soft tones, one after another; frequencies in hertz. Silent where the browser allows no sound yet (before
 * the first press on the page) or has none.
 */
export function playTones(frequencies: readonly number[]): void {
  if (!('AudioContext' in globalThis) || !navigator.userActivation.hasBeenActive) return;
  const audio = (context ??= new AudioContext());
  void audio.resume().then(() => {
    for (const [index, frequency] of frequencies.entries()) {
      play(audio, frequency, audio.currentTime + index * TONE_SECONDS);
    }
  });
}

function play(audio: AudioContext, frequency: number, at: number): void {
  const oscillator = audio.createOscillator();
  const gain = audio.createGain();
  oscillator.frequency.value = frequency;
  // Fading in and out avoids the click of a tone that is cut.
  gain.gain.setValueAtTime(0, at);
  gain.gain.linearRampToValueAtTime(GAIN, at + TONE_SECONDS / 4);
  gain.gain.linearRampToValueAtTime(0, at + TONE_SECONDS);
  oscillator.connect(gain).connect(audio.destination);
  oscillator.start(at);
  oscillator.stop(at + TONE_SECONDS);
}
