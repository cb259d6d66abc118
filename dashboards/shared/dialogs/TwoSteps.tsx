/** Two deliberate steps before something is taken away: a reason first, then one look at what goes. */
import { type ReactNode, useState } from "react";

import { Button } from "../parts/Button";
import { Dialog } from "../parts/Dialog";
import { word } from "../words/words";
import { ReasonForm } from "./ReasonForm";

interface Props {
    title: string;
    /** What it does, said before anything is asked. */
    what: string;
    label: string;
    hint: string;
    submit: string;
    close(): void;
    /** True when it is done and the dialog may go. */
    send(reason: string): Promise<boolean>;
    /** What goes, for the second look. */
    children: ReactNode;
}

export function TwoSteps({ title, what, label, hint, submit, close, send, children }: Props) {
    const [reason, setReason] = useState<string | null>(null);
    const [isBusy, setBusy] = useState(false);
    const act = async () => {
        setBusy(true);
        const isDone = await send(reason ?? "");
        setBusy(false);
        if (isDone) close();
    };
    if (reason === null) {
        return (
            <Dialog title={title} description={`${word("command.step_one")}. ${what}`} close={close}>
                <ReasonForm
                    label={label}
                    hint={hint}
                    submit={word("command.submit")}
                    close={close}
                    send={(given) => {
                        setReason(given);
                        return Promise.resolve(false);
                    }}
                />
            </Dialog>
        );
    }
    return (
        <Dialog title={title} description={word("command.step_two")} close={close}>
            {children}
            <p className="my-3 text-ink-2">“{reason}”</p>
            <div className="flex flex-wrap justify-end gap-2">
                <Button onClick={close} autoFocus>
                    {word("dialog.back")}
                </Button>
                <Button tone="danger" disabled={isBusy} onClick={() => void act()}>
                    {submit}
                </Button>
            </div>
        </Dialog>
    );
}
