/** All actions, in the order of the keys' page, and the way from a key to its action. */
import { acknowledge } from "./acknowledge";
import type { Action, Hand } from "./action";
import { centreMap } from "./centre-map";
import { clear } from "./clear";
import { deselect } from "./deselect";
import { drop } from "./drop";
import { follow } from "./follow";
import { mergeWith } from "./merge-with";
import { nextAlert } from "./next-alert";
import { previousAlert } from "./previous-alert";
import { relabel } from "./relabel";
import { report } from "./report";
import { sendTeam } from "./send-team";
import { setPosture } from "./set-posture";
import { shelve } from "./shelve";
import { showCoverage } from "./show-coverage";
import { showCrowd } from "./show-crowd";
import { showIncident } from "./show-incident";
import { showKeys } from "./show-keys";
import { showUncertainty } from "./show-uncertainty";
import { silence } from "./silence";
import { split } from "./split";
import { startPlaybook } from "./start-playbook";
import { unfold } from "./unfold";
import { unshelve } from "./unshelve";
import { writeLog } from "./write-log";

export const ACTIONS: readonly Action[] = [
    nextAlert,
    previousAlert,
    acknowledge,
    shelve,
    unshelve,
    clear,
    showIncident,
    unfold,
    sendTeam,
    startPlaybook,
    report,
    setPosture,
    writeLog,
    centreMap,
    follow,
    relabel,
    mergeWith,
    split,
    drop,
    showUncertainty,
    showCoverage,
    showCrowd,
    silence,
    showKeys,
    deselect,
];

/** Perform the action of a key; false if the key means nothing here. */
export function press(key: string, hand: Hand): boolean {
    const action = ACTIONS.find((one) => one.key === key.toLowerCase());
    if (action === undefined) return false;
    // Behind a dialog nothing moves: a key typed into the wrong place must not act.
    if (hand.dialog !== null && action !== deselect && action !== showKeys) return false;
    if (!action.isAllowed(hand)) {
        const why = action.refusal?.(hand) ?? null;
        if (why !== null) hand.tell(why);
        return false;
    }
    action.perform(hand);
    return true;
}
