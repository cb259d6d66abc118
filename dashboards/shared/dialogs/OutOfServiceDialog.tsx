/** Taking a rule or a device out of service: for how long, and why. */
import { useState } from "react";

import { request } from "../desk";
import { Dialog } from "../parts/Dialog";
import { word } from "../words/words";
import { Choice } from "./Choice";
import { ReasonForm } from "./ReasonForm";
import { durationText } from "./ShelveDialog";

const DURATIONS_S = ["1800", "3600", "14400", "28800", "86400", "604800"] as const;

function longText(duration_s: number): string {
    return duration_s < 86_400
        ? durationText(duration_s)
        : word("service.days", { count: duration_s / 86_400 });
}

export function OutOfServiceDialog({ target, close }: { target: string; close: () => void }) {
    const [duration, setDuration] = useState<(typeof DURATIONS_S)[number]>("14400");
    return (
        <Dialog title={word("service.title", { target })} description={word("service.what")} close={close}>
            <ReasonForm
                label={word("command.reason")}
                hint={word("service.reason_hint")}
                submit={word("service.submit")}
                tone="danger"
                close={close}
                send={(reason) =>
                    request(
                        { kind: "take_out_of_service", target, duration_s: Number(duration), reason },
                        "toast.out_of_service",
                    )
                }
            >
                <Choice
                    legend={word("shelve.duration")}
                    name="duration"
                    values={DURATIONS_S}
                    chosen={duration}
                    choose={setDuration}
                    text={(each) => longText(Number(each))}
                />
            </ReasonForm>
        </Dialog>
    );
}
