/** What one role must be told now: which notices are for whom, and which were looked at. Pure. */
import type { Role } from "../contract";
import type { Notice } from "./work";

/** Who leads a shift is told what its operators are told. */
function isFor(notice: Notice, role: Role): boolean {
    return notice.role === role || (role === "supervisor" && notice.role === "operator");
}

/** What this role has to be told and has not put away, latest first. */
export function noticesFor(notices: Iterable<Notice>, role: Role, seen: ReadonlySet<string>): Notice[] {
    return [...notices]
        .filter((notice) => isFor(notice, role) && !seen.has(notice.id))
        .sort((one, other) => other.at_us - one.at_us || other.id.localeCompare(one.id));
}
