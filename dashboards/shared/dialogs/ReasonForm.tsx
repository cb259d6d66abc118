/** A line of reason and two buttons: what every deliberate act asks for. */
import { type FormEvent, type ReactNode, useState } from "react";

import { Button } from "../parts/Button";
import { word } from "../words/words";

interface Props {
    label: string;
    hint: string;
    submit: string;
    tone?: "strong" | "danger";
    /** May it be left empty? */
    isOptional?: boolean;
    /** Is all the rest of the form answered? */
    isReady?: boolean;
    close(): void;
    /** True when it is done and the dialog may go. */
    send(reason: string): Promise<boolean>;
    children?: ReactNode;
}

export function ReasonForm(props: Props) {
    const { label, hint, submit, tone = "strong", close, send, children } = props;
    const { isOptional = false, isReady = true } = props;
    const [reason, setReason] = useState("");
    const [isBusy, setBusy] = useState(false);
    const act = async (event: FormEvent) => {
        event.preventDefault();
        setBusy(true);
        const isDone = await send(reason.trim());
        setBusy(false);
        if (isDone) close();
    };
    return (
        <form onSubmit={(event) => void act(event)} className="flex flex-col gap-4">
            {children}
            <label className="flex flex-col gap-1.5 text-ink-2">
                {label}
                <input
                    value={reason}
                    onChange={(event) => {
                        setReason(event.target.value);
                    }}
                    required={!isOptional}
                    maxLength={200}
                    placeholder={hint}
                    className="min-h-10 rounded-md border border-edge-2 bg-ground px-3 text-[14px] text-ink placeholder:text-ink-3"
                />
            </label>
            <div className="flex justify-end gap-2">
                <Button onClick={close}>{word("dialog.back")}</Button>
                <Button type="submit" tone={tone} disabled={isBusy || !isReady || (!isOptional && reason.trim() === "")}>
                    {submit}
                </Button>
            </div>
        </form>
    );
}
