/** Whichever dialog is open. */
import { open, useDesk } from "../desk";
import { AssessDialog } from "./AssessDialog";
import { ClearDialog } from "./ClearDialog";
import { ConfirmDialog } from "./ConfirmDialog";
import { DropDialog } from "./DropDialog";
import { JoinDialog } from "./JoinDialog";
import { KeysDialog } from "./KeysDialog";
import { MergeDialog } from "./MergeDialog";
import { MethaneDialog } from "./MethaneDialog";
import { OrderDialog } from "./OrderDialog";
import { OutOfServiceDialog } from "./OutOfServiceDialog";
import { SkipStepDialog, StartPlaybookDialog, StopPlaybookDialog } from "./PlaybookDialogs";
import { PostureDialog } from "./PostureDialog";
import { RelabelDialog } from "./RelabelDialog";
import { ResetCalibrationDialog } from "./ResetCalibrationDialog";
import { ShelveDialog } from "./ShelveDialog";
import { HandOverDialog, LogDialog } from "./ShiftDialogs";
import { SplitDialog } from "./SplitDialog";
import { AnswerTaskDialog, CancelTaskDialog, CreateTaskDialog } from "./TaskDialogs";

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
        case "assess":
            return <AssessDialog alert={dialog.alert} close={close} />;
        case "join":
            return <JoinDialog alert={dialog.alert} close={close} />;
        case "posture":
            return <PostureDialog zone={dialog.zone} close={close} />;
        case "start_playbook":
            return <StartPlaybookDialog alert={dialog.alert} close={close} />;
        case "stop_playbook":
            return <StopPlaybookDialog run={dialog.run} close={close} />;
        case "skip_step":
            return <SkipStepDialog run={dialog.run} step={dialog.step} close={close} />;
        case "methane":
            return <MethaneDialog of={dialog.of} id={dialog.id} close={close} />;
        case "create_task":
            return <CreateTaskDialog alert={dialog.alert} team={dialog.team} close={close} />;
        case "cancel_task":
            return <CancelTaskDialog task={dialog.task} close={close} />;
        case "answer_task":
            return <AnswerTaskDialog task={dialog.task} close={close} />;
        case "out_of_service":
            return <OutOfServiceDialog target={dialog.target} close={close} />;
        case "log":
            return <LogDialog alert={dialog.alert} close={close} />;
        case "hand_over":
            return <HandOverDialog close={close} />;
        case "keys":
            return <KeysDialog close={close} />;
    }
}
