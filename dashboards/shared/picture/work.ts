/** The work of a control room with its defaults put back: incidents, playbooks, tasks, teams, load. */
import type {
    IncidentView,
    LoadView,
    NoticeView,
    PlaybookView,
    PostureView,
    RunStepView,
    RunView,
    ServiceView,
    TaskView,
    TeamView,
} from "../contract";

export type Incident = Required<IncidentView>;
export type RunStep = Required<RunStepView>;
export type Run = Required<Omit<RunView, "steps">> & { steps: readonly RunStep[] };
export type Playbook = Required<PlaybookView>;
export type Task = Required<TaskView>;
export type Team = Required<TeamView>;
export type Declared = Required<PostureView>;
export type Service = Required<ServiceView>;
export type Notice = Required<NoticeView>;
export type Load = Required<LoadView>;

export function completeIncident(view: IncidentView): Incident {
    return {
        at: null,
        radius_m: 0,
        zones: [],
        why: [],
        closed_us: null,
        simulated: false,
        exercise: false,
        ...view,
    };
}

function completeRunStep(view: RunStepView): RunStep {
    return {
        due_us: null,
        late: false,
        changed_us: null,
        by: null,
        note: null,
        command: null,
        tasks: [],
        ...view,
    };
}

export function completeRun(view: RunView): Run {
    return {
        alert: null,
        ended_us: null,
        simulated: false,
        exercise: false,
        ...view,
        steps: view.steps.map(completeRunStep),
    };
}

export function completePlaybook(view: PlaybookView): Playbook {
    return { rules: [], ...view };
}

export function completeTask(view: TaskView): Task {
    return {
        team: null,
        channel: "app",
        tried: [],
        alert: null,
        at: null,
        distance_m: null,
        answer_due_us: null,
        note: null,
        simulated: false,
        exercise: false,
        ...view,
    };
}

export function completeTeam(view: TeamView): Team {
    return {
        skills: [],
        call_sign: null,
        at: null,
        last_us: null,
        state: null,
        silent: false,
        task: null,
        simulated: false,
        exercise: false,
        ...view,
    };
}

export function completeService(view: ServiceView): Service {
    return { hidden_count: 0, ...view };
}

export function completeNotice(view: NoticeView): Notice {
    return { alert: null, run: null, ...view };
}

export function completeLoad(view: LoadView): Load {
    return {
        raised_10_min: 0,
        raised_hour: 0,
        standing: 0,
        stale: 0,
        chattering: 0,
        shelved: 0,
        suppressed: 0,
        out_of_service: 0,
        flood_since_us: null,
        flood_raised: 0,
        operators: 1,
        ...view,
    };
}
