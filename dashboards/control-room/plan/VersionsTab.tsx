/** Every plan that was in force: by whom, why, what it was; and the way back to it. */
import { useState } from "react";

import { useDesk } from "../../shared/desk";
import { Button } from "../../shared/parts/Button";
import { Dialog } from "../../shared/parts/Dialog";
import { Cell, Row, Table } from "../../shared/parts/Table";
import { dateTimeText } from "../../shared/picture/ages";
import { HubRefusal } from "../../shared/session/hub";
import { word } from "../../shared/words/words";
import { Difference } from "./ChangesTab";
import { beginFrom, readVersion, useDraft } from "./draft";

interface Looked {
    version: number;
    text: string;
}

export function VersionsTab() {
    const versions = useDraft((draft) => draft.plan?.versions);
    const mayDraft = useDesk(({ session }) => session?.role !== "auditor");
    const [looked, setLooked] = useState<Looked | null>(null);
    const [complaint, setComplaint] = useState("");
    const withText = async (version: number, act: (text: string) => void) => {
        try {
            act(await readVersion(version));
            setComplaint("");
        } catch (error) {
            if (!(error instanceof HubRefusal)) throw error;
            setComplaint(error.message || word(error.what));
        }
    };
    return (
        <>
            {complaint !== "" && <p className="mt-0 text-high">{complaint}</p>}
            <Table
                heads={[
                    word("plan.version"),
                    word("plan.since"),
                    word("plan.by"),
                    word("plan.reason"),
                    word("plan.hash"),
                    "",
                ]}
            >
                {versions?.map(({ version, at_us, by, reason, plan_hash }) => (
                    <Row key={version}>
                        <Cell isMono>{version}</Cell>
                        <Cell isMono>{dateTimeText(at_us)}</Cell>
                        <Cell>{by}</Cell>
                        <Cell>{reason}</Cell>
                        <Cell isMono>
                            <span title={plan_hash}>{plan_hash.slice(0, 12)}</span>
                        </Cell>
                        <Cell>
                            <span className="flex flex-wrap gap-2">
                                <Button
                                    size="small"
                                    aria-label={word("plan.view_version", { version })}
                                    onClick={() =>
                                        void withText(version, (text) => {
                                            setLooked({ version, text });
                                        })
                                    }
                                >
                                    {word("plan.view")}
                                </Button>
                                {mayDraft && (
                                    <Button
                                        size="small"
                                        aria-label={word("plan.draft_again_of", { version })}
                                        onClick={() => void withText(version, (text) => void beginFrom(text))}
                                    >
                                        {word("plan.draft_again")}
                                    </Button>
                                )}
                            </span>
                        </Cell>
                    </Row>
                ))}
            </Table>
            {looked !== null && (
                <VersionDialog
                    looked={looked}
                    close={() => {
                        setLooked(null);
                    }}
                />
            )}
        </>
    );
}

function VersionDialog({ looked, close }: { looked: Looked; close(): void }) {
    const now = useDraft((draft) => draft.plan);
    return (
        <Dialog title={word("plan.version_title", { version: looked.version })} isWide close={close}>
            <h3 className="mt-0 mb-2 text-[13px] font-semibold">
                {word("plan.since_then", { version: now?.version ?? 0 })}
            </h3>
            <Difference before={looked.text} after={now?.text ?? ""} />
            <h3 className="mt-4 mb-2 text-[13px] font-semibold">{word("plan.whole_text")}</h3>
            <pre
                tabIndex={0}
                className="m-0 max-h-96 overflow-auto rounded-md border border-edge bg-ground p-3 font-mono text-[12.5px]"
            >
                {looked.text}
            </pre>
        </Dialog>
    );
}
