package normsweep.report.export;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import normsweep.record.EpochMetrics;
import normsweep.record.GradientHistograms;
import normsweep.record.GradientNorm;
import normsweep.record.Records;
import normsweep.record.SweepFolder.TrialFolder;
import normsweep.record.TrainingDynamics;

/** What a trial has recorded while it trained; parts that it has not recorded are empty. */
record ExportedTrial(
    List<EpochMetrics> epochs,
    List<GradientNorm> gradients,
    GradientHistograms histograms,
    List<TrainingDynamics.Update> updates,
    List<TrainingDynamics.Step> steps) {

  /** Reads a trial's files; exit code 3 if one is damaged. */
  static ExportedTrial read(TrialFolder folder) {
    return new ExportedTrial(
        rows(folder.metrics(), EpochMetrics.class),
        rows(folder.gradients(), GradientNorm.class),
        Files.exists(folder.histograms())
            ? Records.readJson(folder.histograms(), GradientHistograms.class)
            : new GradientHistograms(List.of(0.0), List.of()),
        rows(folder.updates(), TrainingDynamics.Update.class),
        rows(folder.dynamics(), TrainingDynamics.Step.class));
  }

  private static <T> List<T> rows(Path file, Class<T> type) {
    return Files.exists(file) ? Records.readCsv(file, type) : List.of();
  }
}
