/** Tones until someone has the alert. Browsers stay silent until a click: arming is that click. */
import type { Priority } from "../contract";
import { useDesk } from "../desk";
import { scoreOf } from "./score";

let context: AudioContext | null = null;
let timer: ReturnType<typeof setTimeout> | undefined;
let playing: Priority | null = null;

export function arm(): void {
    context ??= new AudioContext();
    void context.resume();
    useDesk.setState({ isSoundArmed: true });
    note(660, 0, 0.12, 0.15); // Heard at once: who arms it knows that it works.
}

export function disarm(): void {
    useDesk.setState({ isSoundArmed: false });
    sound(null);
}

/** Repeat the tones of a priority until told another, or null for silence. */
export function sound(priority: Priority | null): void {
    if (priority === playing) return;
    playing = priority;
    clearTimeout(timer);
    if (priority !== null) play(priority);
}

function play(priority: Priority): void {
    const { notes, note_s, again_s, loudness } = scoreOf(priority);
    notes.forEach((hertz, index) => {
        note(hertz, index * note_s * 1.25, note_s, loudness);
    });
    timer = setTimeout(() => {
        play(priority);
    }, again_s * 1000);
}

function note(hertz: number, after_s: number, length_s: number, loudness: number): void {
    if (context === null) return;
    const start_s = context.currentTime + after_s;
    const voice = context.createOscillator();
    const envelope = context.createGain();
    voice.type = "triangle";
    voice.frequency.value = hertz;
    // Soft edges: a hard start clicks, and a click is heard as a fault.
    envelope.gain.setValueAtTime(0, start_s);
    envelope.gain.linearRampToValueAtTime(loudness, start_s + 0.015);
    envelope.gain.setValueAtTime(loudness, start_s + length_s - 0.04);
    envelope.gain.linearRampToValueAtTime(0, start_s + length_s);
    voice.connect(envelope).connect(context.destination);
    voice.start(start_s);
    voice.stop(start_s + length_s);
}
