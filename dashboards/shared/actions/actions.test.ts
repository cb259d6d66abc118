import { describe, expect, test, vi } from "vitest";

import type { AlertView } from "../contract";
import { apply } from "../picture/picture";
import type { Picture } from "../picture/picture";
import { aCoverageView, aSnapshot, anAlert, anAlertView, anIncident, anIncidentView } from "../testing/builders";
import type { Row } from "../picture/queue";
import type { Hand } from "./action";
import { ACTIONS, press } from "./registry";

function aRow(id: string): Row {
    return { kind: "alert", key: id, alert: anAlert({ id }), isInside: false };
}

function aHand(changes: Partial<Hand> = {}) {
    return {
        picture: apply(null, aSnapshot()) as Picture,
        rows: [aRow("A"), aRow("B")],
        alert: null,
        incident: null,
        fold: vi.fn(),
        selection: null,
        dialog: null,
        isFollowing: false,
        merging: null,
        hasTrack: () => true,
        merge: vi.fn(),
        toggle: vi.fn(),
        placeOf: () => ({ east_m: 1, north_m: 2 }),
        select: vi.fn(),
        open: vi.fn(),
        goTo: vi.fn(),
        follow: vi.fn(),
        silence: vi.fn(),
        ask: vi.fn(),
        tell: vi.fn(),
        ...changes,
    };
}

function holding(changes: Partial<AlertView> = {}) {
    const alert = anAlert({ id: "A", ...changes });
    return aHand({ alert, selection: { kind: "alert", id: "A" } });
}

test("every action has a key of its own", () => {
    const keys = ACTIONS.map((action) => action.key);

    expect(new Set(keys).size).toBe(keys.length);
});

test("J and K go through the queue, and the map only helps", () => {
    const hand = aHand();

    expect(press("j", hand)).toBe(true);

    expect(hand.select).toHaveBeenCalledWith({ kind: "alert", id: "A" });
    expect(hand.goTo).toHaveBeenCalledWith({ east_m: 1, north_m: 2 }, true);

    const second = aHand({ alert: anAlert({ id: "B" }) });
    press("K", second);

    expect(second.select).toHaveBeenCalledWith({ kind: "alert", id: "A" });
});

test("an empty queue has no next alert", () => {
    expect(press("j", aHand({ rows: [] }))).toBe(false);
});

test("A acknowledges what is selected and nobody has", () => {
    const hand = holding();

    press("a", hand);

    expect(hand.ask).toHaveBeenCalledWith({ kind: "acknowledge", alert: "A" });
    expect(press("a", holding({ state: "acknowledged" }))).toBe(false);
    expect(press("a", aHand())).toBe(false);
});

test("H asks for time and reason, and says why a grave alert stays", () => {
    const hand = holding({ priority: "medium" });
    press("h", hand);
    expect(hand.open).toHaveBeenCalledWith({ kind: "shelve", alert: "A" });

    const critical = holding({ priority: "high" });
    expect(press("h", critical)).toBe(false);
    expect(critical.open).not.toHaveBeenCalled();
    expect(critical.tell).toHaveBeenCalledWith("shelve.grave");
});

test("U brings back, C asks for a note", () => {
    const shelved = holding({ state: "shelved" });
    press("u", shelved);
    expect(shelved.ask).toHaveBeenCalledWith({ kind: "unshelve", alert: "A" });

    const taken = holding({ state: "acknowledged" });
    press("c", taken);
    expect(taken.open).toHaveBeenCalledWith({ kind: "clear", alert: "A" });
});

test("M centres, F follows, and neither without a place", () => {
    const hand = holding();
    press("m", hand);
    press("f", hand);
    expect(hand.goTo).toHaveBeenCalledWith({ east_m: 1, north_m: 2 });
    expect(hand.follow).toHaveBeenCalledWith(true);

    const nowhere = { ...holding(), placeOf: () => null };
    expect(press("m", nowhere)).toBe(false);
    expect(press("f", nowhere)).toBe(false);
});

test("S silences and acknowledges nothing", () => {
    const hand = holding();

    press("s", hand);

    expect(hand.silence).toHaveBeenCalled();
    expect(hand.ask).not.toHaveBeenCalled();
});

describe("behind a dialog", () => {
    test("only closing it works", () => {
        const hand = { ...holding(), dialog: { kind: "keys" } as const };

        expect(press("a", hand)).toBe(false);
        expect(press("Escape", hand)).toBe(true);
        expect(hand.ask).not.toHaveBeenCalled();
        expect(hand.open).toHaveBeenCalledWith(null);
    });

    test("Escape puts the selection down when no dialog is open, and ? opens the keys", () => {
        const hand = holding();
        press("Escape", hand);
        press("?", hand);

        expect(hand.select).toHaveBeenCalledWith(null);
        expect(hand.open).toHaveBeenCalledWith({ kind: "keys" });

        const reading = { ...holding(), dialog: { kind: "keys" } as const };
        press("?", reading);
        expect(reading.open).toHaveBeenCalledWith(null);
    });
});

describe("on a selected track", () => {
    const onTrack = (changes: Partial<Hand> = {}) =>
        aHand({ selection: { kind: "track", number: 7 }, ...changes });

    test("L, X and D ask before they change anything", () => {
        const hand = onTrack();

        for (const key of ["l", "x", "d"]) press(key, hand);

        expect(hand.ask).not.toHaveBeenCalled();
        expect(vi.mocked(hand.open).mock.calls).toEqual([
            [{ kind: "relabel", track: 7 }],
            [{ kind: "split", track: 7 }],
            [{ kind: "drop", track: 7 }],
        ]);
    });

    test("W waits for the other half of a merge, and W again waits no longer", () => {
        const hand = onTrack();
        press("w", hand);
        expect(hand.merge).toHaveBeenCalledWith(7);

        const waiting = onTrack({ merging: 7 });
        press("w", waiting);
        expect(waiting.merge).toHaveBeenCalledWith(null);
    });

    test("who may not decide about alerts corrects no track, and an ended one is past correcting", () => {
        const watching = onTrack({ picture: apply(null, aSnapshot({ role: "field" })) as Picture });

        for (const key of ["l", "w", "x", "d"]) {
            expect(press(key, watching)).toBe(false);
            expect(press(key, onTrack({ hasTrack: () => false }))).toBe(false);
            expect(press(key, aHand())).toBe(false);
        }
    });

    test("Escape ends a merge that waits before it puts the track down", () => {
        const waiting = onTrack({ merging: 7 });

        press("Escape", waiting);

        expect(waiting.merge).toHaveBeenCalledWith(null);
        expect(waiting.select).not.toHaveBeenCalled();
    });
});

describe("layers", () => {
    test("E and P show and hide", () => {
        const hand = aHand();

        press("e", hand);
        press("p", hand);

        expect(vi.mocked(hand.toggle).mock.calls).toEqual([["uncertainty"], ["crowd"]]);
    });

    test("V shows where nobody looks, and says so where the hub does not tell", () => {
        const untold = aHand();
        expect(press("v", untold)).toBe(false);
        expect(untold.tell).toHaveBeenCalledWith("layer.coverage_none");

        const told = aHand({ picture: apply(null, aSnapshot({ coverage: aCoverageView(1, [0]) })) as Picture });
        press("v", told);
        expect(told.toggle).toHaveBeenCalledWith("coverage");
    });
});

test("a key that means nothing does nothing", () => {
    expect(press("q", holding())).toBe(false);
});

function aPicture(changes = {}): Picture {
    return apply(null, aSnapshot({ ...changes })) as Picture;
}

function anIncidentInHand(changes: Partial<Hand> = {}) {
    const picture = aPicture({
        alerts: [
            anAlertView({ id: "A", incident: "I", priority: "low" }),
            anAlertView({ id: "B", incident: "I", priority: "critical" }),
        ],
        incidents: [anIncidentView({ id: "I", alerts: ["A", "B"] })],
    });
    const incident = anIncident({ id: "I", alerts: ["A", "B"], unacknowledged_count: 2 });
    return aHand({ picture, incident, selection: { kind: "incident", id: "I" }, ...changes });
}

test("I goes from an alert to its incident, and from there to its gravest alert", () => {
    const { picture } = anIncidentInHand();
    const from = aHand({ picture, alert: anAlert({ id: "A", incident: "I" }) });
    press("i", from);
    expect(from.select).toHaveBeenCalledWith({ kind: "incident", id: "I" });

    const back = anIncidentInHand();
    press("i", back);
    expect(back.select).toHaveBeenCalledWith({ kind: "alert", id: "B" });

    expect(press("i", holding())).toBe(false);
    expect(press("i", anIncidentInHand({ incident: anIncident({ alerts: ["gone"] }) }))).toBe(false);
});

test("A on an incident takes all of it", () => {
    const hand = anIncidentInHand();

    press("a", hand);

    expect(hand.ask).toHaveBeenCalledWith({ kind: "acknowledge_incident", incident: "I" });
});

test("O unfolds the row of the incident, or of the flood", () => {
    const row: Row = { kind: "incident", key: "I", incident: anIncident(), alerts: [], isUnfolded: false };
    const hand = anIncidentInHand({ rows: [row] });
    press("o", hand);
    expect(hand.fold).toHaveBeenCalledWith("I");

    const flood = aHand({
        picture: aPicture({ load: { flood_since_us: 1 } }),
        rows: [{ kind: "flood", key: "flood", alerts: [], isUnfolded: false }],
    });
    press("o", flood);
    expect(flood.fold).toHaveBeenCalledWith("flood");
    expect(press("o", aHand())).toBe(false);
});

test("T sends a team to what is selected: an alert, an incident's gravest, or the team itself", () => {
    const hand = holding();
    press("t", hand);
    expect(hand.open).toHaveBeenCalledWith({ kind: "create_task", alert: "A", team: null });

    const incident = anIncidentInHand();
    press("t", incident);
    expect(incident.open).toHaveBeenCalledWith({ kind: "create_task", alert: "B", team: null });

    const team = aHand({ selection: { kind: "team", id: "blue" } });
    press("t", team);
    expect(team.open).toHaveBeenCalledWith({ kind: "create_task", alert: null, team: "blue" });
});

test("B starts a playbook only where the plan has one", () => {
    const site = {
        ...aPicture().site,
        playbooks: [{ id: "out", name: "Out", kind: "evacuate", steps: [], rules: [] } as const],
    };
    const incident = anIncidentInHand();
    const hand = { ...incident, picture: { ...incident.picture, site } };
    press("b", hand);
    expect(hand.open).toHaveBeenCalledWith({ kind: "start_playbook", alert: "B" });

    const alert = { ...holding(), picture: { ...aPicture(), site } };
    press("b", alert);
    expect(alert.open).toHaveBeenCalledWith({ kind: "start_playbook", alert: "A" });
    expect(press("b", holding())).toBe(false);
});

test("R reports the incident or the alert, and nothing else", () => {
    const incident = anIncidentInHand();
    press("r", incident);
    expect(incident.open).toHaveBeenCalledWith({ kind: "methane", of: "incidents", id: "I" });

    const alert = holding();
    press("r", alert);
    expect(alert.open).toHaveBeenCalledWith({ kind: "methane", of: "alerts", id: "A" });
    expect(press("r", aHand())).toBe(false);
});

test("Y declares a posture, of the zone in hand if one is; N writes a line in the log", () => {
    const hand = holding();
    press("y", hand);
    press("n", hand);
    expect(hand.open).toHaveBeenCalledWith({ kind: "posture", zone: null });
    expect(hand.open).toHaveBeenCalledWith({ kind: "log", alert: "A" });

    const zone = aHand({ selection: { kind: "zone", id: "stage" } });
    press("y", zone);
    expect(zone.open).toHaveBeenCalledWith({ kind: "posture", zone: "stage" });
});

test.each(["t", "b", "r", "y", "n"])("%s does nothing for who only looks", (key) => {
    const hand = holding();

    expect(press(key, { ...hand, picture: { ...hand.picture, role: "wall" } })).toBe(false);
});
