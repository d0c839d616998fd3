package normsweep.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import normsweep.record.Clip;
import normsweep.record.FrnPlacement;
import normsweep.record.Norm;
import normsweep.record.SweepResults;
import normsweep.record.Trial;
import normsweep.record.TrialResult;
import normsweep.record.TrialSettings;
import normsweep.record.TuningChoice;
import org.junit.jupiter.api.Test;

class ResultTableTest {
  @Test
  void showsTrialsAndReasonOfFailure() {
    Trial layerNorm = new Trial(Norm.LAYER_NORM, FrnPlacement.DENSE, Clip.globalNorm(1), 1);
    Trial spatial = new Trial(Norm.FILTER_RESPONSE_NORM, FrnPlacement.SPATIAL, Clip.NONE, 42);
    Trial batchNorm = new Trial(Norm.BATCH_NORM, FrnPlacement.DENSE, Clip.NONE, 1);
    TrialResult completed =
        new TrialResult(
            layerNorm.id(),
            layerNorm.norm(),
            layerNorm.placement(),
            layerNorm.clip(),
            layerNorm.seed(),
            layerNorm.settings(),
            layerNorm.tuned(),
            TrialResult.Status.COMPLETED,
            20,
            12,
            0.7125,
            0.8012,
            0.708,
            0.80149,
            4,
            0.7444,
            25.84,
            1550.0,
            "trials/" + layerNorm.id() + "/model.zip",
            null);
    SweepResults results =
        new SweepResults(
            SweepResults.SCHEMA,
            "tiny",
            null,
            null,
            Map.of(),
            List.of(
                completed,
                TrialResult.failed(spatial, 3, "the loss is NaN at iteration 97"),
                TrialResult.pending(batchNorm)));
    assertEquals(
        """
        norm                         clip       seed  status     val acc test acc     test   conv.  clipped training
                                                                       %        %     loss   epoch  % steps        s
        ------------------------------------------------------------------------------------------------------------
        layer-norm                   1.0           1  completed     71.3     70.8    0.801       4     74.4     25.8
        filter-response-norm-spatial none         42  failed           -        -        -       -        -        -
        batch-norm                   none          1  pending          -        -        -       -        -        -
        filter-response-norm-spatial.clip-none.seed-42: the loss is NaN at iteration 97
        """,
        ResultTable.of(results));
  }

  @Test
  void showsWhatTuningChose() {
    TrialSettings rate = new TrialSettings(Map.of("training.learningRate", 3e-4));
    TuningChoice chosen =
        new TuningChoice(
            Norm.NONE,
            FrnPlacement.DENSE,
            Clip.NONE,
            TrialSettings.NONE,
            rate,
            0.5,
            0.825,
            1,
            6,
            3);
    TuningChoice none =
        new TuningChoice(
            Norm.LAYER_NORM,
            FrnPlacement.DENSE,
            Clip.NONE,
            TrialSettings.NONE,
            null,
            null,
            null,
            2,
            6,
            0);
    List<String> lines = ResultTable.of(List.of(chosen, none)).lines().map(String::strip).toList();
    assertEquals(
        "norm-free head, no clipping              learning rate 3e-4 (validation loss 0.500,"
            + " accuracy 82.5 %, one seed, 3 of 6 candidates)",
        lines.get(0));
    assertEquals(
        "layer norm, no clipping                  none of 6 candidates was completed",
        lines.get(1));
  }
}
