/** One setting of a rule: its name, its unit and limits, and how it is entered. */
import { Plus, X } from "lucide-react";
import { type ReactNode, useId } from "react";

import { Button } from "../../shared/parts/Button";
import { POSTURES } from "../../shared/picture/postures";
import { named, word } from "../../shared/words/words";
import { ChoiceEntry, ChoicesEntry, type EntryProps, FlagEntry, NumberEntry, TextEntry } from "./Entries";
import type { Field, FieldKind } from "./schema";
import { type Part, isVariable, plainValue, withSetting, withVariant, withoutSetting } from "./settings";

type Props = Omit<EntryProps, "id" | "border"> & {
    /** The other settings of the same rule: what a posture may put in their place. */
    siblings?: readonly Field[];
};

const WIDE: ReadonlySet<FieldKind> = new Set(["choices", "long_text", "group", "groups", "variants", "other"]);

export function FieldInput(props: Props) {
    const { field, isWrong = false } = props;
    const id = useId();
    const isWide = WIDE.has(field.kind);
    return (
        <div className={isWide ? "sm:col-span-2" : ""}>
            <label htmlFor={id} className="mb-1.5 flex items-baseline gap-2 text-ink-2">
                {named("setting", field.name)}
                {field.unit !== "" && <span className="text-ink-3">{field.unit}</span>}
                {field.isRequired && <span className="text-ink-3">({word("plan.required")})</span>}
            </label>
            <Entry {...props} id={id} border={isWrong ? "border-critical" : "border-edge-2"} />
            <p id={`${id}-hint`} className={`mt-1 mb-0 text-[12px] ${isWrong ? "text-critical" : "text-ink-3"}`}>
                {hintOf(field)}
            </p>
        </div>
    );
}

function hintOf(field: Field): string {
    const parts = [];
    if (field.kind === "number" && field.low !== null && field.high !== null) {
        parts.push(word("plan.limits", { low: field.low, high: field.high }));
    }
    if (field.pattern?.includes("a-z0-9") === true && field.names === null) {
        parts.push(word("plan.id_hint"));
    }
    const hasUsual = field.kind === "number" || field.kind === "choice";
    if (hasUsual && field.fallback !== null) {
        parts.push(word("plan.usual", { value: plainValue(field.fallback, field) }));
    }
    return parts.join(" · ");
}

type NestedProps = Props & { id: string; border: string };

function Entry(props: NestedProps): ReactNode {
    switch (props.field.kind) {
        case "number":
            return <NumberEntry {...props} />;
        case "flag":
            return <FlagEntry {...props} />;
        case "choice":
            return <ChoiceEntry {...props} />;
        case "choices":
            return <ChoicesEntry {...props} />;
        case "group":
            return <GroupEntry {...props} />;
        case "groups":
            return <GroupsEntry {...props} />;
        case "variants":
            return <VariantsEntry {...props} />;
        case "text":
        case "long_text":
            return <TextEntry {...props} />;
        case "other":
            return (
                <p id={props.id} className="m-0 text-[12.5px] text-ink-2">
                    {word("plan.in_text", { value: plainValue(props.value ?? props.field.fallback) })}
                </p>
            );
    }
}

interface MembersProps {
    fields: readonly Field[];
    part: Part;
    set(field: Field, value: unknown): void;
}

/** The settings of one group, side by side where there is room. */
function Members({ fields, part, set }: MembersProps) {
    return (
        <div className="grid gap-4 sm:grid-cols-2">
            {fields.map((one) => (
                <FieldInput
                    key={one.name}
                    field={one}
                    value={part[one.name]}
                    set={(next) => {
                        set(one, next);
                    }}
                />
            ))}
        </div>
    );
}

/** Settings that only mean something together, such as the hours of a day. */
function GroupEntry({ field, value, set, id }: NestedProps) {
    const group = typeof value === "object" && value !== null ? (value as Part) : null;
    return (
        <div id={id} role="group" className="rounded-md border border-edge-2 p-3">
            <label className="flex items-center gap-2">
                <input
                    type="checkbox"
                    checked={group !== null}
                    onChange={(event) => {
                        set(event.target.checked ? {} : null);
                    }}
                    className="h-4.5 w-4.5 accent-[#5cc8ff]"
                />
                {word("plan.only_then")}
            </label>
            {group !== null && (
                <div className="mt-3">
                    <Members
                        fields={field.fields}
                        part={group}
                        set={(one, next) => {
                            set({ ...group, [one.name]: next });
                        }}
                    />
                </div>
            )}
        </div>
    );
}


interface CardProps {
    name: string;
    remove(): void;
    children: ReactNode;
}

/** Settings in a frame of their own, that can be taken away together. */
function Card({ name, remove, children }: CardProps) {
    return (
        <div role="group" aria-label={name} className="rounded-md border border-edge-2 p-3">
            <div className="mb-2 flex items-center gap-2">
                <span className="flex-1 font-medium">{name}</span>
                <Button size="small" aria-label={word("plan.take_away", { name })} onClick={remove}>
                    <X size={13} aria-hidden="true" />
                </Button>
            </div>
            {children}
        </div>
    );
}

/** The same settings several times over, such as each reason to suppress. */
function GroupsEntry({ field, value, set, id }: NestedProps) {
    const groups = Array.isArray(value) ? (value as Part[]) : [];
    const put = (index: number, group: Part | null) => {
        const after = groups.flatMap((one, at) => (at !== index ? [one] : group === null ? [] : [group]));
        set(after);
    };
    return (
        <div id={id} className="flex flex-col gap-2.5">
            {groups.map((group, index) => (
                <Card
                    key={index}
                    name={`${named("setting", field.name)} ${index + 1}`}
                    remove={() => {
                        put(index, null);
                    }}
                >
                    <Members
                        fields={field.fields}
                        part={group}
                        set={(one, next) => {
                            put(index, withSetting(group, one, next));
                        }}
                    />
                </Card>
            ))}
            <Button
                size="small"
                className="self-start"
                onClick={() => {
                    set([...groups, {}]);
                }}
            >
                <Plus size={13} aria-hidden="true" /> {word("plan.add", { name: named("setting", field.name) })}
            </Button>
        </div>
    );
}

/** What a posture puts in place of the rule's own settings: only what was chosen differs. */
function VariantsEntry({ value, set, id, siblings = [] }: NestedProps) {
    const variants = (typeof value === "object" && value !== null ? value : {}) as Readonly<Record<string, Part>>;
    const fields = siblings.filter(isVariable);
    return (
        <div id={id} className="flex flex-col gap-2.5">
            {POSTURES.filter((posture) => posture in variants).map((posture) => (
                <Card
                    key={posture}
                    name={named("posture", posture)}
                    remove={() => {
                        set(withoutSetting(variants, posture));
                    }}
                >
                    <Variant
                        fields={fields}
                        part={variants[posture] ?? {}}
                        set={(part) => {
                            set({ ...variants, [posture]: part });
                        }}
                    />
                </Card>
            ))}
            <Adding
                label={word("plan.add_posture")}
                offered={POSTURES.filter((posture) => !(posture in variants)).map((posture) => [
                    posture,
                    named("posture", posture),
                ])}
                add={(posture) => {
                    set({ ...variants, [posture]: {} });
                }}
            />
        </div>
    );
}

interface VariantProps {
    fields: readonly Field[];
    part: Part;
    set(part: Part): void;
}

function Variant({ fields, part, set }: VariantProps) {
    return (
        <div className="flex flex-col gap-3">
            {fields
                .filter(({ name }) => name in part)
                .map((field) => (
                    <div key={field.name} className="flex items-start gap-2">
                        <div className="min-w-0 flex-1">
                            <FieldInput
                                field={field}
                                value={part[field.name]}
                                set={(next) => {
                                    set(withVariant(part, field, next));
                                }}
                            />
                        </div>
                        <Button
                            size="small"
                            className="mt-7"
                            aria-label={word("plan.take_away", { name: named("setting", field.name) })}
                            onClick={() => {
                                set(withoutSetting(part, field.name));
                            }}
                        >
                            <X size={13} aria-hidden="true" />
                        </Button>
                    </div>
                ))}
            <Adding
                label={word("plan.add_setting")}
                offered={fields.filter(({ name }) => !(name in part)).map(({ name }) => [name, named("setting", name)])}
                add={(name) => {
                    const field = fields.find((one) => one.name === name);
                    if (field !== undefined) set(withVariant(part, field, field.fallback));
                }}
            />
        </div>
    );
}

interface AddingProps {
    label: string;
    offered: readonly (readonly [string, string])[];
    add(value: string): void;
}

/** One more of what is not there yet. */
function Adding({ label, offered, add }: AddingProps) {
    if (offered.length === 0) return null;
    return (
        <select
            value=""
            aria-label={label}
            onChange={(event) => {
                add(event.target.value);
            }}
            className="min-h-9 self-start rounded-md border border-edge-2 bg-raised px-2 text-[13px] text-ink pointer-coarse:min-h-12"
        >
            <option value="">{label}…</option>
            {offered.map(([value, name]) => (
                <option key={value} value={value}>
                    {name}
                </option>
            ))}
        </select>
    );
}
