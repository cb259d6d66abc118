import { describe, expect, test } from "vitest";

import type { StepState, TaskState } from "../contract";
import { aDelta, aRun, aRunView, aSite, aSnapshot, aStep, aStepView, aTask, aTaskView, aTeam, aTeamView, anAlert, anAlertView, anIncident, anIncidentView } from "../testing/builders";
import { alertsOf, compareIncidents, joinable, leadOf } from "./incidents";
import { noticesFor } from "./notices";
import { OUTCOMES, unassessedOf } from "./outcomes";
import { type Picture, apply } from "./picture";
import { declaredOf, isExercise, sitePosture, zonePosture, zonesApart } from "./postures";
import { canDo, canSkip, canStop, nextStep, progressOf, runsByHand, runsOfAlert, runsOfIncident, timerOf } from "./runs";
import { canReturn, canTakeOut, servicesOf } from "./services";
import { afterAnswer, answerDue, answersTo, canAnswer, canCancelTask, compareTasks, compareTeams, isFresh, tasksOf, teamSign } from "./tasks";
import { completeNotice, completeService } from "./work";

function pictured(changes = {}): Picture {
    return apply(null, aSnapshot(changes)) as Picture;
}

function advanced(picture: Picture, changes = {}): Picture {
    return apply(picture, aDelta({ number: picture.number + 1, ...changes })) as Picture;
}

describe("the picture holds the work", () => {
    const whole = {
        closed: [anAlertView({ id: "C", state: "closed" as const })],
        incidents: [anIncidentView()],
        runs: [aRunView()],
        tasks: [aTaskView()],
        teams: [aTeamView()],
        postures: [{ id: "site", posture: "raised" as const, since_us: 1, by: "olga", reason: "crowd" }],
        services: [{ id: "cam-01", by: "olga", since_us: 0, until_us: 9, reason: "lens" }],
        notices: [{ id: "N1", at_us: 1, role: "operator", text: "nobody took it" }],
        load: { raised_10_min: 3 },
    };

    test("a snapshot brings all of it, complete", () => {
        const picture = pictured(whole);

        expect(picture.closed.get("C")).toMatchObject({ outcome: null });
        expect(picture.incidents.get("I1")).toMatchObject({ zones: [], why: [] });
        expect(picture.runs.get("R1")?.steps[0]).toMatchObject({ late: false, tasks: [] });
        expect(picture.tasks.get("T1")).toMatchObject({ channel: "app", tried: [] });
        expect(picture.teams.get("blue")).toMatchObject({ silent: false });
        expect(picture.services.get("cam-01")).toMatchObject({ hidden_count: 0 });
        expect(picture.notices.get("N1")).toMatchObject({ alert: null });
        expect(picture.load).toMatchObject({ raised_10_min: 3, flood_since_us: null, operators: 1 });
    });

    test("a delta without any of it changes none of it", () => {
        const before = pictured(whole);
        const { closed, incidents, runs, tasks, teams, postures, services, notices, load, site } = before;

        expect(advanced(before)).toMatchObject({ closed, incidents, runs, tasks, teams, postures, services, notices, load, site });
        expect(advanced(before).runs).toBe(runs);
    });

    test("a delta takes away what is gone, and puts what is new", () => {
        const after = advanced(pictured(whole), {
            closed_gone: ["C"],
            incidents_gone: ["I1"],
            runs_gone: ["R1"],
            tasks_gone: ["T1"],
            services_gone: ["cam-01"],
            teams: [aTeamView({ id: "red" })],
            notices: [{ id: "N2", at_us: 2, role: "operator", text: "late" }],
            load: { flood_since_us: 5 },
            site: aSite({ playbooks: [{ id: "out", name: "Out", kind: "evacuate", steps: ["go"] }], rules: ["r1"], plan: "p2" }),
        });

        expect([after.closed, after.incidents, after.runs, after.tasks, after.services].map(({ size }) => size)).toEqual([0, 0, 0, 0, 0]);
        expect(after.teams.size).toBe(2);
        expect([...after.notices.keys()]).toEqual(["N1", "N2"]);
        expect(after.load.flood_since_us).toBe(5);
        expect(after.site).toMatchObject({ plan: "p2", rules: ["r1"], playbooks: [{ rules: [] }] });
    });
});

describe("postures", () => {
    const site = aSite({
        zones: [
            { id: "stage", name: "Stage", purpose: "stage", polygon: [] },
            { id: "gate", name: "Gate", purpose: "gate", polygon: [] },
        ],
    });
    const declared = (id: string, posture: "normal" | "evacuating" | "exercise" | "raised") => ({ id, posture, since_us: 1, by: "olga", reason: "smoke" });

    test("the site's declared posture counts; until one is declared, the hub's word", () => {
        const picture = pictured({ site, hub: { posture: "raised" } });
        expect(sitePosture(picture)).toBe("raised");
        expect(declaredOf(picture)).toBeNull();

        const later = advanced(picture, { postures: [declared("site", "evacuating")] });
        expect(sitePosture(later)).toBe("evacuating");
        expect(declaredOf(later)?.by).toBe("olga");
    });

    test("a zone has its own posture, or the site's; only what stands apart is named", () => {
        const picture = pictured({ site, postures: [declared("stage", "evacuating"), declared("gate", "normal")] });

        expect(zonePosture(picture, "stage")).toBe("evacuating");
        expect(zonePosture(picture, "elsewhere")).toBe("normal");
        expect(zonesApart(picture).map(({ name }) => name)).toEqual(["Stage"]);
        expect(zonesApart(advanced(picture, { postures: [declared("site", "evacuating")] }))).toEqual([]);
    });

    test("a zone that is normal again has the site's, and a drill in one hides nothing meant for the site", () => {
        const zones = [declared("stage", "exercise"), declared("gate", "normal")];
        const picture = pictured({ site, postures: [...zones, declared("site", "evacuating")] });

        expect([zonePosture(picture, "stage"), zonePosture(picture, "gate")]).toEqual(["evacuating", "evacuating"]);
        expect(zonesApart(picture)).toEqual([]);
        expect(zonePosture(pictured({ site, postures: zones }), "stage")).toBe("exercise");
    });

    test("a drill is one by posture or by what the hub says of its messages", () => {
        expect(isExercise(pictured({ postures: [declared("site", "exercise")] }))).toBe(true);
        expect(isExercise(pictured({ hub: { exercise: true } }))).toBe(true);
        expect(isExercise(pictured())).toBe(false);
    });
});

describe("runs", () => {
    const STATES: readonly StepState[] = ["waiting", "due", "running", "done", "skipped", "failed"];

    test("running ones come first, then the latest", () => {
        const runs = [
            aRun({ id: "old", alert: "A", started_us: 1 }),
            aRun({ id: "over", alert: "A", started_us: 9, state: "completed" }),
            aRun({ id: "new", alert: "A", started_us: 5 }),
            aRun({ id: "other", alert: "B" }),
            aRun({ id: "by hand", alert: null }),
        ];

        expect(runsOfAlert(runs, "A").map(({ id }) => id)).toEqual(["new", "old", "over"]);
        expect(runsOfIncident(runs, ["A", "B"]).map(({ id }) => id)).toEqual(["new", "old", "other", "over"]);
        expect(runsByHand(runs).map(({ id }) => id)).toEqual(["by hand"]);
    });

    test("a step is begun once, ticked off by hand, and skipped while it is not over", () => {
        const may = (kind: string) => STATES.filter((state) => canDo(aRun(), aStep({ kind, state }), "operator"));

        expect(may("command")).toEqual(["waiting", "due", "failed"]);
        expect(may("manual")).toEqual(["waiting", "due", "running", "failed"]);
        expect(STATES.filter((state) => canSkip(aRun(), aStep({ state }), "operator"))).toEqual(["waiting", "due", "running", "failed"]);
    });

    test("nothing is done in a run that is over, or by who only looks", () => {
        const stopped = aRun({ state: "stopped" });

        expect([canDo(stopped, aStep(), "operator"), canSkip(stopped, aStep(), "operator"), canStop(stopped, "operator")]).toEqual([false, false, false]);
        expect([canDo(aRun(), aStep(), "wall"), canSkip(aRun(), aStep(), "wall"), canStop(aRun(), "wall")]).toEqual([false, false, false]);
        expect(canStop(aRun(), "supervisor")).toBe(true);
    });

    test("a timer counts to when a step is due, and from there when it is late", () => {
        expect(timerOf(aStep({ due_us: 10 }), 4)).toEqual({ kind: "in", length_us: 6 });
        expect(timerOf(aStep({ due_us: 10 }), 12)).toBeNull();
        expect(timerOf(aStep({ due_us: 10, late: true }), 12)).toEqual({ kind: "late", length_us: 2 });
        expect(timerOf(aStep({ due_us: 10, late: true, state: "done" }), 12)).toBeNull();
        expect(timerOf(aStep({ due_us: 10, state: "failed" }), 4)).toBeNull();
        expect(timerOf(aStep(), 4)).toBeNull();
    });

    test("progress counts what is over, and the next step is the one that waits for a person", () => {
        const run = aRun({
            steps: [aStepView({ state: "done" }), aStepView({ state: "skipped" }), aStepView({ step: "next", state: "due" })],
        });

        expect(progressOf(run)).toEqual({ over: 2, all: 3 });
        expect(nextStep(run)?.step).toBe("next");
        expect(nextStep(aRun({ steps: [] }))).toBeNull();
    });
});

describe("tasks and teams", () => {
    const STATES: readonly TaskState[] = ["waiting", "sent", "device_receipt", "read", "accepted", "on_scene", "done", "unanswered", "cancelled"];

    test("what nobody takes stands on top, what is over at the end", () => {
        const tasks = [aTask({ id: "over", state: "done" }), aTask({ id: "on", state: "accepted" }), aTask({ id: "stranded", state: "unanswered" }), aTask({ id: "later", state: "sent", created_us: 5 })];

        expect([...tasks].sort(compareTasks).map(({ id }) => id)).toEqual(["stranded", "later", "on", "over"]);
        expect(tasksOf(tasks, ({ id }) => id === "on")).toHaveLength(1);
    });

    test("a team accepts, arrives, is done, or declines; what is over takes no answer", () => {
        expect(answersTo(aTask({ state: "sent" }))).toEqual(["ACCEPTED", "DECLINED"]);
        expect(answersTo(aTask({ state: "accepted" }))).toEqual(["ON_SCENE", "DONE", "DECLINED"]);
        expect(answersTo(aTask({ state: "on_scene" }))).toEqual(["DONE"]);
        expect(answersTo(aTask({ state: "unanswered", team: null }))).toEqual([]);
        expect(STATES.filter((state) => answersTo(aTask({ state })).length === 0)).toEqual(["waiting", "done", "cancelled"]);
        expect(canAnswer(aTask(), "field")).toBe(true);
        expect(canAnswer(aTask(), "wall")).toBe(false);
    });

    test("an answer moves a task on, never back, and declining leaves it to the hub", () => {
        expect(afterAnswer(aTask(), "ACCEPTED").state).toBe("accepted");
        expect(afterAnswer(aTask({ state: "on_scene" }), "ACCEPTED").state).toBe("on_scene");
        expect(afterAnswer(aTask(), "DECLINED").state).toBe("sent");
    });

    test("only the control room calls a task back, and only while it lasts", () => {
        expect(STATES.filter((state) => !canCancelTask(aTask({ state }), "operator"))).toEqual(["done", "cancelled"]);
        expect(canCancelTask(aTask(), "field")).toBe(false);
    });

    test("an answer is awaited until somebody has taken it", () => {
        expect(answerDue(aTask({ answer_due_us: 7 }))).toBe(7);
        expect(answerDue(aTask({ answer_due_us: 7, state: "accepted" }))).toBeNull();
    });

    test("a place is fresh for half a minute, and never of a silent team", () => {
        expect(isFresh(aTeam({ last_us: 0 }), 30_000_000)).toBe(true);
        expect(isFresh(aTeam({ last_us: 0 }), 30_000_001)).toBe(false);
        expect(isFresh(aTeam({ last_us: 0, silent: true }), 0)).toBe(false);
        expect(isFresh(aTeam(), 0)).toBe(false);
    });

    test("free teams stand on top, silent ones at the end; a team goes by its call sign", () => {
        const teams = [aTeam({ id: "silent", name: "A", silent: true }), aTeam({ id: "busy", name: "B", task: "T" }), aTeam({ id: "free", name: "C" })];

        expect([...teams].sort(compareTeams).map(({ id }) => id)).toEqual(["free", "busy", "silent"]);
        expect(teamSign(aTeam())).toBe("Blue team");
        expect(teamSign(aTeam({ call_sign: "B1" }))).toBe("B1");
    });
});

test("an incident's alerts come gravest first, hidden ones last, unknown ones not", () => {
    const alerts = new Map([anAlert({ id: "low", priority: "low" }), anAlert({ id: "hid", priority: "critical", state: "suppressed" }), anAlert({ id: "high" })].map((one) => [one.id, one]));
    const incident = anIncident({ alerts: ["low", "hid", "gone", "high"] });

    expect(alertsOf(incident, alerts).map(({ id }) => id)).toEqual(["high", "low", "hid"]);
    expect(leadOf(incident, alerts)?.id).toBe("high");
    expect(leadOf(anIncident(), alerts)).toBeNull();
});

test("an alert may join what is open and of its own world", () => {
    const all = [anIncident({ id: "mine" }), anIncident({ id: "closed", closed_us: 1 }), anIncident({ id: "sim", simulated: true }), anIncident({ id: "older", opened_us: 1 }), anIncident({ id: "newer", opened_us: 2 })];

    expect(joinable(all, anAlert({ incident: "mine" })).map(({ id }) => id)).toEqual(["newer", "older"]);
    expect([...all].sort(compareIncidents).at(-1)?.id).toBe("closed");
});

test("a notice is for its role, and for who leads it, until it was looked at", () => {
    const notice = (id: string, role: string, at_us: number) => completeNotice({ id, role, at_us, text: "late" });
    const all = [notice("1", "operator", 1), notice("2", "supervisor", 2)];

    expect(noticesFor(all, "operator", new Set()).map(({ id }) => id)).toEqual(["1"]);
    expect(noticesFor(all, "supervisor", new Set()).map(({ id }) => id)).toEqual(["2", "1"]);
    expect(noticesFor(all, "supervisor", new Set(["2"]))).toHaveLength(1);
});

test("what closed by itself is asked about until somebody says, the latest first", () => {
    const closed = [anAlert({ id: "old", closed_us: 1 }), anAlert({ id: "new", closed_us: 5 }), anAlert({ id: "said", outcome: "true" })];

    expect(unassessedOf(closed).map(({ id }) => id)).toEqual(["new", "old"]);
    expect(new Set(OUTCOMES).size).toBe(6);
});

test("only a supervisor takes something out of service; an operator may bring it back", () => {
    const service = (id: string, until_us: number) => completeService({ id, by: "s", since_us: 0, until_us, reason: "lens" });

    expect([canTakeOut("operator"), canTakeOut("supervisor"), canReturn("operator"), canReturn("wall")]).toEqual([false, true, true, false]);
    expect(servicesOf([service("b", 9), service("a", 9), service("c", 1)]).map(({ id }) => id)).toEqual(["c", "a", "b"]);
});
