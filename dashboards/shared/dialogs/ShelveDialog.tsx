/** Shelving: for how long, and why. */
import { useState } from "react";

import { request } from "../desk";
import { Dialog } from "../parts/Dialog";
import { usePicture } from "../picture/use";
import { word } from "../words/words";
import { ReasonForm } from "./ReasonForm";

const DURATIONS_S = [15 * 60, 30 * 60, 3600, 2 * 3600, 8 * 3600] as const;

export function durationText(duration_s: number): string {
    return duration_s < 3600
        ? word("shelve.minutes", { count: duration_s / 60 })
        : word("shelve.hours", { count: duration_s / 3600 });
}

export function ShelveDialog({ alert: id, close }: { alert: string; close: () => void }) {
    const alert = usePicture((picture) => picture.alerts.get(id));
    const [duration_s, setDuration] = useState<number>(DURATIONS_S[1]);
    if (alert === undefined) return null;
    return (
        <Dialog
            title={word("shelve.title", { number: alert.number })}
            description={`${alert.summary}. ${word("shelve.what")}`}
            close={close}
        >
            <ReasonForm
                label={word("shelve.reason")}
                hint={word("shelve.reason_hint")}
                submit={word("shelve.submit")}
                close={close}
                send={(reason) =>
                    request({ kind: "shelve", alert: id, duration_s, reason }, "toast.shelved")
                }
            >
                <fieldset className="m-0 border-0 p-0">
                    <legend className="mb-1.5 p-0 text-ink-2">{word("shelve.duration")}</legend>
                    <div className="flex flex-wrap gap-2">
                        {DURATIONS_S.map((each_s) => (
                            <label
                                key={each_s}
                                className="flex min-h-9 pointer-coarse:min-h-12 cursor-pointer items-center rounded-md border border-edge-2 px-3 has-checked:border-accent has-checked:bg-accent/15 has-checked:text-accent has-focus-visible:outline-2 has-focus-visible:outline-accent"
                            >
                                <input
                                    type="radio"
                                    name="duration"
                                    className="sr-only"
                                    checked={duration_s === each_s}
                                    onChange={() => {
                                        setDuration(each_s);
                                    }}
                                />
                                {durationText(each_s)}
                            </label>
                        ))}
                    </div>
                </fieldset>
            </ReasonForm>
        </Dialog>
    );
}
