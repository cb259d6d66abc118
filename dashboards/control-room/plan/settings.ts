/** A rule of the plan as people read it, and as the form fills it. */
import { named } from "../../shared/words/words";
import type { Field, RuleKind } from "./schema";

/** One [[rule]] of the plan, as the file has it. */
export type Part = Readonly<Record<string, unknown>>;

/** All parts of a plan that can be edited one by one. */
export type Parts = Readonly<Record<string, readonly Part[]>>;

/** These have a place of their own wherever a rule is shown. */
const HEAD: ReadonlySet<string> = new Set(["id", "kind", "priority", "enabled", "zone", "summary"]);

export function textOf(part: Part, name: string): string {
    const value = part[name];
    return typeof value === "string" ? value : "";
}

export function isOn(part: Part): boolean {
    return part["enabled"] !== false;
}

/** What a rule is set to, each setting in a few words; what is as it always is stays unsaid. */
export function plainSettings(part: Part, kind: RuleKind | undefined): string[] {
    return Object.entries(part)
        .filter(([name]) => !HEAD.has(name))
        .map(([name, value]) => {
            const field = kind?.fields.find((one) => one.name === name);
            return `${named("setting", name)}: ${plainValue(value, field)}`;
        });
}

export function plainValue(value: unknown, field?: Field): string {
    if (value === null || value === undefined) return "–";
    if (typeof value === "boolean") return named("flag", String(value));
    if (Array.isArray(value)) return value.map((one) => plainValue(one)).join(", ") || "–";
    if (typeof value === "object") {
        return Object.entries(value)
            .map(([name, each]) => `${named("setting", name)} ${plainValue(each)}`)
            .join(", ") || "–";
    }
    const unit = field?.unit ?? "";
    return `${String(value)}${unit === "" ? "" : ` ${unit}`}`;
}

/** The rules by the zone that they watch, zones in order of name, those of the whole site last. */
export function byZone(rules: readonly Part[]): [string, Part[]][] {
    const groups = new Map<string, Part[]>();
    for (const rule of rules) {
        const zone = textOf(rule, "zone");
        groups.set(zone, [...(groups.get(zone) ?? []), rule]);
    }
    return [...groups].sort(([a], [b]) => (a === "" ? 1 : b === "" ? -1 : a.localeCompare(b)));
}

/** A rule of another kind keeps what both kinds have. */
export function asKind(part: Part, kind: RuleKind): Part {
    const names = new Set(kind.fields.map(({ name }) => name));
    const kept = Object.entries(part).filter(([name]) => names.has(name));
    return { kind: kind.kind, ...Object.fromEntries(kept) };
}

/** A rule with one setting set; what is as it would be anyway leaves the file. */
export function withSetting(part: Part, field: Field, value: unknown): Part {
    const { [field.name]: _, ...rest } = part;
    const isSame = JSON.stringify(value) === JSON.stringify(field.fallback);
    const isEmpty = value === null || value === "" || value === undefined;
    if (!field.isRequired && (isSame || (isEmpty && field.fallback === null))) return rest;
    return { ...rest, [field.name]: value };
}

/** What is there but for one. */
export function withoutSetting<Value>(part: Readonly<Record<string, Value>>, name: string): Readonly<Record<string, Value>> {
    return Object.fromEntries(Object.entries(part).filter(([each]) => each !== name));
}

/** What no posture changes: another zone, or another sensor, is another rule. The hub says so too. */
const FIXED: ReadonlySet<string> = new Set([
    "id",
    "enabled",
    "by_posture",
    "suppressed",
    "hours",
    "zone",
    "tripwire",
    "actuator",
    "devices",
    "channel",
    "unit",
    "cues",
    "teams",
    "of",
    "per",
]);

export function isVariable(field: Field): boolean {
    return !FIXED.has(field.name);
}

const EMPTY: Readonly<Partial<Record<Field["kind"], unknown>>> = { number: 0, flag: false, choices: [] };

/** A posture's settings with one of them set: unlike a rule's own, it stays where it is as usual. */
export function withVariant(part: Part, field: Field, value: unknown): Part {
    const usual = field.fallback ?? EMPTY[field.kind] ?? "";
    return { ...part, [field.name]: value ?? usual };
}

/** What is still missing, or beyond its limits, by the setting's name. */
export function complaintsOf(part: Part, kind: RuleKind): string[] {
    return kind.fields.filter((field) => !fits(part[field.name], field)).map(({ name }) => name);
}

function fits(value: unknown, field: Field): boolean {
    if (value === undefined || value === null || value === "") return !field.isRequired;
    if (field.kind === "groups" && Array.isArray(value)) {
        return value.every((group: Part) => field.fields.every((one) => fits(group[one.name], one)));
    }
    if (Array.isArray(value)) return value.length > 0 || !field.isRequired;
    if (field.kind === "number") {
        return (
            typeof value === "number" &&
            (!field.isWhole || Number.isInteger(value)) &&
            value >= (field.low ?? -Infinity) &&
            value <= (field.high ?? Infinity)
        );
    }
    return typeof value !== "string" || field.pattern === null || matches(value, field.pattern);
}

function matches(value: string, pattern: string): boolean {
    return new RegExp(pattern, "u").test(value);
}
