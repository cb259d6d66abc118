from bench import pets_detections, scoring


def test_a_real_camera_s_detections_make_tracks_that_keep_their_people() -> None:
    summary = scoring.summary(pets_detections.frames())

    assert summary.idf1 >= 0.70
    assert summary.switches <= 25
    assert summary.mota >= 0.70
    assert summary.gospa_m <= 1.7
