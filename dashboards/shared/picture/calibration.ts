/** How well the hub knows a sensor's own errors, and what may be done about it. Pure. */
import type { CalibrationState, Role } from "../contract";
import { mayAct } from "./alerts";
import type { Calibration, Sensor } from "./views";

/** One estimated error: how large, how surely, and in which unit. */
export interface Offset {
    name: "east" | "north" | "yaw" | "pitch" | "clock";
    value: number;
    sigma: number;
    unit: "m" | "°" | "ms";
}

/**
 * What is estimated of a sensor: nothing while it rests on nothing. A pitch that is neither known
 * nor unsure is none: no camera.
 */
export function offsetsOf(calibration: Calibration): Offset[] {
    if (calibration.pair_count === 0) return [];
    const offsets: Offset[] = [
        { name: "east", value: calibration.east_m, sigma: calibration.sigma_east_m, unit: "m" },
        { name: "north", value: calibration.north_m, sigma: calibration.sigma_north_m, unit: "m" },
        { name: "yaw", value: calibration.yaw_deg, sigma: calibration.sigma_yaw_deg, unit: "°" },
        { name: "pitch", value: calibration.pitch_deg, sigma: calibration.sigma_pitch_deg, unit: "°" },
        { name: "clock", value: calibration.clock_ms, sigma: calibration.sigma_clock_ms, unit: "ms" },
    ];
    return offsets.filter(({ value, sigma }) => value !== 0 || sigma !== 0);
}

/** `+0.42 ± 0.06 m`: signed, so that which way it is off can be read aloud. */
export function offsetText({ value, sigma, unit }: Offset): string {
    const digits = unit === "ms" ? 0 : 2;
    const sign = value < 0 ? "−" : "+";
    const gap = unit === "°" ? "" : " ";
    return `${sign}${Math.abs(value).toFixed(digits)} ± ${sigma.toFixed(digits)}${gap}${unit}`;
}

/** How far the sensor's places are off on the ground, in one number. */
export function offGround(calibration: Calibration): number {
    return Math.hypot(calibration.east_m, calibration.north_m);
}

const NEEDS_A_LOOK: ReadonlySet<CalibrationState> = new Set(["drifted", "unsettled"]);

/** Should a person look at the sensor itself? */
export function needsALook(calibration: Calibration): boolean {
    return NEEDS_A_LOOK.has(calibration.state);
}

export function canFreeze(sensor: Sensor, role: Role): boolean {
    return mayAct(role) && sensor.calibration !== null && sensor.calibration.state !== "frozen";
}

export function canRelease(sensor: Sensor, role: Role): boolean {
    return mayAct(role) && sensor.calibration?.state === "frozen";
}

/** Forgetting what was learnt: nothing to forget where nothing is known yet. */
export function canReset(sensor: Sensor, role: Role): boolean {
    return mayAct(role) && sensor.calibration !== null && sensor.calibration.pair_count > 0;
}
