/** A dialog: it takes the keyboard, names itself, and closes with Escape. */
import { Dialog as Radix } from "radix-ui";
import type { ReactNode } from "react";

interface Props {
    title: string;
    description?: string;
    /** For what is written, not chosen. */
    isWide?: boolean;
    close(): void;
    children: ReactNode;
}

export function Dialog({ title, description, isWide = false, close, children }: Props) {
    return (
        <Radix.Root
            open
            onOpenChange={(isOpen) => {
                if (!isOpen) close();
            }}
        >
            <Radix.Portal>
                <div className="fixed inset-0 z-40 bg-black/60" aria-hidden="true" />
                <Radix.Content
                    {...(description === undefined ? { "aria-describedby": undefined } : {})}
                    className={`fixed top-1/2 left-1/2 z-50 max-h-[calc(100dvh-2rem)] ${isWide ? "w-[min(46rem,calc(100vw-2rem))]" : "w-[min(30rem,calc(100vw-2rem))]"} -translate-x-1/2 -translate-y-1/2 overflow-y-auto rounded-lg border border-edge-2 bg-panel p-5 shadow-2xl`}
                >
                    <Radix.Title className="m-0 text-[17px] font-semibold">{title}</Radix.Title>
                    {description !== undefined && (
                        <Radix.Description className="mt-1 text-ink-2">
                            {description}
                        </Radix.Description>
                    )}
                    <div className="mt-4">{children}</div>
                </Radix.Content>
            </Radix.Portal>
        </Radix.Root>
    );
}
