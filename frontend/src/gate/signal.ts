// What a guard hears and feels without looking: each verdict its own notes and its own beat.
const NOTES: Record<string, [frequency: number, from: number, seconds: number][]> = {
  measure: [[660, 0, 0.12]],
  pass: [[880, 0, 0.1], [1320, 0.12, 0.16]],
  stop: [[180, 0, 0.3], [150, 0.38, 0.3], [120, 0.76, 0.45]],
  wait: [[520, 0, 0.14], [520, 0.28, 0.14]],
};
const BEATS: Record<string, number[]> = { measure: [40], pass: [70], stop: [320, 90, 320, 90, 320], wait: [140, 120, 140] };
let audio: AudioContext | null = null;

export function signal(verdict: string, sound: boolean) {
  navigator.vibrate?.(BEATS[verdict] ?? []);
  if (!sound || typeof AudioContext === "undefined") return;
  audio ??= new AudioContext();
  void audio.resume();
  for (const [frequency, from, seconds] of NOTES[verdict] ?? []) note(audio, verdict, frequency, audio.currentTime + from, seconds);
}

function note(context: AudioContext, verdict: string, frequency: number, from: number, seconds: number) {
  const [tone, volume] = [context.createOscillator(), context.createGain()];
  tone.type = verdict === "stop" ? "sawtooth" : "sine";
  tone.frequency.value = frequency;
  volume.gain.setValueAtTime(0.5, from);
  volume.gain.exponentialRampToValueAtTime(0.01, from + seconds);
  tone.connect(volume).connect(context.destination);
  tone.start(from);
  tone.stop(from + seconds);
}
