/** The form of one rule: its fields are those that the hub's schema has for its kind. */
import { type FormEvent, useState } from "react";

import { Button } from "../../shared/parts/Button";
import { named, word } from "../../shared/words/words";
import { FieldInput } from "./FieldInput";
import { editRule, useDraft } from "./draft";
import type { Field, FieldKind, RuleKind } from "./schema";
import { type Part, asKind, complaintsOf, textOf, withSetting } from "./settings";

// Asked for first, and in this order; all else as the hub has it, what has no form last.
const FIRST = ["id", "priority", "zone", "summary", "enabled"];
const LAST: Readonly<Partial<Record<FieldKind, number>>> = { variants: 1, groups: 2, other: 3 };

export function RuleForm({ rule, close }: { rule: Part | null; close(): void }) {
    const kinds = useDraft((draft) => draft.kinds);
    const [part, setPart] = useState<Part>(() => rule ?? { kind: kinds[0]?.kind ?? "" });
    const [isAsked, setAsked] = useState(false);
    const [refusal, setRefusal] = useState("");
    const kind = kinds.find((one) => one.kind === part["kind"]);
    if (kind === undefined) return <p className="text-high">{word("plan.unknown_kind")}</p>;
    const wrong = new Set(complaintsOf(part, kind));
    const keep = async (event: FormEvent) => {
        event.preventDefault();
        setAsked(true);
        if (wrong.size > 0) return;
        const said = await editRule(textOf(part, "id"), part);
        setRefusal(said);
        if (said === "") close();
    };
    const remove = async () => {
        const said = await editRule(textOf(part, "id"), null);
        setRefusal(said);
        if (said === "") close();
    };
    return (
        <form onSubmit={(event) => void keep(event)} noValidate className="flex flex-col gap-4">
            <KindChoice kinds={kinds} kind={kind} isFixed={rule !== null} choose={(next) => {
                setPart(asKind(part, next));
            }} />
            <div className="grid gap-x-5 gap-y-4 sm:grid-cols-2">
                {inOrder(kind.fields).map((field) => (
                    <FieldInput
                        key={field.name}
                        field={field}
                        value={part[field.name]}
                        siblings={kind.fields}
                        isFixed={field.name === "id" && rule !== null}
                        isWrong={isAsked && wrong.has(field.name)}
                        set={(value) => {
                            setPart(withSetting(part, field, value));
                        }}
                    />
                ))}
            </div>
            {isAsked && wrong.size > 0 && (
                <p role="alert" className="m-0 text-critical">
                    {word("plan.look_at", {
                        names: [...wrong].map((name) => named("setting", name)).join(", "),
                    })}
                </p>
            )}
            {refusal !== "" && (
                <p role="alert" className="m-0 text-critical">
                    {refusal}
                </p>
            )}
            <div className="flex flex-wrap justify-end gap-2">
                {rule !== null && (
                    <Button tone="danger" onClick={() => void remove()} className="mr-auto">
                        {word("plan.remove")}
                    </Button>
                )}
                <Button onClick={close}>{word("dialog.back")}</Button>
                <Button type="submit" tone="strong">
                    {word("plan.keep")}
                </Button>
            </div>
        </form>
    );
}

function inOrder(fields: readonly Field[]): Field[] {
    const place = ({ name, kind }: Field) => {
        if (FIRST.includes(name)) return FIRST.indexOf(name);
        return FIRST.length + (LAST[kind] ?? 0);
    };
    return [...fields].sort((a, b) => place(a) - place(b));
}

interface KindProps {
    kinds: readonly RuleKind[];
    kind: RuleKind;
    isFixed: boolean;
    choose(kind: RuleKind): void;
}

function KindChoice({ kinds, kind, isFixed, choose }: KindProps) {
    return (
        <div>
            <label className="flex flex-col gap-1.5 text-ink-2">
                {word("plan.kind")}
                <select
                    value={kind.kind}
                    disabled={isFixed}
                    onChange={(event) => {
                        const next = kinds.find((one) => one.kind === event.target.value);
                        if (next !== undefined) choose(next);
                    }}
                    className="min-h-10 rounded-md border border-edge-2 bg-ground px-2 text-[14px] text-ink disabled:opacity-70 pointer-coarse:min-h-12"
                >
                    {kinds.map((one) => (
                        <option key={one.kind} value={one.kind}>
                            {named("rule_kind", one.kind)}
                        </option>
                    ))}
                </select>
            </label>
            <p className="mt-1.5 mb-0 text-[12.5px] text-ink-2">{kind.what.split("\n\n")[0]}</p>
        </div>
    );
}
