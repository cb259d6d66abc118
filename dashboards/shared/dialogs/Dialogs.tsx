/** Whichever dialog is open. */
import { open, useDesk } from "../desk";
import { ClearDialog } from "./ClearDialog";
import { ConfirmDialog } from "./ConfirmDialog";
import { DropDialog } from "./DropDialog";
import { KeysDialog } from "./KeysDialog";
import { MergeDialog } from "./MergeDialog";
import { OrderDialog } from "./OrderDialog";
import { RelabelDialog } from "./RelabelDialog";
import { ResetCalibrationDialog } from "./ResetCalibrationDialog";
import { ShelveDialog } from "./ShelveDialog";
import { SplitDialog } from "./SplitDialog";

export function Dialogs() {
    const dialog = useDesk((state) => state.dialog);
    const close = () => {
        open(null);
    };
    switch (dialog?.kind) {
        case undefined:
            return null;
        case "shelve":
            return <ShelveDialog alert={dialog.alert} close={close} />;
        case "clear":
            return <ClearDialog alert={dialog.alert} close={close} />;
        case "confirm":
            return <ConfirmDialog command={dialog.command} close={close} />;
        case "order":
            return <OrderDialog actuator={dialog.actuator} action={dialog.action} close={close} />;
        case "relabel":
            return <RelabelDialog track={dialog.track} close={close} />;
        case "merge":
            return <MergeDialog track={dialog.track} other={dialog.other} close={close} />;
        case "split":
            return <SplitDialog track={dialog.track} close={close} />;
        case "drop":
            return <DropDialog track={dialog.track} close={close} />;
        case "reset_calibration":
            return <ResetCalibrationDialog sensor={dialog.sensor} close={close} />;
        case "keys":
            return <KeysDialog close={close} />;
    }
}
