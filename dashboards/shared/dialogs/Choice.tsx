/** One of a few, each as a button that says what it is; arrows go through them. */
import type { ReactNode } from "react";

interface Props<Value extends string> {
    legend: string;
    name: string;
    values: readonly Value[];
    chosen: NoInfer<Value> | null;
    choose(value: NoInfer<Value>): void;
    /** What stands on it. */
    text(value: NoInfer<Value>): ReactNode;
    /** One under the other, for what takes more than a word. */
    isTall?: boolean;
}

export function Choice<Value extends string>(props: Props<Value>) {
    const { legend, name, values, chosen, choose, text, isTall = false } = props;
    return (
        <fieldset className="m-0 border-0 p-0">
            <legend className="mb-1.5 p-0 text-ink-2">{legend}</legend>
            <div className={isTall ? "flex flex-col gap-1.5" : "flex flex-wrap gap-2"}>
                {values.map((value) => (
                    <label
                        key={value}
                        className="flex min-h-9 cursor-pointer items-center rounded-md border border-edge-2 px-3 py-1.5 has-checked:border-accent has-checked:bg-accent/15 has-focus-visible:outline-2 has-focus-visible:outline-accent pointer-coarse:min-h-12"
                    >
                        <input
                            type="radio"
                            name={name}
                            className="sr-only"
                            checked={chosen === value}
                            onChange={() => {
                                choose(value);
                            }}
                        />
                        {text(value)}
                    </label>
                ))}
            </div>
        </fieldset>
    );
}
