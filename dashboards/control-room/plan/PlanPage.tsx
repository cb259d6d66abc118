/** The rules of the site: read, drafted, tried on what was recorded, and put into force. */
import { Tabs } from "radix-ui";
import { type ReactNode, useEffect, useState } from "react";

import { Button } from "../../shared/parts/Button";
import { Dialog } from "../../shared/parts/Dialog";
import { ReasonForm } from "../../shared/dialogs/ReasonForm";
import { type WordKey, word } from "../../shared/words/words";
import { ChangesTab } from "./ChangesTab";
import { RulesTab } from "./RulesTab";
import { TextTab } from "./TextTab";
import { TrialTab } from "./TrialTab";
import { VersionsTab } from "./VersionsTab";
import { apply, beginFrom, changesOf, isChanged, readPlan, useDraft } from "./draft";

const TABS = ["rules", "text", "changes", "trial", "versions"] as const;
type Tab = (typeof TABS)[number];

export function PlanPage() {
    const [tab, setTab] = useState<Tab>("rules");
    const plan = useDraft((draft) => draft.plan);
    const complaint = useDraft((draft) => draft.complaint);
    useEffect(() => {
        void readPlan();
    }, []);
    return (
        <Tabs.Root
            value={tab}
            onValueChange={(value) => {
                setTab(value as Tab);
            }}
            className="flex h-full flex-col"
        >
            <div className="flex flex-wrap items-center gap-x-5 gap-y-2 border-b border-edge px-5 py-3 max-sm:px-3">
                <h1 className="m-0 text-[16px] font-semibold">{word("plan.title")}</h1>
                <Standing />
                <div className="flex-1" />
                <Doings turnTo={setTab} />
            </div>
            <Tabs.List
                aria-label={word("plan.views")}
                className="flex flex-wrap gap-1 border-b border-edge px-4 max-sm:px-2"
            >
                {TABS.map((each) => (
                    <Tabs.Trigger
                        key={each}
                        value={each}
                        className="min-h-10 border-b-2 border-transparent px-3 text-ink-2 hover:text-ink data-[state=active]:border-accent data-[state=active]:text-ink pointer-coarse:min-h-12"
                    >
                        {word(`plan.tab_${each}` as WordKey)}
                    </Tabs.Trigger>
                ))}
            </Tabs.List>
            <Problem turnTo={setTab} />
            {complaint !== "" && (
                <p role="alert" className="m-0 border-b border-edge px-5 py-2 text-high">
                    {complaint}
                </p>
            )}
            <div className="min-h-0 flex-1 overflow-y-auto">
                {plan !== null &&
                    TABS.map((each) => (
                        <Tabs.Content key={each} value={each} className="h-full p-5 max-sm:p-3">
                            {CONTENT[each]}
                        </Tabs.Content>
                    ))}
            </div>
        </Tabs.Root>
    );
}

const CONTENT: Readonly<Record<Tab, ReactNode>> = {
    rules: <RulesTab />,
    text: <TextTab />,
    changes: <ChangesTab />,
    trial: <TrialTab />,
    versions: <VersionsTab />,
};

/** Which version is in force, and whether there is a draft. */
function Standing() {
    const plan = useDraft((draft) => draft.plan);
    const hasDraft = useDraft(isChanged);
    const count = useDraft((draft) => changesOf(draft).length);
    if (plan === null) return <span className="text-ink-2">{word("plan.reading")}</span>;
    return (
        <span className="text-ink-2">
            {word("plan.in_force", { version: plan.version })}
            {hasDraft && (
                <span className="ml-3 rounded border border-medium/60 px-2 py-0.5 text-medium">
                    {word("plan.draft", { count })}
                </span>
            )}
        </span>
    );
}

function Doings({ turnTo }: { turnTo(tab: Tab): void }) {
    const plan = useDraft((draft) => draft.plan);
    const hasDraft = useDraft(isChanged);
    const busy = useDraft((draft) => draft.busy);
    const isRight = useDraft(({ checked }) => checked !== null && !checked.problem);
    const [isApplying, setApplying] = useState(false);
    if (plan === null) return null;
    const isReady = hasDraft && isRight && busy === "";
    return (
        <div className="flex flex-wrap gap-2">
            <Button
                disabled={!hasDraft || busy !== ""}
                onClick={() => void beginFrom(plan.text)}
            >
                {word("plan.discard")}
            </Button>
            <Button
                disabled={!isReady}
                onClick={() => {
                    turnTo("trial");
                }}
            >
                {word("plan.try")}
            </Button>
            {plan.may_apply ? (
                <Button
                    tone="strong"
                    disabled={!isReady}
                    onClick={() => {
                        setApplying(true);
                    }}
                >
                    {word("plan.apply")}
                </Button>
            ) : (
                <span className="self-center text-ink-2">{word("plan.may_not_apply")}</span>
            )}
            {isApplying && (
                <ApplyDialog
                    close={() => {
                        setApplying(false);
                    }}
                />
            )}
        </div>
    );
}

function ApplyDialog({ close }: { close(): void }) {
    const changes = useDraft(changesOf);
    const wasTried = useDraft((draft) => draft.trial !== null && draft.tried === draft.text);
    const complaint = useDraft((draft) => draft.complaint);
    const isOvertaken = useDraft((draft) => draft.isOvertaken);
    return (
        <Dialog title={word("plan.apply_title")} description={word("plan.apply_what")} close={close}>
            <ReasonForm
                label={word("plan.reason")}
                hint={word("plan.reason_hint")}
                submit={word("plan.apply")}
                close={close}
                send={apply}
            >
                <ul className="m-0 max-h-60 list-none overflow-y-auto rounded-md border border-edge bg-ground p-3 font-mono text-[12.5px]">
                    {changes.map(({ section, id, change }) => (
                        <li key={`${section}/${id}`}>
                            {word(`plan.${change}` as WordKey)} {section} {id}
                        </li>
                    ))}
                    {changes.length === 0 && <li>{word("plan.only_words")}</li>}
                </ul>
                {!wasTried && <p className="m-0 text-medium">{word("plan.not_tried")}</p>}
                {complaint !== "" && (
                    <p role="alert" className="m-0 text-high">
                        {complaint}
                    </p>
                )}
                {isOvertaken && (
                    <Button
                        onClick={() => {
                            close();
                            void readPlan();
                        }}
                    >
                        {word("plan.read_again")}
                    </Button>
                )}
            </ReasonForm>
        </Dialog>
    );
}

/** What is wrong with the draft, and the way to its line. */
function Problem({ turnTo }: { turnTo(tab: Tab): void }) {
    const problem = useDraft((draft) => draft.checked?.problem ?? null);
    if (problem === null) return null;
    return (
        <div
            role="alert"
            className="flex flex-wrap items-center gap-3 border-b border-edge bg-critical/10 px-5 py-2"
        >
            <span className="text-critical">{problem.what}</span>
            <span className="text-ink-2">{problem.fix}</span>
            {(problem.line ?? 0) > 0 && (
                <Button
                    size="small"
                    onClick={() => {
                        turnTo("text");
                    }}
                >
                    {word("plan.to_line", { line: problem.line ?? 0 })}
                </Button>
            )}
        </div>
    );
}
