/** What an alert turned out to be: asked when it closes, and afterwards where nobody was asked. */
import type { AlertOutcome } from "../contract";
import type { Alert } from "./views";

/** In the order in which they are offered. */
export const OUTCOMES: readonly AlertOutcome[] = [
    "true",
    "benign",
    "false_logic",
    "false_data",
    "undetermined",
    "test",
];

/** What closed without anybody saying what it was, the latest first. */
export function unassessedOf(closed: Iterable<Alert>): Alert[] {
    const end = ({ closed_us, changed_us }: Alert) => closed_us ?? changed_us;
    return [...closed]
        .filter(({ outcome }) => outcome === null)
        .sort((one, other) => end(other) - end(one) || other.number - one.number);
}
