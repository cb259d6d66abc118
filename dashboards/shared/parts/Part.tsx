/** A titled part of a page, and what stands there when there is nothing. */
import type { ReactNode } from "react";

export function Part({ title, children }: { title: string; children: ReactNode }) {
    return (
        <section className="mb-8">
            <h2 className="mt-0 mb-3 text-[15px] font-semibold">{title}</h2>
            {children}
        </section>
    );
}

export function Empty({ text }: { text: string }) {
    return <div className="rounded-md border border-edge bg-panel p-4 text-ink-3">{text}</div>;
}
