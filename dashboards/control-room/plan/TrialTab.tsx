/** The draft on the last recording: what the plan in force raised there, and what the draft would. */
import { Button } from "../../shared/parts/Button";
import { Empty, Part } from "../../shared/parts/Part";
import { PriorityMark } from "../../shared/parts/marks";
import { Cell, Table } from "../../shared/parts/Table";
import { ageText, clockText } from "../../shared/picture/ages";
import { named, word } from "../../shared/words/words";
import { isChanged, tryDraft, useDraft } from "./draft";
import { type Held, heldAgainst } from "./trial";

export function TrialTab() {
    const recording = useDraft((draft) => draft.plan?.recording ?? null);
    const hasDraft = useDraft(isChanged);
    const isRight = useDraft(({ checked }) => checked !== null && !checked.problem);
    const busy = useDraft((draft) => draft.busy);
    return (
        <>
            <div className="mb-4 flex flex-wrap items-center gap-3">
                <Button
                    tone="strong"
                    disabled={recording === null || !isRight || busy !== ""}
                    onClick={() => void tryDraft()}
                >
                    {word(busy === "trying" ? "plan.trying" : "plan.try_now")}
                </Button>
                <span className="text-ink-2" role="status">
                    {recording === null
                        ? word("plan.no_recording")
                        : word(hasDraft ? "plan.try_what" : "plan.try_same", { recording })}
                </span>
            </div>
            <Outcome />
        </>
    );
}

function Outcome() {
    const trial = useDraft((draft) => draft.trial);
    const isOld = useDraft((draft) => draft.trial !== null && draft.tried !== draft.text);
    if (trial === null) return <Empty text={word("plan.not_tried_yet")} />;
    const { before, after } = heldAgainst(trial.before, trial.after);
    const differing = [...before, ...after].filter(({ differs }) => differs).length;
    return (
        <>
            {isOld && <p className="mt-0 text-medium">{word("plan.trial_old")}</p>}
            {trial.whole === false && <p className="mt-0 text-medium">{word("plan.trial_part")}</p>}
            <p className="mt-0 text-ink-2">
                {word("plan.trial_of", {
                    recording: trial.recording,
                    span: ageText(trial.seconds * 1e6),
                })}{" "}
                {differing === 0 ? word("plan.trial_same") : word("plan.trial_differs")}
            </p>
            <div className="grid gap-x-6 xl:grid-cols-2">
                <Part title={word("plan.before", { count: trial.before_count })}>
                    <Alerts held={before} only="plan.only_before" />
                </Part>
                <Part title={word("plan.after", { count: trial.after_count })}>
                    <Alerts held={after} only="plan.only_after" />
                </Part>
            </div>
        </>
    );
}

type Only = "plan.only_before" | "plan.only_after";

function Alerts({ held, only }: { held: readonly Held[]; only: Only }) {
    if (held.length === 0) return <Empty text={word("plan.no_alerts")} />;
    return (
        <Table
            heads={[
                word("plan.at"),
                word("plan.priority"),
                word("plan.alert"),
                word("plan.lasted"),
                word("plan.difference"),
            ]}
        >
            {held.map((one, index) => (
                <AlertLine key={index} held={one} only={only} />
            ))}
        </Table>
    );
}

function AlertLine({ held, only }: { held: Held; only: Only }) {
    const { alert, other, differs } = held;
    const mark = other === null ? word(only) : differs ? word("plan.differs") : "";
    return (
        <tr className={`border-b border-edge last:border-0 ${differs ? "bg-medium/10" : "text-ink-2"}`}>
            <Cell isMono>{clockText(alert.raised_us)}</Cell>
            <Cell>
                <span className="flex items-center gap-2 whitespace-nowrap">
                    <PriorityMark priority={alert.priority} /> {named("priority", alert.priority)}
                </span>
            </Cell>
            <Cell>
                {alert.summary}
                <div className="font-mono text-[12px] text-ink-2">
                    {alert.rule}
                    {alert.count > 1 ? ` ×${alert.count}` : ""}
                </div>
            </Cell>
            <Cell isMono>{ageText(alert.open_s * 1e6)}</Cell>
            <Cell>{mark !== "" && <strong className="text-medium">{mark}</strong>}</Cell>
        </tr>
    );
}
