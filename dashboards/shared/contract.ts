// Made from wire/ by scripts/generate_contract.py: change it there.
// A field with a question mark is absent where it has the value that its comment names.

/** The label column counts in this order. */
export const LABELS = ["unknown", "person", "bicycle", "vehicle", "drone", "bag", "animal"] as const satisfies readonly Label[];

/** Bits of the flags column. */
export const FLAG_CONFIRMED = 1;
export const FLAG_COASTING = 2;
export const FLAG_SIMULATED = 4;
export const FLAG_EXERCISE = 8;
export const FLAG_ALERTED = 16;
export const FLAG_CROWD = 32;
export const FLAG_CLAIMED = 64;

/** I have this alert. */
export interface Acknowledge {
    readonly kind: "acknowledge";
    readonly alert: string;
}

/** The hub's answer to an operator's action: sent after it is on disk. */
export interface ActionReply {
    readonly id: string;
    readonly accepted: boolean;
    readonly reason?: string; // ""
}

/** The body of POST /api/actions. */
export interface ActionRequest {
    readonly id: string;
    readonly ask: Acknowledge | Shelve | Unshelve | Clear | Confirm | Cancel | Order | Relabel | MergeTracks | SplitTrack | DropTrack | FreezeCalibration | ResetCalibration;
}

/** What an actuator can be told to do. */
export type ActuatorAction = "sound" | "silence" | "speak" | "show" | "turn_on" | "turn_off" | "open" | "close" | "lock" | "unlock" | "raise" | "lower" | "aim";

/** What an actuator is. */
export type ActuatorKind = "siren" | "speaker" | "sign" | "light" | "door" | "gate" | "bollard" | "camera_head" | "relay";

/** What an actuator does now. */
export type ActuatorPosition = "unknown" | "moving" | "on" | "off" | "open" | "closed" | "locked" | "unlocked" | "raised" | "lowered";

/** An actuator, how it is and what it does now. */
export interface ActuatorView {
    readonly id: string;
    readonly kind: ActuatorKind;
    readonly name: string;
    readonly at: EastNorth;
    readonly effect: EffectClass;
    readonly actions?: readonly ActuatorAction[]; // empty
    readonly position?: ActuatorPosition; // "unknown"
    readonly state?: HealthState | null; // null
    readonly silent?: boolean; // false
    readonly last_us?: number | null; // null
    readonly simulated?: boolean; // false
}

/** Where an alert is in its life (ISA-18.2, figure 'alarm state transition diagram'). */
export type AlertState = "unacknowledged" | "acknowledged" | "cleared_unacknowledged" | "shelved" | "closed";

/** An open alert as operators see it. */
export interface AlertView {
    readonly id: string;
    readonly number: number;
    readonly rule: string;
    readonly rule_kind: string;
    readonly priority: Priority;
    readonly state: AlertState;
    readonly active: boolean;
    readonly summary: string;
    readonly zone?: string | null; // null
    readonly at?: EastNorth | null; // null
    readonly sigma_m?: number | null; // null
    readonly raised_us: number;
    readonly changed_us: number;
    readonly cleared_us?: number | null; // null
    readonly acknowledged_by?: string | null; // null
    readonly acknowledged_us?: number | null; // null
    readonly shelved_by?: string | null; // null
    readonly shelved_until_us?: number | null; // null
    readonly shelve_reason?: string | null; // null
    readonly repeats?: number; // 0
    readonly sensors?: readonly string[]; // empty
    readonly tracks?: readonly number[]; // empty
    readonly evidence?: readonly EvidenceLine[]; // empty
    readonly steps?: readonly StepView[]; // empty
    readonly simulated?: boolean; // false
    readonly exercise?: boolean; // false
}

/** How well the hub knows a sensor's own errors. */
export type CalibrationState = "learning" | "steady" | "drifted" | "unsettled" | "frozen";

/** A sensor's own errors as the hub estimates them: what it measures minus what is so. */
export interface CalibrationView {
    readonly state: CalibrationState;
    readonly east_m?: number; // 0.0
    readonly north_m?: number; // 0.0
    readonly yaw_deg?: number; // 0.0
    readonly pitch_deg?: number; // 0.0
    readonly clock_ms?: number; // 0.0
    readonly sigma_east_m?: number; // 0.0
    readonly sigma_north_m?: number; // 0.0
    readonly sigma_yaw_deg?: number; // 0.0
    readonly sigma_pitch_deg?: number; // 0.0
    readonly sigma_clock_ms?: number; // 0.0
    readonly pair_count?: number; // 0
    readonly since_us?: number | null; // null
    readonly held_by?: string | null; // null
}

/** No to a command that waits for confirmation. */
export interface Cancel {
    readonly kind: "cancel";
    readonly command: string;
    readonly reason: string;
}

/** What a thing says of itself (a drone's remote id, a tag), beside what sensors see of it. */
export interface ClaimView {
    readonly sensor: string;
    readonly identity: string;
    readonly at: EastNorth;
    readonly height_m?: number | null; // null
    readonly apart_m: number;
    readonly agrees: boolean;
    readonly observed_us: number;
}

/** Close an acknowledged alert whose condition is gone or cannot clear by itself. */
export interface Clear {
    readonly kind: "clear";
    readonly alert: string;
    readonly note: string;
}

/** Where a command is in its life. */
export type CommandState = "awaiting_confirmation" | "blocked" | "sent" | "accepted" | "completed" | "confirmed" | "rejected" | "failed" | "expired" | "cancelled";

/** A command on its way, or done within the last minutes. */
export interface CommandView {
    readonly id: string;
    readonly alert?: string | null; // null
    readonly actuator: string;
    readonly action: ActuatorAction;
    readonly state: CommandState;
    readonly by: string;
    readonly requested_us: number;
    readonly changed_us: number;
    readonly expires_us: number;
    readonly note?: string | null; // null
    readonly simulated?: boolean; // false
    readonly exercise?: boolean; // false
}

/** The second, deliberate yes to a command that waits for it. */
export interface Confirm {
    readonly kind: "confirm";
    readonly command: string;
}

/** Where somebody would be seen now: a raster over the site, sent when it changes. */
export interface CoverageView {
    readonly at_us: number;
    readonly low: EastNorth;
    readonly cell_m: number;
    readonly columns: number;
    readonly rows: number;
    readonly probability?: Uint8Array; // empty
    readonly zones?: readonly ZoneCoverageView[]; // empty
}

/** A square of ground and the crowd on it. */
export type CrowdCell = readonly [column: number, row: number, density: number, sigma_density: number, east_mps: number, north_mps: number, pressure: number, lost: boolean, sigma_flow_mps?: number, sigma_pressure?: number];

/** The crowd as a field, once a second where there is one. */
export interface CrowdView {
    readonly at_us: number;
    readonly cell_m: number;
    readonly cells?: readonly CrowdCell[]; // empty
    readonly zones?: readonly ZoneCrowdView[]; // empty
    readonly left_out?: number; // 0
}

/** A discrete thing that a sensor says happened. */
export type CueKind = "impulse_sound" | "glass_break" | "door_forced" | "door_held" | "button_pressed" | "view_covered" | "view_defocused" | "view_moved" | "view_dark" | "view_restored" | "tamper" | "remote_id";

/** A cue, to be flashed on the map for a moment. */
export interface CueView {
    readonly id: string;
    readonly sensor: string;
    readonly kind: CueKind;
    readonly at: EastNorth;
    readonly sigma_m: number;
    readonly observed_us: number;
    readonly sigma_minor_m?: number | null; // null
    readonly sigma_azimuth_deg?: number; // 0.0
    readonly bearing_deg?: number | null; // null
    readonly sigma_bearing_deg?: number | null; // null
    readonly sensors?: readonly string[]; // empty
    readonly rejected?: readonly string[]; // empty
    readonly simulated?: boolean; // false
}

/** What changed since the frame before. Absent means unchanged. */
export interface Delta {
    readonly kind: "delta";
    readonly number: number;
    readonly at_us: number;
    readonly tracks_gone?: readonly number[]; // empty
    readonly alerts?: readonly AlertView[]; // empty
    readonly alerts_gone?: readonly string[]; // empty
    readonly sensors?: readonly SensorView[]; // empty
    readonly actuators?: readonly ActuatorView[]; // empty
    readonly commands?: readonly CommandView[]; // empty
    readonly commands_gone?: readonly string[]; // empty
    readonly cues?: readonly CueView[]; // empty
    readonly refusals?: readonly RefusalView[]; // empty
    readonly crowd?: CrowdView | null; // null
    readonly coverage?: CoverageView | null; // null
    readonly hub?: HubView | null; // null
    readonly tracks?: TrackColumns | null; // null
}

/** There is nothing: end this track, and start none at this place for a while. */
export interface DropTrack {
    readonly kind: "drop_track";
    readonly track: number;
    readonly reason: string;
}

/** A place in the site's frame: metres east and north of its origin. */
export interface EastNorth {
    readonly east_m: number;
    readonly north_m: number;
}

/** What an action does to people, mildest first. Authority grows with it. */
export type EffectClass = "inform" | "warn" | "restrict" | "impede" | "suppress";

/** One fact that an alert rests on: a word and its value, ready to read. */
export interface EvidenceLine {
    readonly name: string;
    readonly value: string;
}

/** One thing wrong with a device, in a code for machines and a line for people. */
export interface Fault {
    readonly code: string;
    readonly text: string;
}

/** The sector of ground that a sensor looks at, from its pose. */
export interface FieldOfView {
    readonly azimuth_deg: number;
    readonly width_deg: number;
    readonly range_max_m: number;
    readonly range_min_m?: number; // 0.0
}

/** Hold a sensor's estimated errors as they are, or let them be learnt again. */
export interface FreezeCalibration {
    readonly kind: "freeze_calibration";
    readonly sensor: string;
    readonly frozen: boolean;
}

/** How a device is (SAPIENT, BSI Flex 335 v2, StatusReport). */
export type HealthState = "OK" | "WARNING" | "ERROR" | "GOODBYE";

/** How the hub is: the health screen's head. */
export interface HubView {
    readonly posture?: Posture; // "normal"
    readonly simulated?: boolean; // false
    readonly exercise?: boolean; // false
    readonly tracks?: number; // 0
    readonly detections_per_s?: number; // 0.0
    readonly scans_per_s?: number; // 0.0
    readonly alerts_10_min?: number; // 0
    readonly bus_connected?: boolean; // true
    readonly journal_ok?: boolean; // true
    readonly faults?: readonly Fault[]; // empty
    readonly observed_to_received_p99_ms?: number; // 0.0
    readonly received_to_effects_p99_ms?: number; // 0.0
    readonly dropped_scans?: number; // 0
    readonly uptime_s?: number; // 0.0
    readonly software?: string; // "unknown"
}

/** What changed since the frame before, as JSON. Absent means unchanged. */
export interface JsonDelta {
    readonly kind: "delta";
    readonly number: number;
    readonly at_us: number;
    readonly tracks_gone?: readonly number[]; // empty
    readonly alerts?: readonly AlertView[]; // empty
    readonly alerts_gone?: readonly string[]; // empty
    readonly sensors?: readonly SensorView[]; // empty
    readonly actuators?: readonly ActuatorView[]; // empty
    readonly commands?: readonly CommandView[]; // empty
    readonly commands_gone?: readonly string[]; // empty
    readonly cues?: readonly CueView[]; // empty
    readonly refusals?: readonly RefusalView[]; // empty
    readonly crowd?: CrowdView | null; // null
    readonly coverage?: CoverageView | null; // null
    readonly hub?: HubView | null; // null
    readonly tracks?: readonly TrackRow[]; // empty
}

/** The whole picture for one role, as JSON. */
export interface JsonSnapshot {
    readonly kind: "snapshot";
    readonly number: number;
    readonly at_us: number;
    readonly role: Role;
    readonly site: SiteView;
    readonly hub: HubView;
    readonly alerts?: readonly AlertView[]; // empty
    readonly sensors?: readonly SensorView[]; // empty
    readonly actuators?: readonly ActuatorView[]; // empty
    readonly commands?: readonly CommandView[]; // empty
    readonly cues?: readonly CueView[]; // empty
    readonly refusals?: readonly RefusalView[]; // empty
    readonly crowd?: CrowdView | null; // null
    readonly coverage?: CoverageView | null; // null
    readonly tracks?: readonly TrackRow[]; // empty
}

/** What a sensor claims a thing is. Never who. */
export type Label = "unknown" | "person" | "bicycle" | "vehicle" | "drone" | "bag" | "animal";

/** One sensor whose field of view holds a place, and whether it would find somebody there. */
export interface LookView {
    readonly sensor: string;
    readonly probability: number;
    readonly watching: boolean;
    readonly looked_us?: number | null; // null
    readonly note?: string | null; // null
}

/** These two tracks are one thing; it keeps the first number. */
export interface MergeTracks {
    readonly kind: "merge_tracks";
    readonly track: number;
    readonly other: number;
}

/** Command an actuator by hand. It waits for a `Confirm` unless it only informs or warns. */
export interface Order {
    readonly kind: "order";
    readonly actuator: string;
    readonly action: ActuatorAction;
    readonly parameters?: Parameters; // empty
    readonly reason: string;
    readonly alert?: string | null; // null
}

/** What a command may add to its action. */
export interface Parameters {
    readonly text?: string | null; // null
    readonly duration_s?: number | null; // null
    readonly azimuth_deg?: number | null; // null
    readonly pitch_deg?: number | null; // null
}

/** Who should see a place: the ground for "nobody was there" and for "nobody saw it". */
export interface PlaceCoverageView {
    readonly at: EastNorth;
    readonly at_us: number;
    readonly probability: number;
    readonly looks?: readonly LookView[]; // empty
}

/** The site's declared state. */
export type Posture = "normal" | "raised" | "incident" | "evacuating" | "exercise";

/** How soon an operator must act, most urgent last. */
export type Priority = "low" | "medium" | "high" | "critical";

/** Input that was refused: who, what is wrong, what to do, how often. */
export interface RefusalView {
    readonly source: string;
    readonly code: string;
    readonly text: string;
    readonly fix: string;
    readonly count: number;
    readonly first_us: number;
    readonly last_us: number;
}

/** This track is such a thing. It holds against what sensors say, as long as the track lives.

    UNKNOWN takes it back: what the sensors say counts again. */
export interface Relabel {
    readonly kind: "relabel";
    readonly track: number;
    readonly label: Label;
}

/** Forget a sensor's estimated errors: it was moved, or they were learnt wrongly. */
export interface ResetCalibration {
    readonly kind: "reset_calibration";
    readonly sensor: string;
    readonly reason: string;
}

/** What a person may see and do. */
export type Role = "wall" | "field" | "operator" | "supervisor" | "planner" | "auditor" | "admin";

/** What a sensor is. */
export type SensorKind = "camera" | "thermal" | "radar" | "lidar" | "acoustic" | "access" | "button" | "gas" | "radiation" | "counter" | "tag" | "radio" | "weather";

/** A sensor and how it is. */
export interface SensorView {
    readonly id: string;
    readonly kind: SensorKind;
    readonly name: string;
    readonly at: EastNorth;
    readonly height_m?: number; // 0.0
    readonly field_of_view?: FieldOfView | null; // null
    readonly state?: HealthState | null; // null
    readonly silent?: boolean; // false
    readonly faults?: readonly Fault[]; // empty
    readonly last_us?: number | null; // null
    readonly scan_rate_hz?: number; // 0.0
    readonly detections_per_s?: number; // 0.0
    readonly delay_ms?: number; // 0.0
    readonly spool_count?: number; // 0
    readonly refused_count?: number; // 0
    readonly calibration?: CalibrationView | null; // null
    readonly simulated?: boolean; // false
}

/** A polygon of the plan: building, zone or kind of ground. */
export interface Shape {
    readonly id: string;
    readonly name: string;
    readonly purpose: string;
    readonly polygon: readonly EastNorth[];
    readonly height_m?: number; // 0.0
}

/** Hide this alert for a stated time, for a reason. */
export interface Shelve {
    readonly kind: "shelve";
    readonly alert: string;
    readonly duration_s: number;
    readonly reason: string;
}

/** The plan as drawn on the map. It changes only when the plan is edited. */
export interface SiteView {
    readonly id: string;
    readonly name: string;
    readonly origin_lat_deg: number;
    readonly origin_lon_deg: number;
    readonly bounds: readonly [EastNorth, EastNorth];
    readonly ground?: readonly Shape[]; // empty
    readonly buildings?: readonly Shape[]; // empty
    readonly zones?: readonly Shape[]; // empty
    readonly tripwires?: readonly WireView[]; // empty
}

/** The whole picture for one role. */
export interface Snapshot {
    readonly kind: "snapshot";
    readonly number: number;
    readonly at_us: number;
    readonly role: Role;
    readonly site: SiteView;
    readonly hub: HubView;
    readonly alerts?: readonly AlertView[]; // empty
    readonly sensors?: readonly SensorView[]; // empty
    readonly actuators?: readonly ActuatorView[]; // empty
    readonly commands?: readonly CommandView[]; // empty
    readonly cues?: readonly CueView[]; // empty
    readonly refusals?: readonly RefusalView[]; // empty
    readonly crowd?: CrowdView | null; // null
    readonly coverage?: CoverageView | null; // null
    readonly tracks: TrackColumns;
}

/** This track is more than one thing: what was merged into it stands by itself again. */
export interface SplitTrack {
    readonly kind: "split_track";
    readonly track: number;
}

/** One step of an alert's playbook, and how far it is. */
export interface StepView {
    readonly step: string;
    readonly text: string;
    readonly actuator: string;
    readonly action: ActuatorAction;
    readonly effect: EffectClass;
    readonly needs: string;
    readonly command: string;
    readonly state: CommandState;
    readonly note?: string | null; // null
    readonly expires_us?: number | null; // null
}

/** Tracks as little-endian columns of equal length, one entry a track, in any order. */
export interface TrackColumns {
    readonly number?: Uint8Array; // empty
    readonly east_m?: Uint8Array; // empty
    readonly north_m?: Uint8Array; // empty
    readonly heading?: Uint8Array; // empty
    readonly speed?: Uint8Array; // empty
    readonly sigma?: Uint8Array; // empty
    readonly age?: Uint8Array; // empty
    readonly label?: Uint8Array; // empty
    readonly flags?: Uint8Array; // empty
}

/** One entry of the columns, for those who read JSON. */
export interface TrackRow {
    readonly number: number;
    readonly label: Label;
    readonly east_m: number;
    readonly north_m: number;
    readonly heading_deg: number;
    readonly speed_mps: number;
    readonly sigma_m: number;
    readonly age_ms?: number; // 0
    readonly flags?: number; // 0
}

/** One sensor's part in a track. */
export interface TrackSource {
    readonly sensor: string;
    readonly first_us: number;
    readonly last_us: number;
    readonly measurement_count: number;
}

/** One track by name: what third parties and the detail panel read. */
export interface TrackView {
    readonly number: number;
    readonly label: Label;
    readonly label_confidence?: number; // 0.0
    readonly at: EastNorth;
    readonly speed_mps: number;
    readonly heading_deg: number;
    readonly sigma_major_m: number;
    readonly sigma_minor_m: number;
    readonly sigma_azimuth_deg: number;
    readonly born_us: number;
    readonly updated_us: number;
    readonly confirmed: boolean;
    readonly coasting: boolean;
    readonly existence: number;
    readonly sensors?: readonly string[]; // empty
    readonly visible?: number; // 1.0
    readonly height_m?: number | null; // null
    readonly sigma_height_m?: number | null; // null
    readonly sources?: readonly TrackSource[]; // empty
    readonly claims?: readonly ClaimView[]; // empty
    readonly merged?: readonly number[]; // empty
    readonly corrections?: readonly string[]; // empty
    readonly simulated?: boolean; // false
    readonly exercise?: boolean; // false
}

/** Bring this alert back now. */
export interface Unshelve {
    readonly kind: "unshelve";
    readonly alert: string;
}

/** A tripwire: crossing from the left of start -> end to its right counts. */
export interface WireView {
    readonly id: string;
    readonly name: string;
    readonly start: EastNorth;
    readonly end: EastNorth;
}

/** How much of a zone is watched now. */
export interface ZoneCoverageView {
    readonly id: string;
    readonly seen: number;
    readonly doubly_seen: number;
}

/** The crowd in one zone. */
export interface ZoneCrowdView {
    readonly id: string;
    readonly persons: number;
    readonly sigma_persons: number;
    readonly density: number;
    readonly sigma_density: number;
    readonly density_max?: number; // 0.0
    readonly pressure?: number; // 0.0
    readonly east_mps?: number; // 0.0
    readonly north_mps?: number; // 0.0
    readonly lost?: boolean; // false
    readonly counters?: readonly string[]; // empty
    readonly sigma_flow_mps?: number; // 0.0
    readonly sigma_pressure?: number; // 0.0
}

export type Frame = Snapshot | Delta;
export type Ask = Acknowledge | Shelve | Unshelve | Clear | Confirm | Cancel | Order | Relabel | MergeTracks | SplitTrack | DropTrack | FreezeCalibration | ResetCalibration;
