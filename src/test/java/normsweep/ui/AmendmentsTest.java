package normsweep.ui;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.Map;
import normsweep.record.Records;
import org.deeplearning4j.core.storage.StatsStorage;
import org.deeplearning4j.ui.model.stats.StatsListener;
import org.deeplearning4j.ui.model.stats.api.Histogram;
import org.deeplearning4j.ui.model.stats.api.StatsType;
import org.deeplearning4j.ui.model.stats.impl.SbeStatsInitializationReport;
import org.deeplearning4j.ui.model.stats.impl.SbeStatsReport;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.api.Test;

class AmendmentsTest {
  private static final String TRIAL = "trial";

  /** A process that trained 61 minutes and 1 second, and one that took over and trained 2 s. */
  @Test
  void runtimeSpansResumedProcesses() throws IOException {
    Instant start =
        LocalDateTime.parse("2026-11-26T10:00:00").atZone(ZoneId.systemDefault()).toInstant();
    StatsStorage storage = new InMemoryStatsStorage();
    SbeStatsInitializationReport network = new SbeStatsInitializationReport();
    network.reportIDs(TRIAL, StatsListener.TYPE_ID, "trainer", start.toEpochMilli());
    storage.putStaticInfo(network);
    storage.putUpdate(report(0, start.toEpochMilli() + 3_000, 3_000));
    storage.putUpdate(report(1, start.toEpochMilli() + 3_661_000, 3_661_000));
    storage.putUpdate(report(2, start.toEpochMilli() + 9_000_000, 1_000));
    storage.putUpdate(report(3, start.toEpochMilli() + 9_001_000, 2_000));
    JsonNode empty =
        Records.json()
            .readTree(
                "{\"perf\": [[\"Start Time\", \"\"], [\"Total Runtime\", \"\"]],"
                    + " \"scoresIter\": [0, 2],"
                    + " \"stdevGradients\": {\"hidden_W\": [0, 0], \"norm_mean\": [0, 0]}}");
    JsonNode amended = new Amendments(TRIAL, storage).data("/train/trial/overview/data", empty);
    assertEquals(
        "[[\"Start Time\",\"2026-11-26 10:00:00\"],[\"Total Runtime\",\"1 h 01 min 03 s\"]]",
        amended.get("perf").toString());
    // The norm of (3, 4), once in two reports; running statistics have no gradient.
    assertEquals("{\"hidden_W\":[5.0,5.0]}", amended.get("stdevGradients").toString());
  }

  private static SbeStatsReport report(int iteration, long time, long runtime) {
    SbeStatsReport report = new SbeStatsReport();
    report.reportIDs(TRIAL, StatsListener.TYPE_ID, "trainer", time);
    report.reportIterationCount(iteration);
    report.reportPerformance(runtime, 8, 1, 1, 1);
    Histogram two = new Histogram(0, 1, 2, new int[] {1, 1});
    report.reportHistograms(StatsType.Parameters, Map.of("hidden_W", two, "norm_mean", two));
    report.reportMean(StatsType.Gradients, Map.of("hidden_W", 3.5));
    report.reportStdev(StatsType.Gradients, Map.of("hidden_W", Math.sqrt(0.5)));
    return report;
  }
}
