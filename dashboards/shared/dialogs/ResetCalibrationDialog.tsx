/** Forgetting what was learnt of a sensor's own errors: a reason, and a second look. */
import { request } from "../desk";
import { offsetText, offsetsOf } from "../picture/calibration";
import { usePicture } from "../picture/use";
import { word } from "../words/words";
import { TwoSteps } from "./TwoSteps";

export function ResetCalibrationDialog({ sensor: id, close }: { sensor: string; close: () => void }) {
    const sensor = usePicture((picture) => picture.sensors.get(id));
    if (sensor === undefined || sensor.calibration === null) return null;
    const { calibration } = sensor;
    return (
        <TwoSteps
            title={word("calibration.reset_title", { sensor: sensor.name })}
            what={word("calibration.reset_what")}
            label={word("command.reason")}
            hint={word("calibration.reset_hint")}
            submit={word("calibration.reset_submit")}
            close={close}
            send={(reason) => request({ kind: "reset_calibration", sensor: id, reason }, "toast.reset")}
        >
            <p className="mt-0 mb-2">{word("calibration.reset_second", { count: calibration.pair_count })}</p>
            <ul className="m-0 list-none p-0 font-mono text-[12.5px]">
                {offsetsOf(calibration).map((offset) => (
                    <li key={offset.name}>
                        {word(`calibration.${offset.name}`)} {offsetText(offset)}
                    </li>
                ))}
            </ul>
        </TwoSteps>
    );
}
