/** Every rule of the draft, by zone: what it is set to in plain words, and whether it is on. */
import { Fragment, useState } from "react";

import type { Priority } from "../../shared/contract";
import { useDesk } from "../../shared/desk";
import { Button } from "../../shared/parts/Button";
import { Dialog } from "../../shared/parts/Dialog";
import { Empty } from "../../shared/parts/Part";
import { PriorityMark } from "../../shared/parts/marks";
import { Cell, Row, Table } from "../../shared/parts/Table";
import { named, word } from "../../shared/words/words";
import { RuleForm } from "./RuleForm";
import { editRule, useDraft } from "./draft";
import type { RuleKind } from "./schema";
import { type Part, byZone, isOn, plainSettings, textOf } from "./settings";

const NOTHING: readonly Part[] = [];

// On a phone the kind and the settings stand below the rule's name: its switch stays in view.
const NARROW =
    "max-sm:[&_:is(th,td):nth-child(2)]:hidden max-sm:[&_:is(th,td):nth-child(4)]:hidden";

export function RulesTab() {
    const rules = useDraft((draft) => draft.parts["rule"] ?? NOTHING);
    const zones = useDraft((draft) => draft.parts["zone"] ?? NOTHING);
    const mayDraft = useDesk(({ session }) => session?.role !== "auditor");
    const [open, setOpen] = useState<Part | "new" | null>(null);
    const nameOf = (zone: string) =>
        textOf(zones.find((one) => one["id"] === zone) ?? {}, "name") || zone;
    return (
        <>
            <div className="mb-4 flex flex-wrap items-center gap-3">
                <span className="text-ink-2">{word("plan.count", { count: rules.length })}</span>
                {mayDraft && (
                    <Button
                        size="small"
                        onClick={() => {
                            setOpen("new");
                        }}
                    >
                        {word("plan.new_rule")}
                    </Button>
                )}
            </div>
            {rules.length === 0 && <Empty text={word("plan.no_rules")} />}
            {rules.length > 0 && (
                <div className={NARROW}>
                    <Table
                        heads={[
                            word("plan.rule"),
                            word("plan.kind"),
                            word("plan.priority"),
                            word("plan.settings"),
                            word("plan.on"),
                        ]}
                    >
                        {byZone(rules).map(([zone, its]) => (
                            <Fragment key={zone}>
                                <tr>
                                    <th
                                        colSpan={5}
                                        scope="rowgroup"
                                        className="border-b border-edge bg-raised/50 px-3 py-2 text-[13px] font-semibold"
                                    >
                                        {zone === "" ? word("plan.whole_site") : nameOf(zone)}
                                    </th>
                                </tr>
                                {its.map((rule) => (
                                    <RuleRow
                                        key={textOf(rule, "id")}
                                        rule={rule}
                                        mayDraft={mayDraft}
                                        open={() => {
                                            setOpen(rule);
                                        }}
                                    />
                                ))}
                            </Fragment>
                        ))}
                    </Table>
                </div>
            )}
            {open !== null && (
                <Dialog
                    title={open === "new" ? word("plan.new_rule") : textOf(open, "id")}
                    isWide
                    close={() => {
                        setOpen(null);
                    }}
                >
                    <RuleForm
                        rule={open === "new" ? null : open}
                        close={() => {
                            setOpen(null);
                        }}
                    />
                </Dialog>
            )}
        </>
    );
}

function kindOf(kinds: readonly RuleKind[], rule: Part): RuleKind | undefined {
    return kinds.find(({ kind }) => kind === rule["kind"]);
}

function priorityOf(rule: Part, kind: RuleKind | undefined): Priority {
    const fallback = kind?.fields.find(({ name }) => name === "priority")?.fallback;
    return (rule["priority"] ?? fallback ?? "high") as Priority;
}

function RuleRow({ rule, mayDraft, open }: { rule: Part; mayDraft: boolean; open(): void }) {
    const kinds = useDraft((draft) => draft.kinds);
    const busy = useDraft((draft) => draft.busy);
    const kind = kindOf(kinds, rule);
    const id = textOf(rule, "id");
    const priority = priorityOf(rule, kind);
    const turn = () => {
        const { enabled, ...rest } = rule;
        void editRule(id, enabled === false ? rest : { ...rule, enabled: false });
    };
    return (
        <Row>
            <Cell>
                {mayDraft ? (
                    <button
                        type="button"
                        onClick={open}
                        className="text-left font-mono text-[12.5px] text-accent underline-offset-2 hover:underline pointer-coarse:min-h-12"
                    >
                        {id}
                    </button>
                ) : (
                    <span className="font-mono text-[12.5px]">{id}</span>
                )}
                {textOf(rule, "summary") !== "" && (
                    <div className="text-[12px] text-ink-2">{textOf(rule, "summary")}</div>
                )}
                <div className="text-[12px] text-ink-2 sm:hidden">
                    {[named("rule_kind", textOf(rule, "kind")), ...plainSettings(rule, kind)].join(" · ")}
                </div>
            </Cell>
            <Cell>
                <span title={kind?.what}>{named("rule_kind", textOf(rule, "kind"))}</span>
            </Cell>
            <Cell>
                <span className="flex items-center gap-2 whitespace-nowrap">
                    <PriorityMark priority={priority} /> {named("priority", priority)}
                </span>
            </Cell>
            <Cell>
                <span className="text-ink-2">
                    {plainSettings(rule, kind).join(" · ") || word("plan.as_usual")}
                </span>
            </Cell>
            <Cell>
                <button
                    type="button"
                    role="switch"
                    aria-checked={isOn(rule)}
                    aria-label={word("plan.switch", { rule: id })}
                    disabled={!mayDraft || busy !== ""}
                    onClick={turn}
                    className={`min-h-7 min-w-12 rounded-full border px-2.5 text-[12px] disabled:opacity-60 pointer-coarse:min-h-12 ${isOn(rule) ? "border-good/60 text-good" : "border-edge-2 text-ink-2"}`}
                >
                    {named("flag", isOn(rule) ? "true" : "false")}
                </button>
            </Cell>
        </Row>
    );
}
