/** Names and values, one under the other. */
import type { ReactNode } from "react";

export function Facts({ children }: { children: ReactNode }) {
    return <dl className="m-0 grid grid-cols-[minmax(84px,auto)_minmax(0,1fr)] gap-x-3 gap-y-1.5">{children}</dl>;
}

export function Fact({ name, children, isMono = false }: { name: string; children: ReactNode; isMono?: boolean }) {
    return (
        <>
            <dt className="text-ink-2">{name}</dt>
            <dd className={`m-0 min-w-0 [overflow-wrap:anywhere] ${isMono ? "font-mono text-[12.5px] tabular-nums" : ""}`}>
                {children}
            </dd>
        </>
    );
}

export function Heading({ children }: { children: ReactNode }) {
    return (
        <h3 className="mt-5 mb-2 text-[11px] font-semibold tracking-[0.08em] text-ink-2 uppercase">
            {children}
        </h3>
    );
}

/** A part of a whole as a bar and a number. */
export function Meter({ ratio }: { ratio: number }) {
    const percent = Math.round(ratio * 100);
    return (
        <span className="flex items-center gap-2">
            <span className="h-1.5 flex-1 overflow-hidden rounded-full bg-edge-2">
                <span className="block h-full rounded-full bg-accent" style={{ width: `${percent}%` }} />
            </span>
            <span className="font-mono text-[12.5px] tabular-nums">{percent}%</span>
        </span>
    );
}
