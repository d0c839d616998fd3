package normsweep.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import normsweep.record.Clip;
import normsweep.record.CompletedTrials;
import normsweep.record.FrnPlacement;
import normsweep.record.Norm;
import normsweep.record.SweepResults;
import normsweep.record.Trial;
import normsweep.record.TrialResult;
import normsweep.record.TrialSettings;
import normsweep.record.TuningChoice;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.Help.Ansi;

class ResultTableTest {
  private static final Trial LAYER_NORM =
      new Trial(Norm.LAYER_NORM, FrnPlacement.DENSE, Clip.globalNorm(1), 1);

  private static TrialResult completed(Trial trial, double valAccuracy, double testAccuracy) {
    return new TrialResult(
        trial.id(),
        trial.norm(),
        trial.placement(),
        trial.clip(),
        trial.seed(),
        trial.settings(),
        trial.tuned(),
        TrialResult.Status.COMPLETED,
        20,
        12,
        valAccuracy,
        0.8012,
        testAccuracy,
        0.80149,
        4,
        0.7444,
        25.84,
        1550.0,
        "trials/" + trial.id() + "/model.zip",
        null);
  }

  private static SweepResults results(TrialResult... rows) {
    return new SweepResults(SweepResults.SCHEMA, "tiny", null, null, Map.of(), List.of(rows));
  }

  private static SweepResults mixed() {
    return results(
        TrialResult.failed(
            new Trial(Norm.FILTER_RESPONSE_NORM, FrnPlacement.SPATIAL, Clip.NONE, 42),
            3,
            "the loss is NaN at iteration 97"),
        completed(LAYER_NORM, 0.7125, 0.708),
        TrialResult.pending(new Trial(Norm.BATCH_NORM, FrnPlacement.DENSE, Clip.NONE, 1)));
  }

  @Test
  void showsTrialsAndReasonOfFailure() {
    assertEquals(
        """
           norm                          clip  seed  status     val acc    val  test acc   test  conv.  clipped  training
                                                                      %   loss         %   loss  epoch  % steps         s
        -  ----------------------------  ----  ----  ---------  -------  -----  --------  -----  -----  -------  --------
        *  layer-norm                    1.0      1  completed     71.3  0.801      70.8  0.801      4     74.4      25.8
           filter-response-norm-spatial  none    42  failed           -      -         -      -      -        -         -
           batch-norm                    none     1  pending          -      -         -      -      -        -         -
        * highest validation accuracy: layer norm, clip 1.0
        filter-response-norm-spatial.clip-none.seed-42: the loss is NaN at iteration 97
        """,
        ResultTable.of(mixed(), Integer.MAX_VALUE, Ansi.OFF));
  }

  @Test
  void showsMeasuresOfUnevenClassesBesideAccuracy() {
    List<String> lines =
        ResultTable.of(
                results(
                    CompletedTrials.uneven(LAYER_NORM, 0.375, 0.25),
                    TrialResult.pending(new Trial(Norm.NONE, FrnPlacement.DENSE, Clip.NONE, 1))),
                80,
                Ansi.OFF)
            .lines()
            .toList();
    assertEquals(
        List.of(
            "   norm        clip  seed  status     val acc  test acc  balanced  macro   test",
            "                                            %         %     acc %   F1 %   loss",
            "*  layer-norm  1.0      1  completed     50.0      50.0      37.5   25.0  1.000",
            "   none        none     1  pending          -         -         -      -      -"),
        List.of(lines.get(0), lines.get(1), lines.get(3), lines.get(4)));
  }

  @Test
  void leavesOutColumnsThatDoNotFit() {
    for (int width : List.of(120, 100, 80)) {
      List<String> lines = ResultTable.of(mixed(), width, Ansi.OFF).lines().toList();
      assertEquals(List.of(), lines.stream().filter(line -> line.length() > width).toList());
    }
    assertEquals(
        "   norm                          clip  seed  status     val acc  test acc   test",
        ResultTable.of(mixed(), 80, Ansi.OFF).lines().findFirst().orElseThrow());
  }

  /** By test accuracy, or by single trials, another cell would come first. */
  @Test
  void bestCellIsThatOfMeanValidationAccuracy() {
    Trial batchNorm = new Trial(Norm.BATCH_NORM, FrnPlacement.DENSE, Clip.NONE, 1);
    Trial second = new Trial(Norm.BATCH_NORM, FrnPlacement.DENSE, Clip.NONE, 2);
    Trial control = new Trial(Norm.NONE, FrnPlacement.DENSE, Clip.NONE, 1);
    SweepResults results =
        results(
            completed(control, 0.5, 0.9),
            completed(batchNorm, 0.8, 0.6),
            completed(LAYER_NORM, 0.71, 0.7),
            completed(second, 0.6, 0.6));
    List<String> starts =
        ResultTable.of(results, Integer.MAX_VALUE, Ansi.ON)
            .lines()
            .skip(3)
            .limit(4)
            .map(line -> line.replaceAll("[.].*", "").replaceAll(" +", " "))
            .toList();
    assertEquals(
        List.of(
            "\u001b[1m\u001b[32m* layer-norm 1",
            " batch-norm none 1 completed 80",
            " batch-norm none 2 completed 60",
            " none none 1 completed 50"),
        starts);
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
