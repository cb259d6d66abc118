/** How one plain setting is entered: a number, a flag, a choice, some of many, a text. */
import { usePicture } from "../../shared/picture/use";
import { named } from "../../shared/words/words";
import { useDraft } from "./draft";
import type { Field, Names } from "./schema";
import type { Part } from "./settings";

export interface EntryProps {
    id: string;
    border: string;
    field: Field;
    value: unknown;
    isFixed?: boolean;
    isWrong?: boolean;
    set(value: unknown): void;
}

const BOX =
    "min-h-10 w-full rounded-md border bg-ground px-2.5 text-[14px] text-ink disabled:opacity-70 pointer-coarse:min-h-12";

export function NumberEntry({ field, value, isWrong = false, set, id, border }: EntryProps) {
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

export function FlagEntry({ field, value, set, id }: EntryProps) {
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

export function ChoiceEntry({ field, value, isWrong = false, set, id, border }: EntryProps) {
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

export function ChoicesEntry({ field, value, set, id }: EntryProps) {
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

export function TextEntry({ field, value, isFixed = false, isWrong = false, set, id, border }: EntryProps) {
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

const NOTHING: readonly Part[] = [];

/** Settings that hold several words of a vocabulary that has its own name. */
const VOCABULARY: Readonly<Record<string, string>> = { labels: "label", postures: "posture" };

/** What may be chosen: words of the contract, or what the plan has. */
function useOffered(field: Field): readonly (readonly [string, string])[] {
    const parts = useDraft((draft) => draft.parts);
    const sensors = usePicture((picture) => picture.sensors);
    const actuators = usePicture((picture) => picture.actuators);
    const teams = usePicture((picture) => picture.teams);
    if (field.names === null) {
        const vocabulary = VOCABULARY[field.name] ?? field.name;
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
