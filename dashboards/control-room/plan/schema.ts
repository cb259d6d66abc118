/** The form of a rule, read from the hub's own schema of every kind: no field is written here. */

/** As much of JSON Schema as the hub's rules use. */
export interface JsonSchema {
    readonly $ref?: string;
    readonly type?: string;
    readonly description?: string;
    readonly enum?: readonly (string | number | null)[];
    readonly anyOf?: readonly JsonSchema[];
    readonly items?: JsonSchema;
    readonly properties?: Readonly<Record<string, JsonSchema>>;
    readonly required?: readonly string[];
    readonly additionalProperties?: JsonSchema | boolean;
    readonly default?: unknown;
    readonly minimum?: number;
    readonly maximum?: number;
    readonly exclusiveMinimum?: number;
    readonly exclusiveMaximum?: number;
    readonly minLength?: number;
    readonly maxLength?: number;
    readonly pattern?: string;
    readonly discriminator?: { readonly mapping: Readonly<Record<string, string>> };
    readonly $defs?: Readonly<Record<string, JsonSchema>>;
}

/** What of the plan a setting names. */
export type Names = "zone" | "tripwire" | "device" | "actuator" | "team" | "rule";

export type FieldKind = "number" | "flag" | "choice" | "choices" | "text" | "long_text" | "group" | "groups" | "variants" | "other";

export interface Field {
    readonly name: string;
    readonly kind: FieldKind;
    readonly isRequired: boolean;
    /** May it be left out where it has no value of its own? */
    readonly isOptional: boolean;
    readonly fallback: unknown;
    readonly unit: string;
    readonly low: number | null;
    readonly high: number | null;
    readonly isWhole: boolean;
    readonly lengthMax: number | null;
    readonly pattern: string | null;
    readonly choices: readonly string[];
    readonly names: Names | null;
    readonly fields: readonly Field[];
}

export interface RuleKind {
    readonly kind: string;
    readonly what: string;
    readonly fields: readonly Field[];
}

const UNITS: readonly (readonly [string, string])[] = [
    ["_per_min", "/min"],
    ["_mps2", "m/s²"],
    ["_mps", "m/s"],
    ["_m2", "m²"],
    ["_deg", "°"],
    ["_m", "m"],
    ["_s", "s"],
];

const NAMES: Readonly<Record<string, Names>> = {
    zone: "zone",
    tripwire: "tripwire",
    devices: "device",
    actuator: "actuator",
    teams: "team",
    of: "rule",
    rule: "rule",
};

// Longer than this, a text gets more than one line.
const LINE_MAX = 200;

export function unitOf(name: string): string {
    return UNITS.find(([ending]) => name.endsWith(ending))?.[1] ?? "";
}

/** Every kind of rule with its settings, in the hub's order. */
export function kindsOf(schema: JsonSchema): RuleKind[] {
    const definitions = schema.$defs ?? {};
    return Object.entries(schema.discriminator?.mapping ?? {}).map(([kind, reference]) => {
        const whole = resolved({ $ref: reference }, definitions);
        return { kind, what: whole.description ?? "", fields: fieldsOf(whole, definitions) };
    });
}

type Definitions = Readonly<Record<string, JsonSchema>>;

function fieldsOf(whole: JsonSchema, definitions: Definitions): Field[] {
    const required = new Set(whole.required ?? []);
    return Object.entries(whole.properties ?? {})
        .filter(([name]) => name !== "kind")
        .map(([name, property]) => fieldOf(name, property, required.has(name), definitions));
}

function fieldOf(
    name: string,
    property: JsonSchema,
    isRequired: boolean,
    definitions: Definitions,
): Field {
    const options = (property.anyOf ?? [property]).map((one) => resolved(one, definitions));
    const isOptional = options.some((one) => one.type === "null");
    const one = options.find(({ type }) => type !== "null") ?? {};
    const items = one.items === undefined ? null : resolved(one.items, definitions);
    const names = items === null || items.type === "string" ? (NAMES[name] ?? null) : null;
    return {
        name,
        kind: kindOf(one, items, names),
        isRequired,
        isOptional,
        fallback: property.default ?? null,
        unit: unitOf(name),
        low: one.minimum ?? one.exclusiveMinimum ?? null,
        high: one.maximum ?? one.exclusiveMaximum ?? null,
        isWhole: one.type === "integer",
        lengthMax: one.maxLength ?? null,
        pattern: one.pattern ?? null,
        choices: (items ?? one).enum?.map(String) ?? [],
        names,
        fields: fieldsOf(items ?? one, definitions),
    };
}

function kindOf(one: JsonSchema, items: JsonSchema | null, names: Names | null): FieldKind {
    if (one.type === "number" || one.type === "integer") return "number";
    if (one.type === "boolean") return "flag";
    if (items?.properties !== undefined) return "groups";
    if (items !== null) return items.enum !== undefined || names !== null ? "choices" : "other";
    if (one.enum !== undefined || names !== null) return "choice";
    if (one.type === "string") return (one.maxLength ?? 0) > LINE_MAX ? "long_text" : "text";
    if (one.properties !== undefined) return "group";
    // Settings by the name of a posture: each an object of its own.
    const each = one.additionalProperties;
    return typeof each === "object" && each.type === "object" ? "variants" : "other";
}

function resolved(schema: JsonSchema, definitions: Definitions): JsonSchema {
    const name = schema.$ref?.replace("#/$defs/", "");
    return name === undefined ? schema : (definitions[name] ?? {});
}
