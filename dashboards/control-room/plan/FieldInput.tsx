/** One setting of a rule: its name, its unit and limits, and how it is entered. */
import { type ReactNode, useId } from "react";

import { usePicture } from "../../shared/picture/use";
import { named, word } from "../../shared/words/words";
import { useDraft } from "./draft";
import type { Field, Names } from "./schema";
import { type Part, plainValue } from "./settings";

interface Props {
    field: Field;
    value: unknown;
    isFixed?: boolean;
    isWrong?: boolean;
    set(value: unknown): void;
}

const BOX =
    "min-h-10 w-full rounded-md border bg-ground px-2.5 text-[14px] text-ink disabled:opacity-70 pointer-coarse:min-h-12";

export function FieldInput(props: Props) {
    const { field, isWrong = false } = props;
    const id = useId();
    const isWide = ["choices", "long_text", "group", "other"].includes(field.kind);
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

interface EntryProps extends Props {
    id: string;
    border: string;
}

function Entry(props: EntryProps): ReactNode {
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

function NumberEntry({ field, value, isWrong = false, set, id, border }: EntryProps) {
    return (
        <input
            id={id}
            type="number"
            inputMode="decimal"
            step={field.isWhole ? 1 : "any"}
            {...(field.low === null ? {} : { min: field.low })}
            {...(field.high === null ? {} : { max: field.high })}
            value={typeof value === "number" ? value : ""}
            placeholder={field.fallback === null ? "" : String(field.fallback)}
            aria-invalid={isWrong}
            aria-describedby={`${id}-hint`}
            onChange={(event) => {
                const { valueAsNumber } = event.target;
                set(Number.isNaN(valueAsNumber) ? null : valueAsNumber);
            }}
            className={`${BOX} ${border}`}
        />
    );
}

function FlagEntry({ field, value, set, id }: EntryProps) {
    const isSet = typeof value === "boolean" ? value : field.fallback === true;
    return (
        <span className="flex min-h-10 items-center gap-2.5">
            <input
                id={id}
                type="checkbox"
                checked={isSet}
                onChange={(event) => {
                    set(event.target.checked);
                }}
                className="h-5 w-5 accent-[#5cc8ff]"
            />
            {named("flag", String(isSet))}
        </span>
    );
}

function ChoiceEntry({ field, value, isWrong = false, set, id, border }: EntryProps) {
    const offered = useOffered(field);
    const chosen = typeof value === "string" ? value : "";
    return (
        <select
            id={id}
            value={chosen || (typeof field.fallback === "string" ? field.fallback : "")}
            aria-invalid={isWrong}
            aria-describedby={`${id}-hint`}
            onChange={(event) => {
                set(event.target.value === "" ? null : event.target.value);
            }}
            className={`${BOX} ${border}`}
        >
            {(field.isOptional || field.fallback === null) && <option value="">–</option>}
            {offered.map(([one, name]) => (
                <option key={one} value={one}>
                    {name}
                </option>
            ))}
        </select>
    );
}

function ChoicesEntry({ field, value, set, id }: EntryProps) {
    const offered = useOffered(field);
    const chosen = (Array.isArray(value) ? value : (field.fallback ?? [])) as string[];
    return (
        <div
            id={id}
            role="group"
            aria-label={named("setting", field.name)}
            className="flex max-h-40 flex-wrap gap-x-5 gap-y-1 overflow-y-auto rounded-md border border-edge-2 bg-ground p-2.5"
        >
            {offered.map(([one, name]) => (
                <label key={one} className="flex min-h-7 items-center gap-2 pointer-coarse:min-h-12">
                    <input
                        type="checkbox"
                        checked={chosen.includes(one)}
                        onChange={(event) => {
                            const rest = chosen.filter((other) => other !== one);
                            set(event.target.checked ? [...rest, one] : rest);
                        }}
                        className="h-4.5 w-4.5 accent-[#5cc8ff]"
                    />
                    {name}
                </label>
            ))}
        </div>
    );
}

function TextEntry({ field, value, isFixed = false, isWrong = false, set, id, border }: EntryProps) {
    const text = typeof value === "string" ? value : "";
    const shared = {
        id,
        value: text,
        readOnly: isFixed,
        maxLength: field.lengthMax ?? 1000,
        "aria-invalid": isWrong,
        "aria-describedby": `${id}-hint`,
    };
    const fill = (typed: string) => {
        set(typed === "" ? null : typed);
    };
    if (field.kind === "long_text") {
        return (
            <textarea
                {...shared}
                rows={4}
                spellCheck={false}
                onChange={(event) => {
                    fill(event.target.value);
                }}
                className={`${BOX} ${border} py-2 font-mono text-[13px]`}
            />
        );
    }
    return (
        <input
            {...shared}
            onChange={(event) => {
                fill(event.target.value);
            }}
            className={`${BOX} ${border}`}
        />
    );
}

/** Settings that only mean something together, such as the hours of a day. */
function GroupEntry({ field, value, set, id }: EntryProps) {
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
                <div className="mt-3 grid gap-4 sm:grid-cols-2">
                    {field.fields.map((one) => (
                        <FieldInput
                            key={one.name}
                            field={one}
                            value={group[one.name]}
                            set={(next) => {
                                set({ ...group, [one.name]: next });
                            }}
                        />
                    ))}
                </div>
            )}
        </div>
    );
}

const NOTHING: readonly Part[] = [];

/** What may be chosen: words of the contract, or what the plan has. */
function useOffered(field: Field): readonly (readonly [string, string])[] {
    const parts = useDraft((draft) => draft.parts);
    const sensors = usePicture((picture) => picture.sensors);
    const actuators = usePicture((picture) => picture.actuators);
    const teams = usePicture((picture) => picture.teams);
    if (field.names === null) {
        const vocabulary = field.name === "labels" ? "label" : field.name;
        return field.choices.map((one) => [one, named(vocabulary, one)]);
    }
    const planned = (table: string) =>
        (parts[table] ?? NOTHING).map((one) => [String(one["id"]), nameOf(one)] as const);
    const live = (views: ReadonlyMap<string, { id: string; name: string }>) =>
        [...views.values()].map(({ id, name }) => [id, `${name} (${id})`] as const);
    const by: Readonly<Record<Names, () => readonly (readonly [string, string])[]>> = {
        zone: () => planned("zone"),
        tripwire: () => planned("tripwire"),
        rule: () => planned("rule"),
        device: () => [...live(sensors), ...live(actuators)],
        actuator: () => live(actuators),
        team: () => live(teams),
    };
    return by[field.names]();
}

function nameOf(part: Part): string {
    const id = String(part["id"]);
    return typeof part["name"] === "string" ? `${part["name"]} (${id})` : id;
}
