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

/** I have this incident: every alert of it that nobody has yet. */
export interface AcknowledgeIncident {
    readonly kind: "acknowledge_incident";
    readonly incident: string;
}

/** How long alerts waited for somebody. */
export interface AcknowledgeTimes {
    readonly count?: number; // 0
    readonly median_s?: number | null; // null
    readonly p90_s?: number | null; // null
    readonly urgent_count?: number; // 0
    readonly urgent_median_s?: number | null; // null
    readonly urgent_p90_s?: number | null; // null
    readonly waiting?: number; // 0
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
    readonly ask: Acknowledge | Shelve | Unshelve | Clear | Assess | TakeOutOfService | ReturnToService | AcknowledgeIncident | JoinIncident | SetPosture | StartPlaybook | StopPlaybook | DoStep | SkipStep | CreateTask | CancelTask | AnswerTask | LogEntry | HandOver | Confirm | Cancel | Order | Relabel | MergeTracks | SplitTrack | DropTrack | FreezeCalibration | ResetCalibration;
}

/** What an actuator can be told to do. */
export type ActuatorAction = "sound" | "silence" | "speak" | "show" | "turn_on" | "turn_off" | "open" | "close" | "lock" | "unlock" | "raise" | "lower" | "aim";

/** What an actuator is. */
export type ActuatorKind = "siren" | "speaker" | "sign" | "light" | "strobe" | "door" | "turnstile" | "gate" | "bollard" | "camera_head" | "relay";

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
    readonly exercise?: boolean; // false
    readonly stand_in?: string | null; // null
}

/** What an alert turned out to be, asked at its closing. */
export type AlertOutcome = "true" | "benign" | "false_logic" | "false_data" | "undetermined" | "test";

/** Where an alert is in its life (ISA-18.2, figure 'alarm state transition diagram'). */
export type AlertState = "unacknowledged" | "acknowledged" | "cleared_unacknowledged" | "shelved" | "suppressed" | "out_of_service" | "closed";

/** A change in an alert's life. */
export interface AlertStep {
    readonly at_us: number;
    readonly state: AlertState;
    readonly priority: Priority;
    readonly active: boolean;
    readonly summary: string;
    readonly by?: string | null; // null
}

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
    readonly hidden_why?: string | null; // null
    readonly hidden_until_us?: number | null; // null
    readonly repeats?: number; // 0
    readonly chattering?: boolean; // false
    readonly stale?: boolean; // false
    readonly escalation?: number; // 0
    readonly escalated_to?: string | null; // null
    readonly incident?: string | null; // null
    readonly latched?: boolean; // false
    readonly closed_by?: string | null; // null
    readonly closed_us?: number | null; // null
    readonly outcome?: AlertOutcome | null; // null
    readonly note?: string | null; // null
    readonly sensors?: readonly string[]; // empty
    readonly tracks?: readonly number[]; // empty
    readonly evidence?: readonly EvidenceLine[]; // empty
    readonly steps?: readonly StepView[]; // empty
    readonly simulated?: boolean; // false
    readonly exercise?: boolean; // false
}

/** A team's answer to its task: from its phone, or by radio through the control room. */
export interface AnswerTask {
    readonly kind: "answer_task";
    readonly task: string;
    readonly status: ReceiptStatus;
    readonly text?: string | null; // null
    readonly team?: string | null; // null
}

/** What an alert that closed by itself turned out to be. */
export interface Assess {
    readonly kind: "assess";
    readonly alert: string;
    readonly outcome: AlertOutcome;
    readonly note?: string | null; // null
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

/** A task is no longer wanted. */
export interface CancelTask {
    readonly kind: "cancel_task";
    readonly task: string;
    readonly reason: string;
}

/** How a person or a team is reached. */
export type Channel = "app" | "radio" | "phone";

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
    readonly outcome: AlertOutcome;
}

/** Where a command is in its life. */
export type CommandState = "awaiting_confirmation" | "blocked" | "sent" | "accepted" | "completed" | "confirmed" | "verified" | "rejected" | "failed" | "expired" | "cancelled";

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

/** What one sensor gave to an alert. */
export interface Contribution {
    readonly sensor: string;
    readonly name: string;
    readonly stated?: boolean; // false
    readonly tracks?: readonly number[]; // empty
    readonly measurement_count?: number; // 0
    readonly share?: number; // 0.0
    readonly last_us?: number | null; // null
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

/** Send a field team somewhere; None: the nearest that is suitable. */
export interface CreateTask {
    readonly kind: "create_task";
    readonly text: string;
    readonly team?: string | null; // null
    readonly skills?: readonly string[]; // empty
    readonly alert?: string | null; // null
    readonly east_m?: number | null; // null
    readonly north_m?: number | null; // null
    readonly exercise?: boolean; // false
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
export type CueKind = "impulse_sound" | "glass_break" | "door_forced" | "door_held" | "button_pressed" | "view_covered" | "view_defocused" | "view_moved" | "view_dark" | "view_restored" | "tamper" | "remote_id" | "siren_heard";

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
    readonly closed?: readonly AlertView[]; // empty
    readonly closed_gone?: readonly string[]; // empty
    readonly incidents?: readonly IncidentView[]; // empty
    readonly incidents_gone?: readonly string[]; // empty
    readonly runs?: readonly RunView[]; // empty
    readonly runs_gone?: readonly string[]; // empty
    readonly tasks?: readonly TaskView[]; // empty
    readonly tasks_gone?: readonly string[]; // empty
    readonly teams?: readonly TeamView[]; // empty
    readonly postures?: readonly PostureView[]; // empty
    readonly services?: readonly ServiceView[]; // empty
    readonly services_gone?: readonly string[]; // empty
    readonly notices?: readonly NoticeView[]; // empty
    readonly load?: LoadView | null; // null
    readonly site?: SiteView | null; // null
    readonly cues?: readonly CueView[]; // empty
    readonly refusals?: readonly RefusalView[]; // empty
    readonly crowd?: CrowdView | null; // null
    readonly coverage?: CoverageView | null; // null
    readonly hub?: HubView | null; // null
    readonly tracks?: TrackColumns | null; // null
}

/** Begin a step now, or say that what a person does outside of the hub is done. */
export interface DoStep {
    readonly kind: "do_step";
    readonly run: string;
    readonly step: string;
}

/** What an alert rested on at one instant: when it was raised, or rose in priority. */
export interface Dossier {
    readonly alert: string;
    readonly number: number;
    readonly at_us: number;
    readonly priority: Priority;
    readonly summary: string;
    readonly rule: string;
    readonly rule_kind: string;
    readonly thresholds?: readonly EvidenceLine[]; // empty
    readonly posture?: Posture; // "normal"
    readonly plan?: string; // "unknown"
    readonly evidence?: readonly EvidenceLine[]; // empty
    readonly at?: EastNorth | null; // null
    readonly sigma_m?: number | null; // null
    readonly coverage?: number | null; // null
    readonly tracks?: readonly TrackWitness[]; // empty
    readonly tracks_left_out?: number; // 0
    readonly contributions?: readonly Contribution[]; // empty
    readonly missed?: readonly Missed[]; // empty
    readonly messages?: readonly string[]; // empty
    readonly simulated?: boolean; // false
    readonly exercise?: boolean; // false
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

/** All that is known of why an alert was raised, and what became of it. */
export interface EvidenceView {
    readonly alert: AlertView;
    readonly dossiers?: readonly Dossier[]; // empty
    readonly steps?: readonly AlertStep[]; // empty
    readonly messages?: readonly MessageView[]; // empty
    readonly left_out?: number; // 0
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

/** A time in which more was raised than one person can take. */
export interface FloodSpan {
    readonly start_us: number;
    readonly end_us?: number | null; // null
    readonly raised: number;
}

/** Hold a sensor's estimated errors as they are, or let them be learnt again. */
export interface FreezeCalibration {
    readonly kind: "freeze_calibration";
    readonly sensor: string;
    readonly frozen: boolean;
}

/** A shift ends: its sheet was read, and the next one has it. */
export interface HandOver {
    readonly kind: "hand_over";
    readonly to: string;
    readonly note?: string; // ""
}

/** A shift that ended. */
export interface HandedOver {
    readonly at_us: number;
    readonly by: string;
    readonly to: string;
    readonly note?: string; // ""
}

/** What the next shift must know. */
export interface HandoverView {
    readonly site: string;
    readonly start_us: number;
    readonly end_us: number;
    readonly by: string;
    readonly simulated?: boolean; // false
    readonly exercise?: boolean; // false
    readonly postures?: readonly PostureView[]; // empty
    readonly incidents?: readonly IncidentView[]; // empty
    readonly open?: readonly AlertView[]; // empty
    readonly shelved?: readonly AlertView[]; // empty
    readonly suppressed?: readonly AlertView[]; // empty
    readonly out_of_service?: readonly AlertView[]; // empty
    readonly to_assess?: readonly AlertView[]; // empty
    readonly closed?: readonly AlertView[]; // empty
    readonly services?: readonly ServiceView[]; // empty
    readonly runs?: readonly RunView[]; // empty
    readonly tasks?: readonly TaskView[]; // empty
    readonly sensors_out?: readonly string[]; // empty
    readonly hub_faults?: readonly string[]; // empty
    readonly log?: readonly LogLine[]; // empty
    readonly decisions?: readonly LogLine[]; // empty
    readonly handovers?: readonly HandedOver[]; // empty
    readonly load?: LoadView | null; // null
    readonly kpi: KpiView;
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

/** Alerts of one happening: the operator's unit of work. */
export interface IncidentView {
    readonly id: string;
    readonly number: number;
    readonly summary: string;
    readonly priority: Priority;
    readonly alerts: readonly string[];
    readonly why?: readonly string[]; // empty
    readonly open_count: number;
    readonly unacknowledged_count: number;
    readonly at?: EastNorth | null; // null
    readonly radius_m?: number; // 0.0
    readonly zones?: readonly string[]; // empty
    readonly opened_us: number;
    readonly changed_us: number;
    readonly closed_us?: number | null; // null
    readonly simulated?: boolean; // false
    readonly exercise?: boolean; // false
}

/** This alert belongs to that incident; None: to none of them, it is one by itself. */
export interface JoinIncident {
    readonly kind: "join_incident";
    readonly alert: string;
    readonly incident?: string | null; // null
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
    readonly closed?: readonly AlertView[]; // empty
    readonly closed_gone?: readonly string[]; // empty
    readonly incidents?: readonly IncidentView[]; // empty
    readonly incidents_gone?: readonly string[]; // empty
    readonly runs?: readonly RunView[]; // empty
    readonly runs_gone?: readonly string[]; // empty
    readonly tasks?: readonly TaskView[]; // empty
    readonly tasks_gone?: readonly string[]; // empty
    readonly teams?: readonly TeamView[]; // empty
    readonly postures?: readonly PostureView[]; // empty
    readonly services?: readonly ServiceView[]; // empty
    readonly services_gone?: readonly string[]; // empty
    readonly notices?: readonly NoticeView[]; // empty
    readonly load?: LoadView | null; // null
    readonly site?: SiteView | null; // null
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
    readonly closed?: readonly AlertView[]; // empty
    readonly incidents?: readonly IncidentView[]; // empty
    readonly runs?: readonly RunView[]; // empty
    readonly tasks?: readonly TaskView[]; // empty
    readonly teams?: readonly TeamView[]; // empty
    readonly postures?: readonly PostureView[]; // empty
    readonly services?: readonly ServiceView[]; // empty
    readonly notices?: readonly NoticeView[]; // empty
    readonly load?: LoadView | null; // null
    readonly cues?: readonly CueView[]; // empty
    readonly refusals?: readonly RefusalView[]; // empty
    readonly crowd?: CrowdView | null; // null
    readonly coverage?: CoverageView | null; // null
    readonly tracks?: readonly TrackRow[]; // empty
}

/** The alert list of some hours in figures. */
export interface KpiView {
    readonly start_us: number;
    readonly end_us: number;
    readonly operators: number;
    readonly raised?: number; // 0
    readonly alerts?: number; // 0
    readonly closed?: number; // 0
    readonly simulated?: number; // 0
    readonly measures?: readonly Measure[]; // empty
    readonly load?: readonly LoadSpan[]; // empty
    readonly priorities?: readonly PriorityShare[]; // empty
    readonly top?: readonly SourceShare[]; // empty
    readonly floods?: readonly FloodSpan[]; // empty
    readonly acknowledged?: AcknowledgeTimes; // empty
    readonly outcomes?: readonly OutcomeCount[]; // empty
    readonly complete?: boolean; // true
}

/** What a sensor claims a thing is. Never who. */
export type Label = "unknown" | "person" | "bicycle" | "vehicle" | "drone" | "bag" | "animal";

/** Ten minutes of the alert list. */
export interface LoadSpan {
    readonly start_us: number;
    readonly raised?: number; // 0
}

/** The load of the alert list on each operator (ISA-18.2, EEMUA 191). */
export interface LoadView {
    readonly raised_10_min?: number; // 0
    readonly raised_hour?: number; // 0
    readonly standing?: number; // 0
    readonly stale?: number; // 0
    readonly chattering?: number; // 0
    readonly shelved?: number; // 0
    readonly suppressed?: number; // 0
    readonly out_of_service?: number; // 0
    readonly flood_since_us?: number | null; // null
    readonly flood_raised?: number; // 0
    readonly operators?: number; // 1
}

/** Where it is, in every way that somebody may ask for. */
export interface Location {
    readonly site: string;
    readonly zones?: readonly string[]; // empty
    readonly lat_deg: number;
    readonly lon_deg: number;
    readonly exact: boolean;
    readonly radius_m?: number; // 0.0
    readonly grid?: EastNorth | null; // null
    readonly near?: readonly string[]; // empty
}

/** A line in the log of the shift. */
export interface LogEntry {
    readonly kind: "log_entry";
    readonly text: string;
    readonly alert?: string | null; // null
}

/** A line of the shift's log. */
export interface LogLine {
    readonly at_us: number;
    readonly by: string;
    readonly text: string;
    readonly alert?: string | null; // null
}

/** One sensor whose field of view holds a place, and whether it would find somebody there. */
export interface LookView {
    readonly sensor: string;
    readonly probability: number;
    readonly watching: boolean;
    readonly looked_us?: number | null; // null
    readonly note?: string | null; // null
}

/** One figure of the alert list, beside what ISA-18.2 and EEMUA 191 ask. */
export interface Measure {
    readonly id: string;
    readonly name: string;
    readonly value?: number | null; // null
    readonly unit: string;
    readonly target: string;
    readonly met?: boolean | null; // null
    readonly note?: string | null; // null
}

/** These two tracks are one thing; it keeps the first number. */
export interface MergeTracks {
    readonly kind: "merge_tracks";
    readonly track: number;
    readonly other: number;
}

/** A message that an alert rests on. */
export interface MessageView {
    readonly id: string;
    readonly sent_us: number;
    readonly topic?: string | null; // null
    readonly payload?: string | null; // null
}

/** A M/ETHANE report (JESIP) as far as the hub can write it. A person completes and sends it. */
export interface MethaneView {
    readonly id: string;
    readonly title: string;
    readonly at_us: number;
    readonly major_incident: string;
    readonly location: Location;
    readonly type: readonly string[];
    readonly hazards: readonly string[];
    readonly access: readonly Way[];
    readonly access_notes?: readonly string[]; // empty
    readonly casualties: readonly string[];
    readonly persons_near?: number; // 0
    readonly persons_within_m?: number; // 0.0
    readonly services_present?: readonly string[]; // empty
    readonly services_required?: readonly string[]; // empty
    readonly simulated?: boolean; // false
    readonly exercise?: boolean; // false
    readonly text: string;
}

/** A sensor that should have seen or heard it, and gave nothing. */
export interface Missed {
    readonly sensor: string;
    readonly name: string;
    readonly probability?: number | null; // null
    readonly watching: boolean;
    readonly looked_us?: number | null; // null
    readonly note?: string | null; // null
}

/** Something that one role must be told now: an alert nobody took, a step that was skipped. */
export interface NoticeView {
    readonly id: string;
    readonly at_us: number;
    readonly role: string;
    readonly text: string;
    readonly alert?: string | null; // null
    readonly run?: string | null; // null
}

/** Command an actuator by hand. It waits for a `Confirm` unless it only informs or warns. */
export interface Order {
    readonly kind: "order";
    readonly actuator: string;
    readonly action: ActuatorAction;
    readonly parameters?: Parameters; // empty
    readonly reason: string;
    readonly alert?: string | null; // null
    readonly exercise?: boolean; // false
}

/** How many closed alerts turned out to be this; None: nobody has said. */
export interface OutcomeCount {
    readonly outcome?: AlertOutcome | null; // null
    readonly count: number;
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

/** One part of the plan that a draft adds, removes or changes. */
export interface PlanChange {
    readonly section: string;
    readonly id: string;
    readonly change: string;
}

/** What became of a draft. */
export interface PlanDraft {
    readonly text: string;
    readonly problem?: PlanProblem | null; // null
    readonly changes?: readonly PlanChange[]; // empty
}

/** Why a draft cannot be used. */
export interface PlanProblem {
    readonly what: string;
    readonly fix: string;
    readonly line?: number; // 0
}

/** One version of the plan that was in force. */
export interface PlanVersion {
    readonly version: number;
    readonly at_us: number;
    readonly by: string;
    readonly reason: string;
    readonly plan_hash: string;
}

/** The plan that is in force. */
export interface PlanView {
    readonly version: number;
    readonly text: string;
    readonly versions: readonly PlanVersion[];
    readonly may_apply: boolean;
    readonly recording?: string | null; // null
}

/** What a playbook is for (ProtectUK and NFCC: evacuate, invacuate, lockdown, communicate). */
export type PlaybookKind = "evacuate" | "invacuate" | "lockdown" | "communicate" | "other";

/** A playbook of the plan that people may begin. */
export interface PlaybookView {
    readonly id: string;
    readonly name: string;
    readonly kind: PlaybookKind;
    readonly steps: readonly string[];
    readonly rules?: readonly string[]; // empty
}

/** The site's declared state. */
export type Posture = "normal" | "raised" | "incident" | "evacuating" | "exercise";

/** The declared state of the site, or of one zone. */
export interface PostureView {
    readonly id: string;
    readonly posture: Posture;
    readonly since_us: number;
    readonly by: string;
    readonly reason: string;
}

/** How soon an operator must act, most urgent last. */
export type Priority = "low" | "medium" | "high" | "critical";

/** How many of the alerts raised had a priority. */
export interface PriorityShare {
    readonly priority: Priority;
    readonly raised: number;
    readonly share: number;
    readonly target: number;
}

/** How far a task is, said by the field team. */
export type ReceiptStatus = "DEVICE_RECEIPT" | "READ" | "ACCEPTED" | "DECLINED" | "ON_SCENE" | "DONE";

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

/** The work on a rule or a device is done. */
export interface ReturnToService {
    readonly kind: "return_to_service";
    readonly target: string;
}

/** What a person may see and do. */
export type Role = "wall" | "field" | "operator" | "supervisor" | "planner" | "auditor" | "admin";

/** Where a playbook that was begun is. */
export type RunState = "running" | "completed" | "stopped";

/** One step of a running playbook. */
export interface RunStepView {
    readonly step: string;
    readonly text: string;
    readonly kind: string;
    readonly needs: string;
    readonly state: StepState;
    readonly due_us?: number | null; // null
    readonly late?: boolean; // false
    readonly changed_us?: number | null; // null
    readonly by?: string | null; // null
    readonly note?: string | null; // null
    readonly command?: string | null; // null
    readonly tasks?: readonly string[]; // empty
}

/** A playbook that was begun. */
export interface RunView {
    readonly id: string;
    readonly playbook: string;
    readonly name: string;
    readonly kind: PlaybookKind;
    readonly state: RunState;
    readonly alert?: string | null; // null
    readonly started_by: string;
    readonly started_us: number;
    readonly ended_us?: number | null; // null
    readonly reason: string;
    readonly steps: readonly RunStepView[];
    readonly simulated?: boolean; // false
    readonly exercise?: boolean; // false
}

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

/** A rule or a device that is out of service. */
export interface ServiceView {
    readonly id: string;
    readonly by: string;
    readonly since_us: number;
    readonly until_us: number;
    readonly reason: string;
    readonly hidden_count?: number; // 0
}

/** The site, or one zone, takes a posture. */
export interface SetPosture {
    readonly kind: "set_posture";
    readonly posture: Posture;
    readonly zone?: string | null; // null
    readonly reason: string;
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
    readonly playbooks?: readonly PlaybookView[]; // empty
    readonly rules?: readonly string[]; // empty
    readonly plan?: string; // ""
}

/** Leave a step out. The supervisor is told. */
export interface SkipStep {
    readonly kind: "skip_step";
    readonly run: string;
    readonly step: string;
    readonly reason: string;
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
    readonly closed?: readonly AlertView[]; // empty
    readonly incidents?: readonly IncidentView[]; // empty
    readonly runs?: readonly RunView[]; // empty
    readonly tasks?: readonly TaskView[]; // empty
    readonly teams?: readonly TeamView[]; // empty
    readonly postures?: readonly PostureView[]; // empty
    readonly services?: readonly ServiceView[]; // empty
    readonly notices?: readonly NoticeView[]; // empty
    readonly load?: LoadView | null; // null
    readonly cues?: readonly CueView[]; // empty
    readonly refusals?: readonly RefusalView[]; // empty
    readonly crowd?: CrowdView | null; // null
    readonly coverage?: CoverageView | null; // null
    readonly tracks: TrackColumns;
}

/** How many alerts came from one rule in one zone. */
export interface SourceShare {
    readonly rule: string;
    readonly zone?: string | null; // null
    readonly raised: number;
    readonly share: number;
}

/** This track is more than one thing: what was merged into it stands by itself again. */
export interface SplitTrack {
    readonly kind: "split_track";
    readonly track: number;
}

/** Begin a playbook by hand. */
export interface StartPlaybook {
    readonly kind: "start_playbook";
    readonly playbook: string;
    readonly alert?: string | null; // null
    readonly reason: string;
    readonly exercise?: boolean; // false
}

/** Where a step of a running playbook is. */
export type StepState = "waiting" | "due" | "running" | "done" | "skipped" | "failed";

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

/** End a running playbook: what it has not begun is left undone. */
export interface StopPlaybook {
    readonly kind: "stop_playbook";
    readonly run: string;
    readonly reason: string;
}

/** A rule or a device is worked on: until then its alerts are listed apart and ask nobody. */
export interface TakeOutOfService {
    readonly kind: "take_out_of_service";
    readonly target: string;
    readonly duration_s: number;
    readonly reason: string;
}

/** Where a field task is. From DEVICE_RECEIPT on it is what the team's `Receipt` says. */
export type TaskState = "waiting" | "sent" | "device_receipt" | "read" | "accepted" | "on_scene" | "done" | "unanswered" | "cancelled";

/** A task for a field team. */
export interface TaskView {
    readonly id: string;
    readonly number: number;
    readonly text: string;
    readonly state: TaskState;
    readonly team?: string | null; // null
    readonly channel?: Channel; // "app"
    readonly tried?: readonly string[]; // empty
    readonly alert?: string | null; // null
    readonly at?: EastNorth | null; // null
    readonly distance_m?: number | null; // null
    readonly asked_by: string;
    readonly created_us: number;
    readonly changed_us: number;
    readonly answer_due_us?: number | null; // null
    readonly note?: string | null; // null
    readonly simulated?: boolean; // false
    readonly exercise?: boolean; // false
}

/** A field team and where it is. */
export interface TeamView {
    readonly id: string;
    readonly name: string;
    readonly skills?: readonly string[]; // empty
    readonly call_sign?: string | null; // null
    readonly at?: EastNorth | null; // null
    readonly last_us?: number | null; // null
    readonly state?: HealthState | null; // null
    readonly silent?: boolean; // false
    readonly task?: string | null; // null
    readonly simulated?: boolean; // false
    readonly exercise?: boolean; // false
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

/** A track as it stood when the alert that names it was raised. */
export interface TrackWitness {
    readonly number: number;
    readonly label: Label;
    readonly label_confidence?: number; // 0.0
    readonly at: EastNorth;
    readonly sigma_m: number;
    readonly speed_mps: number;
    readonly existence: number;
    readonly born_us: number;
    readonly updated_us: number;
}

/** An alert that a plan raises on a recording. */
export interface TrialAlert {
    readonly rule: string;
    readonly summary: string;
    readonly priority: Priority;
    readonly raised_us: number;
    readonly count: number;
    readonly open_s: number;
}

/** A recording under the plan in force and under a draft. */
export interface TrialView {
    readonly recording: string;
    readonly seconds: number;
    readonly before: readonly TrialAlert[];
    readonly after: readonly TrialAlert[];
    readonly before_count: number;
    readonly after_count: number;
    readonly whole?: boolean; // true
}

/** Bring this alert back now. */
export interface Unshelve {
    readonly kind: "unshelve";
    readonly alert: string;
}

/** A way in, and whether it is open as far as the hub knows. */
export interface Way {
    readonly name: string;
    readonly status: string;
    readonly lat_deg: number;
    readonly lon_deg: number;
    readonly distance_m: number;
    readonly direction: string;
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
export type Ask = Acknowledge | Shelve | Unshelve | Clear | Assess | TakeOutOfService | ReturnToService | AcknowledgeIncident | JoinIncident | SetPosture | StartPlaybook | StopPlaybook | DoStep | SkipStep | CreateTask | CancelTask | AnswerTask | LogEntry | HandOver | Confirm | Cancel | Order | Relabel | MergeTracks | SplitTrack | DropTrack | FreezeCalibration | ResetCalibration;
