/** The buttons of every screen. */
import type { ButtonHTMLAttributes } from "react";

const TONES = {
    quiet: "border-edge-2 bg-raised/60 text-ink hover:bg-raised hover:border-ink-3",
    strong: "border-accent/60 bg-accent/15 text-accent hover:bg-accent/25",
    danger: "border-critical/60 bg-critical/15 text-critical hover:bg-critical/25",
} as const;

const SIZES = {
    small: "min-h-7 px-2.5 text-[12px] pointer-coarse:min-h-12",
    normal: "min-h-9 px-3.5 text-[13px] pointer-coarse:min-h-12",
    large: "min-h-13 px-4 text-[16px]",
} as const;

interface Props extends ButtonHTMLAttributes<HTMLButtonElement> {
    tone?: keyof typeof TONES;
    size?: keyof typeof SIZES;
}

export function Button({ tone = "quiet", size = "normal", className = "", ...rest }: Props) {
    return (
        <button
            type="button"
            className={`inline-flex items-center justify-center gap-2 rounded-md border font-medium transition-colors disabled:opacity-45 ${TONES[tone]} ${SIZES[size]} ${className}`}
            {...rest}
        />
    );
}

export function Key({ name }: { name: string }) {
    return (
        <kbd className="inline-grid h-5 min-w-5 place-items-center rounded border border-edge-2 bg-raised px-1 font-mono text-[11px] text-ink-2">
            {name}
        </kbd>
    );
}
