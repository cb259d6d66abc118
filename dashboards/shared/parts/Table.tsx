/** Tables that are read down a column, and whose rows can be chosen by pointer and keyboard. */
import type { ReactNode } from "react";

export function Table({ heads, children }: { heads: readonly string[]; children: ReactNode }) {
    return (
        <div className="overflow-x-auto rounded-md border border-edge bg-panel">
            <table className="w-full border-collapse text-left">
                <thead>
                    <tr>
                        {heads.map((head) => (
                            <th
                                key={head}
                                scope="col"
                                className="border-b border-edge px-3 py-2 text-[11px] font-medium tracking-[0.05em] whitespace-nowrap text-ink-3 uppercase"
                            >
                                {head}
                            </th>
                        ))}
                    </tr>
                </thead>
                <tbody>{children}</tbody>
            </table>
        </div>
    );
}

interface RowProps {
    isSelected?: boolean;
    choose?: () => void;
    children: ReactNode;
}

export function Row({ isSelected = false, choose, children }: RowProps) {
    return (
        <tr
            {...(choose === undefined
                ? {}
                : {
                      tabIndex: 0,
                      onClick: choose,
                      onKeyDown: (event) => {
                          if (event.key === "Enter") choose();
                      },
                  })}
            aria-selected={isSelected}
            className={`border-b border-edge last:border-0 ${choose === undefined ? "" : "cursor-pointer hover:bg-raised/60"} ${isSelected ? "bg-chosen" : ""}`}
        >
            {children}
        </tr>
    );
}

export function Cell({ children, isMono = false }: { children: ReactNode; isMono?: boolean }) {
    return (
        <td className={`px-3 py-2 align-middle ${isMono ? "font-mono text-[12px] tabular-nums" : ""}`}>
            {children}
        </td>
    );
}
